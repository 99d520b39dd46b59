import { openQueue, type Queue } from './queue.ts';

/** As the stack has it: after so many failures a message is set aside. */
const TRIES = { events: 100, attempts: 20 };

export type QueueName =
  'set-aside' | 'webhook-events' | 'webhook-first.fifo' | 'webhook-retries' | 'webhook-dead-letters';
export type Queues = Record<QueueName, Queue>;

/** The queues of this machine. */
export function openQueues(): Queues {
  const dead = openQueue();
  const deadLetters = (after: number) => ({ queue: dead, after });
  return {
    'set-aside': openQueue(),
    'webhook-events': openQueue({ deadLetters: deadLetters(TRIES.events) }),
    'webhook-first.fifo': openQueue({ fifo: true, deadLetters: deadLetters(TRIES.attempts) }),
    'webhook-retries': openQueue({ deadLetters: deadLetters(TRIES.attempts) }),
    'webhook-dead-letters': dead,
  };
}

/** A queue's own address, at which the SDK asks for it. */
export const queueUrl = (endpoint: string, name: QueueName): string => `${endpoint}/000000000000/${name}`;

/** The queue that a request to SQS is about; undefined when there is none of that name. */
export function queueAt(queues: Queues, url: unknown): Queue | undefined {
  const name = String(url).split('/').at(-1) ?? '';
  return Object.hasOwn(queues, name) ? queues[name as QueueName] : undefined;
}
