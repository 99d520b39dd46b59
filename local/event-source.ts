import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { countDown } from '../lib/process/clock.ts';
import { randomUuid } from '../lib/process/random.ts';
import { sleep } from '../lib/process/timers.ts';
import type { Message, Queue } from './queue.ts';

export type QueueHandler = (
  event: SQSEvent,
  invocation: { awsRequestId: string; getRemainingTimeInMillis: () => number },
) => Promise<SQSBatchResponse>;

export type Source = {
  name: string;
  queue: Queue;
  fifo: boolean;
  handler: QueueHandler;
  batchSize: number;
  /** Calls at once. */
  concurrency: number;
  timeoutMs: number;
  visibilitySeconds: number;
};

export type LocalSource = {
  /** True when there is nothing to receive and no call is running. */
  isIdle: () => boolean;
  stop: () => Promise<void>;
};

const POLL_MS = 20;

/**
 * Hands a queue's messages to a function as the deployed event source does: in batches, several at once, each message
 * again until it is done.
 */
export function followQueue(source: Source, onError: (error: unknown) => void): LocalSource {
  const stopping = new AbortController();
  const calls = new Set<Promise<void>>();
  const polling = (async () => {
    while (!stopping.signal.aborted) {
      while (calls.size < source.concurrency) {
        const batch = source.queue.receive(source.batchSize, source.visibilitySeconds);
        if (batch.length === 0) break;
        const call = handle(source, batch, onError).finally(() => calls.delete(call));
        calls.add(call);
      }
      // A free hand takes the next batch at once; else it is looked again in a moment, as the clock may have brought
      // something.
      await Promise.race([sleep(POLL_MS, stopping.signal).catch(() => undefined), ...calls]);
    }
  })();
  return {
    isIdle: () => calls.size === 0 && source.queue.visible(1) === 0,
    stop: async () => {
      stopping.abort();
      await polling;
      await Promise.all(calls);
    },
  };
}

async function handle(
  { name, queue, fifo, handler, timeoutMs }: Source,
  batch: readonly Message[],
  onError: (error: unknown) => void,
): Promise<void> {
  const invocation = {
    awsRequestId: randomUuid(),
    getRemainingTimeInMillis: countDown(timeoutMs),
  };
  try {
    const { batchItemFailures } = await handler(
      { Records: batch.map((message) => recordOf({ name, fifo }, message)) },
      invocation,
    );
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { id, handle: receipt } of batch) if (!failed.has(id)) queue.remove(receipt);
  } catch (error) {
    onError(error);
  }
}

const recordOf = (
  { name, fifo }: Pick<Source, 'name' | 'fifo'>,
  { id, handle: receiptHandle, body, group, attributes = {}, sequence, received }: Message,
): SQSRecord => ({
  messageId: id,
  receiptHandle,
  body,
  attributes: {
    ApproximateReceiveCount: String(received),
    SentTimestamp: '0',
    SenderId: 'local',
    ApproximateFirstReceiveTimestamp: '0',
    ...(group === undefined ? {} : { MessageGroupId: group }),
    ...(fifo ? { SequenceNumber: String(sequence) } : {}),
  },
  messageAttributes: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, attributeOf(value)])),
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: `arn:aws:sqs:eu-west-1:000000000000:${name}`,
  awsRegion: 'eu-west-1',
});

/** Writes an attribute as Lambda does: the members of SQS's own form begin small. */
const attributeOf = (value: unknown): SQSRecord['messageAttributes'][string] => {
  const { DataType, StringValue } = value as { DataType: string; StringValue: string };
  return { dataType: DataType, stringValue: StringValue };
};
