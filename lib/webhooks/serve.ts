import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { readWebhooksConfig } from '../config.ts';
import type { Runtime } from '../context.ts';
import { openJob, type Invocation } from '../job.ts';
import { openBrandSlugs } from '../relay/brand-slugs.ts';
import type { Sending } from './attempt.ts';
import { openBrandPrefixes } from './brand-prefixes.ts';
import type { SendingContext, WebhookContext } from './context.ts';
import { deliver } from './deliver.ts';
import { fanOut } from './fan-out.ts';
import { openWebhookQueues } from './queues.ts';
import { sweepWebhooks, type SweptWebhooks } from './sweep.ts';

type OpenRuntime = () => Runtime;
export type QueueHandler = (event: SQSEvent, invocation: Invocation) => Promise<SQSBatchResponse>;
export type WebhookSweepHandler = (event: unknown, invocation: Invocation) => Promise<SweptWebhooks>;

/** Hands events to the endpoints that want them. */
export function serveEvents(openRuntime: OpenRuntime): QueueHandler {
  const open = opened(openRuntime);
  return async ({ Records }, invocation) => {
    const { ctx, runtime, prefixOf } = open(invocation);
    return givenBack(await fanOut(ctx, prefixOf, Records).finally(runtime.metrics.flush));
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
  let kept: { runtime: Runtime; parts: Pick<WebhookContext, 'queues' | 'slugOf' | 'random'> } | undefined;
  const known = new Map<string, string>();
  return (invocation: Invocation) => {
    kept ??= openParts(openRuntime());
    const { runtime, parts } = kept;
    const job = openJob(runtime, invocation);
    const ctx: WebhookContext = { ...job, ...parts, ...boundTo(job.table().signal, parts) };
    return { ctx, runtime, prefixOf: openBrandPrefixes(ctx.table, known) };
  };
}

type AskingAws = Pick<WebhookContext, 'queues' | 'slugOf'>;

/** What asks AWS ends with the call's time. */
function boundTo(signal: AbortSignal, { queues, slugOf }: AskingAws): AskingAws {
  return {
    queues: {
      sendFirst: (deliveries) => queues.sendFirst(deliveries, signal),
      sendRetry: (deliveries) => queues.sendRetry(deliveries, signal),
    },
    slugOf: (brand) => slugOf(brand, signal),
  };
}

function openParts(runtime: Runtime) {
  return {
    runtime,
    parts: { queues: openWebhookQueues(readWebhooksConfig()), slugOf: openBrandSlugs(runtime), random: Math.random },
  };
}

const givenBack = (messageIds: readonly string[]): SQSBatchResponse => ({
  batchItemFailures: messageIds.map((itemIdentifier) => ({ itemIdentifier })),
});
