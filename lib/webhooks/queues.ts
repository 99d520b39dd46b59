import { SendMessageBatchCommand, type SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import type { WebhooksConfig } from '../process/config.ts';
import { assertTaken, openQueueClient } from '../process/queue-client.ts';
import type { Delivery } from '../table/webhook-deliveries.ts';
import { computeLane } from '../table/webhook-flow.ts';

/**
 * A message of a queue: the delivery, and the keys that are needed to read everything at once. It contains no payload.
 */
const Body = z.object({
  brand: z.string(),
  endpoint_id: z.string(),
  delivery_id: z.string(),
  entity_id: z.string(),
  seq: z.int(),
  trigger: z.enum(['schedule', 'redelivery', 'replay']),
  /** The revision in which the delivery is to be sent: a later one is not sent. A redelivery is sent in any. */
  revision: z.nullable(z.int()),
});
/**
 * `ticket` is the number of a first attempt in its endpoint's lane. It is not in the body, so a duplicate has the same
 * bytes.
 */
export type Queued = z.infer<typeof Body> & { ticket: number | null };

/** The used part of a message that a queue delivers to a function. */
export type QueueRecord = {
  messageId: string;
  body: string;
  attributes?: { MessageGroupId?: string | undefined; SequenceNumber?: string | undefined };
  messageAttributes?: Readonly<Record<string, { stringValue?: string | undefined } | undefined>>;
};

/** Parses a message of a queue; undefined if it is no delivery. */
export function readQueued({ body, messageAttributes }: QueueRecord): Queued | undefined {
  const read = Body.safeParse(parsed(body));
  const ticket = messageAttributes?.['ticket']?.stringValue;
  return read.success ? { ...read.data, ticket: ticket === undefined ? null : Number(ticket) } : undefined;
}

/** Parses a message's body; undefined if it is no JSON. */
export function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/**
 * Requests that a delivery be sent. By hand (`redelivery`) it is sent once and now, independent of its schedule and
 * breaker.
 */
export const buildQueued = (
  brand: string,
  { id, endpoint_id, entity, seq, revision }: Delivery,
  trigger: Queued['trigger'],
  ticket: number | null = null,
): Queued => ({
  brand,
  endpoint_id,
  delivery_id: id,
  entity_id: entity.id,
  seq,
  trigger,
  revision: trigger === 'redelivery' ? null : revision,
  ticket,
});

export type WebhookQueues = {
  /**
   * Queues first attempts: those of one lane in the given order. Rejects when any was not accepted; those may be given
   * again, in the same order.
   */
  sendFirst: (deliveries: readonly Queued[], signal?: AbortSignal) => Promise<void>;
  /** Queues attempts without order, each after its delay. Rejects when any was not accepted. */
  sendRetry: (deliveries: readonly (Queued & { delaySeconds: number })[], signal?: AbortSignal) => Promise<void>;
};

/** SQS's longest delay. */
export const LONGEST_DELAY_S = 900;
const MAX_CALL_ENTRIES = 10;

export function openWebhookQueues({
  region,
  firstQueueUrl,
  retryQueueUrl,
  queueEndpoint,
}: WebhooksConfig): WebhookQueues {
  const client = openQueueClient({ region, endpoint: queueEndpoint });
  const send = async (
    QueueUrl: string,
    entries: readonly Omit<SendMessageBatchRequestEntry, 'Id'>[],
    signal?: AbortSignal,
  ): Promise<void> => {
    const batch = { QueueUrl, Entries: entries.map((entry, i) => ({ Id: String(i), ...entry })) };
    const answer = await client.send(new SendMessageBatchCommand(batch), signal && { abortSignal: signal });
    assertTaken(answer, entries.length);
  };
  return {
    async sendFirst(deliveries, signal) {
      for (const round of rounds(deliveries))
        await Promise.all(callsOf(round).map((call) => send(firstQueueUrl, call.map(firstEntry), signal)));
    },
    async sendRetry(deliveries, signal) {
      await Promise.all(callsOf(deliveries).map((call) => send(retryQueueUrl, call.map(retryEntry), signal)));
    },
  };
}

const firstEntry = ({ ticket, ...queued }: Queued) => ({
  MessageBody: JSON.stringify(queued),
  MessageGroupId: groupOf(queued),
  MessageDeduplicationId: `${queued.endpoint_id}.${queued.delivery_id}.${String(queued.revision)}`,
  ...(ticket === null ? {} : { MessageAttributes: { ticket: { DataType: 'Number', StringValue: String(ticket) } } }),
});

/** The group makes the standard queue fair: an endpoint with very many messages does not delay those of others. */
const retryEntry = ({ delaySeconds, ticket: _ticket, ...queued }: Queued & { delaySeconds: number }) => ({
  MessageBody: JSON.stringify(queued),
  MessageGroupId: queued.endpoint_id,
  DelaySeconds: Math.min(LONGEST_DELAY_S, Math.max(0, delaySeconds)),
});

const groupOf = ({ endpoint_id, entity_id }: Pick<Queued, 'endpoint_id' | 'entity_id'>): string =>
  `${endpoint_id}#${computeLane(entity_id)}`;

/**
 * A call may fail in part: it never contains two messages of one lane, so a later one is never queued without the one
 * before it.
 */
function rounds(deliveries: readonly Queued[]): Queued[][] {
  const made: Queued[][] = [];
  const perLane = new Map<string, number>();
  for (const queued of deliveries) {
    const lane = groupOf(queued);
    const round = perLane.get(lane) ?? 0;
    perLane.set(lane, round + 1);
    made[round] = [...(made[round] ?? []), queued];
  }
  return made;
}

function callsOf<T>(deliveries: readonly T[]): T[][] {
  const calls: T[][] = [];
  for (let from = 0; from < deliveries.length; from += MAX_CALL_ENTRIES)
    calls.push(deliveries.slice(from, from + MAX_CALL_ENTRIES));
  return calls;
}
