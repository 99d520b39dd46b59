import { deadLetters, type DeadLettersName } from '../lib/dead-letters.ts';
import { queues, type QueueName } from '../lib/jobs.ts';
import { openQueue, type Queue } from './queue.ts';

export type LocalQueueName = QueueName | `dead-letters-${DeadLettersName}`;
export type Queues = Record<LocalQueueName, Queue>;

/** The queues of this machine, as the job table has them. */
export function openQueues(): Queues {
  const dead = Object.keys(deadLetters).map((name) => [`dead-letters-${name}`, openQueue()] as const);
  const opened = Object.fromEntries(dead) as Queues;
  for (const [name, { fifo, tries, deadLetters: of }] of Object.entries(queues))
    opened[name as QueueName] = openQueue({ fifo, deadLetters: { queue: opened[`dead-letters-${of}`], after: tries } });
  return opened;
}

/** A queue's own address, at which the SDK asks for it. */
export const queueUrl = (endpoint: string, name: LocalQueueName): string => `${endpoint}/000000000000/${name}`;

/** The queue that a request to SQS is about; undefined when there is none of that name. */
export function findQueue(queues: Queues, url: unknown): Queue | undefined {
  const name = String(url).split('/').at(-1) ?? '';
  return Object.hasOwn(queues, name) ? queues[name as LocalQueueName] : undefined;
}
