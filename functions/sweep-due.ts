import { sweepDue, type Swept } from '../lib/commands/sweep-due.ts';
import type { Runtime } from '../lib/context.ts';
import { openJob, type Invocation } from '../lib/job.ts';
import { openRuntime } from '../lib/runtime.ts';

let runtime: Runtime | undefined;

/** Runs every minute. It ignores the event: the due licenses follow from the table and the clock. */
export function handler(_event: unknown, invocation: Invocation): Promise<Swept> {
  runtime ??= openRuntime();
  return sweepDue(openJob(runtime, invocation)).finally(runtime.metrics.flush);
}
