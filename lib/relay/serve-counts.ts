import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Runtime } from '../context.ts';
import { openJob, type Invocation } from '../job.ts';
import { makeOnce } from '../process/make-once.ts';
import { randomFraction } from '../process/random.ts';
import { rememberBrandNames } from '../table/brand-names.ts';
import { countEvents } from './count-events.ts';

/** Takes the queue of events that are to be counted. */
export function serveCounts(
  openRuntime: () => Runtime,
): (event: SQSEvent, invocation: Invocation) => Promise<SQSBatchResponse> {
  const opened = makeOnce(openRuntime);
  const namesBy = rememberBrandNames();
  return async ({ Records }, invocation) => {
    const runtime = opened();
    const job = openJob(runtime, invocation);
    const ctx = { ...job, brands: namesBy(job.table), random: randomFraction };
    const failed = await countEvents(ctx, Records).finally(runtime.metrics.flush);
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}
