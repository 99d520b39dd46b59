import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
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

/** Hands events to the endpoints that want them. */
export function serveEvents(openRuntime: OpenRuntime): QueueHandler {
  const open = opened(openRuntime);
  return async ({ Records }, invocation) => {
    const { ctx, runtime } = open(invocation);
    return givenBack(await fanOut(ctx, Records).finally(runtime.metrics.flush));
  };
}

/** Sends what the two queues of deliveries bring. `sending` changes how, where a test cannot wait for a receiver's 15 seconds. */
export function serveDeliveries(
  openRuntime: OpenRuntime,
  sending: Pick<Sending, 'timeoutMs' | 'resolve'> = {},
): QueueHandler {
  const open = opened(openRuntime);
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

/** Called every minute; by hand with `{"recover": true}` after the queues were lost or emptied. */
export function serveSweep(openRuntime: OpenRuntime): WebhookSweepHandler {
  const open = opened(openRuntime);
  return (event, invocation) => {
    const { ctx, runtime } = open(invocation);
    return sweepWebhooks(ctx, { recover: isRecovery(event) }).finally(runtime.metrics.flush);
  };
}

const isRecovery = (event: unknown): boolean =>
  typeof event === 'object' && event !== null && 'recover' in event && event.recover === true;

/** What a container keeps is made at its first call. */
function opened(openRuntime: OpenRuntime) {
  let kept: { runtime: Runtime; queues: WebhookQueues } | undefined;
  const namesBy = rememberBrandNames();
  return (invocation: Invocation) => {
    kept ??= { runtime: openRuntime(), queues: openWebhookQueues(readWebhooksConfig()) };
    const { runtime } = kept;
    const job = openJob(runtime, invocation);
    const queues = boundTo(job.table().signal, kept.queues);
    const ctx: WebhookContext = { ...job, queues, brands: namesBy(job.table), random: randomFraction };
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
