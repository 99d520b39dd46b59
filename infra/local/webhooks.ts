import type { LocalBus, Consumer } from './bus.ts';
import { followQueue, type LocalSource, type QueueHandler } from './event-source.ts';
import { queueUrl, type QueueName, type Queues } from './queues.ts';

export type WebhookHandlers = { fanOut: QueueHandler; deliver: QueueHandler };

export type LocalWebhooks = {
  isIdle: () => boolean;
  stop: () => Promise<void>;
};

/** The rule that sends events to the queue of their deliveries: all but those that were put on the bus again by hand. */
export const webhookRule = (queues: Queues): Consumer => ({
  name: 'webhooks',
  matches: ({ detail }) => detail.replayed_at === undefined,
  handle: (event) => void queues['webhook-events'].send({ body: JSON.stringify(event) }),
});

/** What the stack tells the functions that send webhooks. */
export const webhookEnvironment = ({ endpoint }: Pick<LocalBus, 'endpoint'>) => ({
  WEBHOOK_FIRST_QUEUE_URL: queueUrl(endpoint, 'webhook-first.fifo'),
  WEBHOOK_RETRY_QUEUE_URL: queueUrl(endpoint, 'webhook-retries'),
  WEBHOOK_QUEUE_ENDPOINT: endpoint,
});

/** The event sources of the queues, as the stack has them: timeouts and visibility too. */
export function startWebhooks(queues: Queues, { fanOut, deliver }: WebhookHandlers, onError: (error: unknown) => void): LocalWebhooks {
  const follow = (name: QueueName, handler: QueueHandler, concurrency: number, timeoutS: number): LocalSource =>
    followQueue({ name, queue: queues[name], handler, concurrency, timeoutMs: timeoutS * 1000, visibilitySeconds: timeoutS + 60 }, onError);
  const sources = [
    follow('webhook-events', fanOut, 4, 60),
    follow('webhook-first.fifo', deliver, 16, 180),
    follow('webhook-retries', deliver, 16, 180),
  ];
  return {
    isIdle: () => sources.every((source) => source.isIdle()),
    stop: async () => {
      await Promise.all(sources.map((source) => source.stop()));
    },
  };
}
