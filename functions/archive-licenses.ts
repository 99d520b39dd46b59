import { archiveCancelled, type ArchivedRun } from '../lib/commands/archive-cancelled.ts';
import type { Runtime } from '../lib/context.ts';
import { openJob, type Invocation } from '../lib/job.ts';
import { readArchiveAfterMonths } from '../lib/process/config.ts';
import { openContainerHistories } from '../lib/process/history-bucket.ts';
import { openRuntime } from '../lib/runtime.ts';

let runtime: Runtime | undefined;

/** Runs every day. It ignores the event: what is to be archived follows from the table and the clock. */
export function handler(_event: unknown, invocation: Invocation): Promise<ArchivedRun> {
  runtime ??= openRuntime();
  const job = openJob(runtime, invocation);
  const parts = { bucket: openContainerHistories(), afterMonths: readArchiveAfterMonths() };
  return archiveCancelled({ ...job, ...parts }).finally(runtime.metrics.flush);
}
