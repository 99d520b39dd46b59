import type { LocalBus, Consumer } from './bus.ts';
import { followQueue, type LocalSource, type QueueHandler } from './event-source.ts';
import { queueUrl, type Queues } from './queues.ts';

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

/** The event sources of the queues, as the stack has them, but for how many calls there are at once. */
const SOURCES = {
  'webhook-events': { batchSize: 10, concurrency: 4, timeoutS: 60 },
  'webhook-first.fifo': { batchSize: 1, concurrency: 32, timeoutS: 45 },
  'webhook-retries': { batchSize: 10, concurrency: 8, timeoutS: 45 },
} as const;
const SLACK_S = 45;

/** @param patience how many times longer than deployed a call may take: for tests on a busy machine. */
export function startWebhooks(
  queues: Queues,
  { fanOut, deliver }: WebhookHandlers,
  onError: (error: unknown) => void,
  { patience = 1 } = {},
): LocalWebhooks {
  const follow = (name: keyof typeof SOURCES, handler: QueueHandler): LocalSource => {
    const { timeoutS, ...source } = SOURCES[name];
    const times = { timeoutMs: timeoutS * 1000 * patience, visibilitySeconds: timeoutS + SLACK_S };
    return followQueue({ name, queue: queues[name], handler, ...source, ...times }, onError);
  };
  const sources = [
    follow('webhook-events', fanOut),
    follow('webhook-first.fifo', deliver),
    follow('webhook-retries', deliver),
  ];
  return {
    isIdle: () => sources.every((source) => source.isIdle()),
    stop: async () => {
      await Promise.all(sources.map((source) => source.stop()));
    },
  };
}
