import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Runtime } from './context.ts';
import type { Measure } from './process/figures.ts';
import { saying, type Log } from './process/logger.ts';
import { deadline } from './process/timers.ts';
import type { Table } from './dynamo/table.ts';

/** The context of a job beside its input. A job runs for the platform, without a caller's credentials. */
export type JobContext = {
  requestId: string;
  /** A clock, not one fixed time: a job may run for minutes. */
  now: () => number;
  /** The table as the named owners may see it. */
  table: (...owners: string[]) => Table;
  /** Aborted when time is nearly up: work in progress is finished, and no new work begins. */
  stop: AbortSignal;
  logger: Log;
  measure: Measure;
};

/** The part of Lambda's own context that a job uses. */
export type Invocation = { awsRequestId: string; getRemainingTimeInMillis: () => number };

/** Stopping comes before the deadline of writes, and that before Lambda's own timeout. */
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

/** Handles each message of a queue. A message whose work failed is named, and the queue hands it out again. */
export async function handleMessages(
  { Records }: SQSEvent,
  work: (message: SQSRecord) => Promise<unknown>,
  onFailure: (error: unknown) => void,
): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  for (const message of Records) {
    try {
      await work(message);
    } catch (error) {
      batchItemFailures.push({ itemIdentifier: message.messageId });
      onFailure(error);
    }
  }
  return { batchItemFailures };
}
