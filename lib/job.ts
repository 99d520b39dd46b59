import type { Runtime } from './context.ts';
import type { Measure } from './process/figures.ts';
import { saying, type Log } from './process/logger.ts';
import { deadline } from './process/timers.ts';
import type { Table } from './dynamo/table.ts';

/** What a job gets beside its input. A job runs for the platform, under nobody's credentials. */
export type JobContext = {
  requestId: string;
  /** Not one time for all of it: a job may run for minutes. */
  now: () => number;
  /** The table as the owners named may see it. */
  table: (...owners: string[]) => Table;
  /** Aborted when time is nearly up: what is under way is finished, nothing new is begun. */
  stop: AbortSignal;
  logger: Log;
  measure: Measure;
};

/** The part of Lambda's own context that a job uses. */
export type Invocation = { awsRequestId: string; getRemainingTimeInMillis: () => number };

/** Stopping comes before the end of writing, and that before Lambda's own end. */
const STOP_BEFORE_MS = 10_000;
const END_BEFORE_MS = 2_000;

export function openJob(runtime: Runtime, { awsRequestId, getRemainingTimeInMillis }: Invocation): JobContext {
  const remaining = getRemainingTimeInMillis();
  const signal = deadline(remaining - END_BEFORE_MS);
  return {
    requestId: awsRequestId,
    now: runtime.now,
    table: (...owners) => ({
      wire: runtime.wire,
      name: runtime.tableName,
      owners,
      signal,
      onContention: () => runtime.metrics.measure('contention_retries'),
    }),
    stop: deadline(remaining - STOP_BEFORE_MS),
    measure: runtime.metrics.measure,
    logger: saying(runtime.logger, { request_id: awsRequestId }),
  };
}
