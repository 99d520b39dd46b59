import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import type { _Record as StreamRecord, AttributeValue, Shard } from '@aws-sdk/client-dynamodb-streams';
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { countDown } from '../lib/process/clock.ts';
import { randomUuid } from '../lib/process/random.ts';
import { sleep } from '../lib/process/timers.ts';
import { tableSchema } from '../lib/dynamo/schema.ts';
import { jobs } from '../lib/jobs.ts';
import { localClient } from './create-table.ts';

export type StreamHandler = (
  event: DynamoDBStreamEvent,
  context: Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>,
) => Promise<DynamoDBBatchResponse>;

export type StreamOptions = {
  endpoint: string;
  tableName: string;
  handler: StreamHandler;
  /** Remembers how far the stream was read, for data that outlives the process. */
  checkpointFile?: string | undefined;
  onError: (error: unknown) => void;
  /** The input of the handler. */
  timeoutMs?: number;
};

export type LocalStream = {
  /** Resolves once all that was written before the call has been handled. */
  idle: () => Promise<void>;
  stop: () => Promise<void>;
};

const { timeoutS, stream } = jobs['relay-journal'];
const POLL_MS = 100;
const BACK_OFF_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Follows the table's stream as the deployed event source mapping does; undefined when the engine gives the table no
 * stream.
 */
