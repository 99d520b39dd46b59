import {
  jobs,
  nightlyAudit,
  QUEUE_ENDPOINT_VARIABLE,
  queues as queueTable,
  rules,
  type QueueName,
  type QueueSource,
} from '../lib/jobs.ts';
import type { BusEvent, LocalBus, Consumer } from './bus.ts';
import { followQueue, type LocalSource, type QueueHandler } from './event-source.ts';
import { queueUrl, type Queues } from './queues.ts';

export type WebhookHandlers = {
  fanOut: QueueHandler;
  countEvents?: QueueHandler;
  deliver: QueueHandler;
  runImport: QueueHandler;
  inspect?: QueueHandler;
  auditSegment?: QueueHandler;
};

export type LocalWebhooks = {
  isIdle: () => boolean;
  stop: () => Promise<void>;
};

/** A rule of the bus, which sends events to its queue. */
const openRule = (queues: Queues, name: keyof typeof rules): Consumer => {
  const { source, withoutField, queue } = rules[name];
  return {
    name,
    matches: (event: BusEvent) => event.source === source && !Object.hasOwn(event.detail, withoutField),
    handle: (event) => void queues[queue].send({ body: JSON.stringify(event) }),
  };
};

/** The rule that sends events to the queue of their deliveries. */
export const webhookRule = (queues: Queues): Consumer => openRule(queues, 'to-endpoints');

/** The rule that sends events to the queue of the counters. */
export const countRule = (queues: Queues): Consumer => openRule(queues, 'to-counters');

/** The variables that the stacks give to the functions that send messages. */
export const webhookEnvironment = ({ endpoint }: Pick<LocalBus, 'endpoint'>) => ({
  [queueTable['webhook-first'].variable]: queueUrl(endpoint, 'webhook-first'),
  [queueTable['webhook-retries'].variable]: queueUrl(endpoint, 'webhook-retries'),
  [queueTable.imports.variable]: queueUrl(endpoint, 'imports'),
  [queueTable.audit.variable]: queueUrl(endpoint, 'audit'),
  [nightlyAudit.segmentsVariable]: String(nightlyAudit.nights),
  [QUEUE_ENDPOINT_VARIABLE]: endpoint,
});

/** Fewer calls at once than deployed: all of them share this machine. */
const CONCURRENCY: Record<QueueName, number> = {
  'webhook-events': 4,
  counts: 2,
  'webhook-first': 32,
  'webhook-retries': 8,
  imports: 2,
  'package-uploads': 2,
  audit: 1,
};

/** @param patience how many times longer than deployed a call may take: for tests on a busy machine. */
export function startWebhooks(
  queues: Queues,
  { fanOut, countEvents, deliver, runImport, inspect, auditSegment }: WebhookHandlers,
  onError: (error: unknown) => void,
  { patience = 1 } = {},
): LocalWebhooks {
  const follow = (
    name: 'fan-out-event' | 'count-events' | 'deliver-webhook' | 'run-import' | 'inspect-package' | 'audit-segment',
    handler: QueueHandler,
  ): LocalSource[] => {
    const { queues: sources, timeoutS }: { queues: readonly QueueSource[]; timeoutS: number } = jobs[name];
    return sources.map(({ queue, batch }) =>
      followQueue(
        {
          name: queue,
          queue: queues[queue],
          handler,
          fifo: queueTable[queue].fifo,
          batchSize: batch.size,
          concurrency: CONCURRENCY[queue],
          timeoutMs: timeoutS * 1_000 * patience,
          visibilitySeconds: queueTable[queue].visibilityS,
        },
        onError,
      ),
    );
  };
  const sources = [
    ...follow('fan-out-event', fanOut),
    ...(countEvents ? follow('count-events', countEvents) : []),
    ...follow('deliver-webhook', deliver),
    ...follow('run-import', runImport),
    ...(inspect ? follow('inspect-package', inspect) : []),
    ...(auditSegment ? follow('audit-segment', auditSegment) : []),
  ];
  return {
    isIdle: () => sources.every((source) => source.isIdle()),
    stop: async () => {
      await Promise.all(sources.map((source) => source.stop()));
    },
  };
}
