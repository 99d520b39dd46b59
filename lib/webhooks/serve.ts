import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { MOST_QUEUED } from '../domain/webhook-flow.ts';
import { readWebhooksConfig } from '../process/config.ts';
import { randomFraction } from '../process/random.ts';
import type { Runtime } from '../context.ts';
import { openJob, type Invocation } from '../job.ts';
import { rememberBrandNames } from '../table/brand-names.ts';
import type { Sending } from './attempt.ts';
import type { SendingContext, WebhookContext } from './context.ts';
import { deliver } from './deliver.ts';
import { fanOut } from './fan-out.ts';
import { openWebhookQueues, type WebhookQueues } from './queues.ts';
import { sweepWebhooks, type SweptWebhooks } from './sweep.ts';

type OpenRuntime = () => Runtime;
export type QueueHandler = (event: SQSEvent, invocation: Invocation) => Promise<SQSBatchResponse>;
export type WebhookSweepHandler = (event: unknown, invocation: Invocation) => Promise<SweptWebhooks>;

/** Limits that tests make smaller than when deployed. */
type Limits = { mostQueued?: number | undefined };

/** Fans events out to the subscribed endpoints. */
export function serveEvents(openRuntime: OpenRuntime, limits: Limits = {}): QueueHandler {
  const open = opened(openRuntime, limits);
  return async ({ Records }, invocation) => {
    const { ctx, runtime } = open(invocation);
    return givenBack(await fanOut(ctx, Records).finally(runtime.metrics.flush));
  };
}

/** Sends the messages of the two queues of deliveries. Tests give a receiver less time than its 15 seconds. */
export function serveDeliveries(
  openRuntime: OpenRuntime,
  { mostQueued, ...sending }: Pick<Sending, 'timeoutMs' | 'resolve'> & Limits = {},
): QueueHandler {
  const open = opened(openRuntime, { mostQueued });
  return async ({ Records }, invocation) => {
    const { ctx, runtime } = open(invocation);
    const send = async (): Promise<string[]> => {
      const vault = await runtime.vault(ctx.stop);
      const sendingCtx: SendingContext = {
        ...ctx,
        vault,
        sending: { allowLoopback: runtime.stage === 'local', ...sending },
      };
      return deliver(sendingCtx, Records);
    };
    return givenBack(await send().finally(runtime.metrics.flush));
  };
}

/** Runs every minute; by hand with `{"recover": true}` after the queues were lost or emptied. */
export function serveSweep(openRuntime: OpenRuntime, limits: Limits = {}): WebhookSweepHandler {
  const open = opened(openRuntime, limits);
  return (event, invocation) => {
    const { ctx, runtime } = open(invocation);
    return sweepWebhooks(ctx, { recover: isRecovery(event) }).finally(runtime.metrics.flush);
  };
}

const isRecovery = (event: unknown): boolean =>
  typeof event === 'object' && event !== null && 'recover' in event && event.recover === true;

/** The parts of a container are made at its first call. */
function opened(openRuntime: OpenRuntime, { mostQueued = MOST_QUEUED }: Limits) {
  let kept: { runtime: Runtime; queues: WebhookQueues } | undefined;
  const namesBy = rememberBrandNames();
  return (invocation: Invocation) => {
    kept ??= { runtime: openRuntime(), queues: openWebhookQueues(readWebhooksConfig()) };
    const { runtime } = kept;
    const job = openJob(runtime, invocation);
    const queues = boundTo(job.table().signal, kept.queues);
    const ctx: WebhookContext = { ...job, queues, brands: namesBy(job.table), mostQueued, random: randomFraction };
    return { ctx, runtime };
  };
}

/** Sending to a queue ends with the call's time. */
const boundTo = (signal: AbortSignal, queues: WebhookQueues): WebhookQueues => ({
  sendFirst: (deliveries) => queues.sendFirst(deliveries, signal),
  sendRetry: (deliveries) => queues.sendRetry(deliveries, signal),
});

const givenBack = (messageIds: readonly string[]): SQSBatchResponse => ({
  batchItemFailures: messageIds.map((itemIdentifier) => ({ itemIdentifier })),
});
