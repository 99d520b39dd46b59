import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { errorText } from '../process/error-text.ts';
import { clientOptions, ROUTE_PATIENCE } from '../process/aws-client.ts';
import { readConfig, readNightConfig } from '../process/config.ts';
import { openContainerHistories } from '../process/history-bucket.ts';
import { makeOnce } from '../process/make-once.ts';
import { assertTaken, openQueueClient } from '../process/queue-client.ts';
import { sdkWire } from '../dynamo/sdk-wire.ts';
import type { Table } from '../dynamo/table.ts';
import type { Runtime } from '../context.ts';
import { handleMessages, openJob, type Invocation, type JobContext } from '../job.ts';
import { auditSegment, openTally, PAUSES_MS, type Tally } from './audit.ts';
import { nextPart, readNightMessage, type NightPart } from './night.ts';
import { auditRules } from './rules.ts';
import type { Source } from './source.ts';
import { openTableSource } from './table-source.ts';

type NightHandler = (event: SQSEvent, invocation: Invocation) => Promise<SQSBatchResponse>;

/** A table of which everything is wrong needs no line for each item: the command lists all of them. */
const MOST_LINES = 100;

/** The tools of a container's audits, opened at its first call. */
const openTools = makeOnce(() => {
  const { region, queueUrl, queueEndpoint, segments } = readNightConfig();
  const queue = openQueueClient({ region, endpoint: queueEndpoint });
  return {
    segments,
    wire: sdkWire(clientOptions(readConfig(), ROUTE_PATIENCE)),
    handOn: async (part: NightPart): Promise<void> => {
      const Entries = [{ Id: '0', MessageBody: JSON.stringify(part) }];
      assertTaken(await queue.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries })), 1);
    },
  };
});

/** Audits the segment of each message, and hands on the next one. A message that failed is handed out again. */
export function serveNight(openRuntime: () => Runtime): NightHandler {
  let runtime: Runtime | undefined;
  return async (event, invocation) => {
    runtime ??= openRuntime();
    const { tableName, metrics } = runtime;
    const job = openJob(runtime, invocation);
    return handleMessages(
      event,
      ({ body }) => auditPart(job, tableName, readNightMessage(body, openTools().segments)),
      (error) =>
        job.logger.error({
          event: 'audit.segment_failed',
          message: 'a segment was not audited to its end; its message is handed out again',
          error: errorText(error),
        }),
    ).finally(metrics.flush);
  };
}

/** Opens no secret: there is no vault, and the function's role may not read the data key. */
async function auditPart(job: JobContext, tableName: string, part: NightPart): Promise<void> {
  const { wire, handOn } = openTools();
  const open = (owner: string): Table => ({ ...job.table(owner), wire });
  const source = openTableSource(wire.client, tableName, open, openContainerHistories().read);
  const tally = openTally();
  await auditSegment(
    {
      source: { ...source, scan: stopInTime(source.scan, job.stop) },
      rules: auditRules,
      context: () => ({ nowMs: job.now(), vault: undefined }),
      pausesMs: PAUSES_MS,
    },
    part.segment - 1,
    part.total,
    tally,
  );
  announce(job, part, tally);
  const next = nextPart(part);
  if (next !== undefined) await handOn(next);
}

/** Fails before Lambda would end the call without a word. */
const stopInTime = (scan: Source['scan'], stop: AbortSignal): Source['scan'] =>
  async function* (segment, total) {
    for await (const page of scan(segment, total)) {
      if (stop.aborted) throw new Error('the segment takes longer than a call may: raise audit.segments of the stage');
      yield page;
    }
  };

/** A violation is a line of its own, with what the command prints of it. */
function announce({ logger, measure }: JobContext, part: NightPart, tally: Tally): void {
  const { items, cleared, violations, unknown } = tally;
  for (const violation of violations.slice(0, MOST_LINES))
    logger.error({ event: 'audit.violation_found', message: 'a promise of the table is broken', ...violation });
  measure('audit_violations', violations.length);
  logger.info({
    event: 'audit.segment_read',
    message: `segment ${part.segment} of ${part.total} was audited`,
    ...part,
    items,
    violations: violations.length,
    suspects_cleared: cleared,
    unknown_items: Object.fromEntries(unknown),
  });
}
