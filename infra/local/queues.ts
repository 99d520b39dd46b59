import { openQueue, type Queue } from './queue.ts';

/** As the stack makes them: after so many failures a message is set aside. */
const ATTEMPTS = 5;

export type QueueName = 'set-aside' | 'webhook-events' | 'webhook-first.fifo' | 'webhook-retries' | 'webhook-dead-letters';
export type Queues = Record<QueueName, Queue>;

/** The queues of this machine. */
export function openQueues(): Queues {
  const dead = openQueue();
  const deadLetters = { queue: dead, after: ATTEMPTS };
  return {
    'set-aside': openQueue(),
    'webhook-events': openQueue({ deadLetters }),
    'webhook-first.fifo': openQueue({ fifo: true, deadLetters }),
    'webhook-retries': openQueue({ deadLetters }),
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