export async function followStream(options: StreamOptions): Promise<LocalStream | undefined> {
  const arn = await streamOf(options);
  if (arn === undefined) return undefined;
  const client = new DynamoDBStreamsClient({
    endpoint: options.endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const stopping = new AbortController();
  const waiting: { fromPoll: number; resolve: () => void }[] = [];
  let polls = 0;
  const reader: Reader = {
    client,
    arn,
    options,
    signal: stopping.signal,
    beginPoll: () => {
      polls += 1;
      return polls;
    },
    drained: (poll) => {
      for (const waiter of waiting.filter(({ fromPoll }) => fromPoll <= poll)) {
        waiting.splice(waiting.indexOf(waiter), 1);
        waiter.resolve();
      }
    },
  };
  const reading = readShards(reader);
  return {
    idle: () => new Promise((resolve) => waiting.push({ fromPoll: polls + 1, resolve })),
    stop: async () => {
      stopping.abort();
      await reading;
      for (const { resolve } of waiting) resolve();
      client.destroy();
    },
  };
}

type Reader = {
  client: DynamoDBStreamsClient;
  arn: string;
  options: StreamOptions;
  signal: AbortSignal;
  beginPoll: () => number;
  /** Called after a poll that found nothing, when nothing is left to process. */
  drained: (poll: number) => void;
};

async function streamOf({ endpoint, tableName }: StreamOptions): Promise<string | undefined> {
  const client = localClient(endpoint);
  try {
    return (await client.send(new DescribeTableCommand({ TableName: tableName }))).Table?.LatestStreamArn;
  } finally {
    client.destroy();
  }
}

/** An empty map, which Lambda gets as `{M: {}}`, comes from the local engine without its type. */
export const asDeployed = ({ dynamodb = {}, ...record }: StreamRecord): object => ({
  ...record,
  dynamodb: {
    ...dynamodb,
    NewImage: typedImage(dynamodb.NewImage ?? {}),
    ...(dynamodb.OldImage === undefined ? {} : { OldImage: typedImage(dynamodb.OldImage) }),
  },
});

const typedImage = (image: Record<string, AttributeValue>): object =>
  Object.fromEntries(Object.entries(image).map(([name, value]) => [name, typed(value)]));

function typed(value: AttributeValue): object {
  if (value.M) return { M: Object.fromEntries(Object.entries(value.M).map(([name, part]) => [name, typed(part)])) };
  if (value.L) return { L: value.L.map(typed) };
  return Object.keys(value).length === 0 ? { M: {} } : value;
}

/** The progress in the stream: a shard, and its last handled record. */
type Position = { shardId: string; sequence?: string; closed?: boolean };

/** One shard after the other: the engines here keep one open at a time, and close it some hours later for the next. */
async function readShards(reader: Reader): Promise<void> {
  const { signal, options } = reader;
  const isStopped = (): boolean => signal.aborted;
  let position = readCheckpoint(options.checkpointFile);
  const moveTo = (next: Position): void => {
    position = next;
    writeCheckpoint(options.checkpointFile, next);
  };
  while (!signal.aborted) {
    try {
      const next = nextPosition(await shardsOf(reader), position);
      if (next === undefined) await pause(POLL_MS, signal);
      else await readShard(reader, next, moveTo);
    } catch (error) {
      if (!isStopped()) options.onError(error);
      await pause(LONGEST_PAUSE_MS, signal);
    }
  }
}

async function shardsOf({ client, arn }: Reader): Promise<Shard[]> {
  return (await client.send(new DescribeStreamCommand({ StreamArn: arn }))).StreamDescription?.Shards ?? [];
}

/** Shards come oldest first. One that is gone held nothing younger than what is left. */
function nextPosition(shards: readonly Shard[], position: Position | undefined): Position | undefined {
  const at = shards.findIndex(({ ShardId }) => ShardId === position?.shardId);
  if (at >= 0 && position?.closed !== true) return position;
  const shardId = shards[at + 1]?.ShardId;
  return shardId === undefined ? undefined : { shardId };
}

async function readShard(
  reader: Reader,
  { shardId, sequence }: Position,
  moveTo: (position: Position) => void,
): Promise<void> {
  const { client, arn, signal } = reader;
  const isStopped = (): boolean => signal.aborted;
  const from =
    sequence === undefined
      ? { ShardIteratorType: 'TRIM_HORIZON' as const }
      : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' as const, SequenceNumber: sequence };
  let iterator = (await client.send(new GetShardIteratorCommand({ StreamArn: arn, ShardId: shardId, ...from })))
    .ShardIterator;
  while (iterator !== undefined && !signal.aborted) {
    const poll = reader.beginPoll();
    const { Records = [], NextShardIterator } = await client.send(
      new GetRecordsCommand({ ShardIterator: iterator, Limit: stream.batch.size }),
    );
    iterator = NextShardIterator;
    const last = Records.at(-1)?.dynamodb?.SequenceNumber;
    if (last === undefined) {
      reader.drained(poll);
      await pause(POLL_MS, signal);
      continue;
    }
    await handle(reader, Records.filter(isNewEntry));
    if (isStopped()) return;
    moveTo({ shardId, sequence: last });
  }
  if (!signal.aborted) moveTo({ shardId, closed: true });
}

/** The filter of the event source. */
const isNewEntry = ({ eventName, dynamodb }: StreamRecord): boolean =>
  eventName === stream.record.event &&
  dynamodb?.Keys?.[tableSchema.sortKey]?.S?.startsWith(stream.record.sortKeyBegins) === true;

/**
 * Calls the handler until all are done: from the first record that it gave back, or, when it threw, with half as many.
 */
async function handle({ options, signal }: Reader, records: readonly StreamRecord[]): Promise<void> {
  let open = records;
  let size = open.length;
  let failures = 0;
  while (open.length > 0 && !signal.aborted) {
    const batch = open.slice(0, size);
    const done = await call(options, batch);
    open = open.slice(done ?? 0);
    size = done === undefined ? Math.ceil(batch.length / 2) : open.length;
    failures = done === batch.length ? 0 : failures + 1;
    if (failures > 0) await pause(Math.min(LONGEST_PAUSE_MS, BACK_OFF_MS * 2 ** failures), signal);
  }
}

/** The number of records, from the first, that are done; undefined if the handler threw. */
async function call(
  { handler, timeoutMs = timeoutS * 1_000, onError }: StreamOptions,
  batch: readonly StreamRecord[],
): Promise<number | undefined> {
  const getRemainingTimeInMillis = countDown(timeoutMs);
  try {
    const event = { Records: batch.map(asDeployed) };
    const { batchItemFailures } = await handler(event, { awsRequestId: randomUuid(), getRemainingTimeInMillis });
    if (batchItemFailures.length === 0) return batch.length;
    const failed = batchItemFailures.map(({ itemIdentifier }) =>
      batch.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === itemIdentifier),
    );
    return Math.max(0, Math.min(...failed));
  } catch (error) {
    onError(error);
    return undefined;
  }
}

function readCheckpoint(file: string | undefined): Position | undefined {
  return file === undefined || !existsSync(file) ? undefined : (JSON.parse(readFileSync(file, 'utf8')) as Position);
}

function writeCheckpoint(file: string | undefined, position: Position): void {
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(position)}\n`);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, signal).catch(() => undefined);
}
