import type { Key } from '../dynamo/schema.ts';
import { DAY_S, isoSeconds } from '../domain/time.ts';
import type { Attempt, DeliveryStatus } from '../domain/webhook.ts';
import { RETRY_SHARDS, retryGroup, computeShard, webhookKeys } from './keys.ts';
import { getMany, type Item, type Table } from '../dynamo/table.ts';
import { query } from '../dynamo/query.ts';
import type { Write } from '../dynamo/transact.ts';
import { isNew, type Condition, allOf, equals, hasSize } from '../dynamo/condition.ts';
import { updateItem } from '../dynamo/update.ts';

/**
 * One message for one endpoint. Its id is the event's, and the `webhook-id` of every request. The message is made from
 * the journal entry each time, so no copy of it is stored.
 */
export type Delivery = {
  id: string;
  endpoint_id: string;
  /** The name under which it is sent: the endpoint may have asked for the event by its second one. */
  event_type: string;
  entity: { type: string; id: string };
  /** The event's number among its entity's: with `entity` it leads to the journal entry. */
  seq: number;
  occurred_at: string;
  status: DeliveryStatus;
  /** Attempts of the schedule, without redeliveries by hand. */
  scheduled_attempts: number;
  next_attempt_at: string | null;
  /** The newest attempts, at most `KEPT_ATTEMPTS`, oldest first. */
  attempts: Attempt[];
  created_at: string;
  /**
   * Rises whenever it has to be sent again: two workers cannot record one attempt, and an older message in the queue is
   * skipped.
   */
  revision: number;
  /** True while it waits in the table for room in the queue, as its endpoint has very many before it. */
  waits?: true | undefined;
  /** Seconds since 1970: 30 days after it was made, renewed by a replay or postponed. */
  ttl: number;
};

export const KEPT_ATTEMPTS = 20;
const KEPT_S = 30 * DAY_S;

export const parseDeliveryItem = ({ pk: _pk, sk: _sk, due_pk: _duePk, due_sk: _dueSk, ...delivery }: Item): Delivery =>
  delivery as Delivery;

type Happened = Pick<Delivery, 'id' | 'entity' | 'seq' | 'occurred_at'> & { type: string };

export function newDelivery(
  endpointId: string,
  { id, type, entity, seq, occurred_at }: Happened,
  nowMs: number,
): Delivery {
  const created_at = isoSeconds(nowMs);
  const none = { status: 'pending' as const, scheduled_attempts: 0, next_attempt_at: created_at, attempts: [] };
  return {
    id,
    endpoint_id: endpointId,
    event_type: type,
    entity,
    seq,
    occurred_at,
    ...none,
    created_at,
    revision: 1,
    ttl: computeTtl(nowMs),
  };
}

/** The time until which a new or postponed delivery stays in the log: an open one does not expire. */
export const computeTtl = (nowMs: number): number => Math.floor(nowMs / 1000) + KEPT_S;

/**
 * Creates a delivery; false if there is one for this event and endpoint. The sweep finds it at `dueAt` if nobody sends
 * it.
 */
export async function putNewDelivery(
  table: Table<'UpdateItem'>,
  brand: string,
  delivery: Delivery,
  dueAt: string,
): Promise<boolean> {
  const { isWritten } = await updateItem(
    table,
    webhookKeys.delivery(brand, delivery.endpoint_id, delivery.id),
    { set: { ...dueKeys(delivery, dueAt), ...delivery } },
    { guard: isNew },
  );
  return isWritten;
}

/**
 * Changes a delivery; undefined if another worker was faster. The sweep finds it at `dueAt`: null means never,
 * undefined unchanged. A write whose answer was lost looks like another worker's: then the attempt is repeated under
 * the same id.
 */
export async function changeDelivery(
  table: Table<'UpdateItem'>,
  brand: string,
  previous: Delivery,
  changes: Partial<Delivery>,
  dueAt: string | null | undefined,
): Promise<Delivery | undefined> {
  const changed = { revision: previous.revision + 1, ...changes };
  const due =
    dueAt === undefined ? {} : dueAt === null ? { due_pk: undefined, due_sk: undefined } : dueKeys(previous, dueAt);
  const { isWritten } = await updateItem(
    table,
    webhookKeys.delivery(brand, previous.endpoint_id, previous.id),
    { set: { ...due, ...changed } },
    { guard: stillAs(previous) },
  );
  return isWritten ? { ...previous, ...changed } : undefined;
}

/** A redelivery keeps the revision, so that queued messages stay valid. The number of attempts reveals it. */
const stillAs = ({ revision, attempts }: Delivery): Condition =>
  allOf(equals('revision', revision), hasSize('attempts', attempts.length));

/** True if only the delivery's position among the waiting ones leads to it. */
export const isWaitingForRoom = ({ waits, status }: Delivery): boolean => waits === true && status === 'pending';

/** Resets a delivery, to be sent by the whole schedule; its attempts stay on record. */
export const renewed = (
  nowMs: number,
): Pick<Delivery, 'status' | 'scheduled_attempts' | 'next_attempt_at' | 'ttl'> => ({
  status: 'pending',
  scheduled_attempts: 0,
  next_attempt_at: isoSeconds(nowMs),
  ttl: computeTtl(nowMs),
});

/** A receiver's answer to an event is not stored: it may repeat personal data, which an erasure would have to find. */
export const addAttempt = ({ attempts }: Pick<Delivery, 'attempts'>, attempt: Attempt): Attempt[] =>
  [...attempts, { ...attempt, response_body: null }].slice(-KEPT_ATTEMPTS);

/** Due deliveries of one entity are found in its order. */
const dueKeys = ({ id, endpoint_id, entity }: Delivery, dueAt: string): Item => ({
  due_pk: retryGroup(computeShard(entity.id, RETRY_SHARDS)),
  due_sk: `${dueAt}#${endpoint_id}#${id}`,
});

/** One delivery by its event and endpoint. */
export async function deliveryById(
  table: Table<'BatchGetItem'>,
  brand: string,
  endpointId: string,
  id: string,
): Promise<Delivery | undefined> {
  const [item] = await getMany(table, [webhookKeys.delivery(brand, endpointId, id)]);
  return item && parseDeliveryItem(item);
}

/** The deliveries of one event to each of these endpoints (at most 100); missing ones are left out. */
export async function readEventDeliveries(
  table: Table<'BatchGetItem'>,
  brand: string,
  endpointIds: readonly string[],
  id: string,
): Promise<Delivery[]> {
  const items = await getMany(
    table,
    endpointIds.map((endpointId) => webhookKeys.delivery(brand, endpointId, id)),
  );
  return items.filter((item) => item !== undefined).map((item) => parseDeliveryItem(item));
}

/** A page examines at most this many deliveries, so it may be short while more follow. */
const LOOKED_AT = 1_000;
const STEP = 100;

/** One page of an endpoint's deliveries, newest event first; of one status, if given. */
export async function readDeliveries(
  table: Table<'Query'>,
  brand: string,
  endpointId: string,
  { status, limit, after }: { status?: DeliveryStatus | undefined; limit: number; after?: Key | undefined },
): Promise<{ deliveries: Delivery[]; last: Key | undefined }> {
  const { pk } = webhookKeys.delivery(brand, endpointId, '');
  const found: Delivery[] = [];
  let last = after;
  for (let looked = 0; looked < LOOKED_AT; looked += STEP) {
    // Never more than the page still needs, so that its end is the start of the next one.
    const page = await query(table, {
      pk,
      begins: 'delivery#',
      newestFirst: true,
      limit: status === undefined ? limit : STEP,
      after: last,
    });
    for (const item of page.items) {
      const delivery = parseDeliveryItem(item);
      if (status !== undefined && delivery.status !== status) continue;
      found.push(delivery);
      if (found.length === limit) {
        const isEnd = item === page.items.at(-1) && page.last === undefined;
        return { deliveries: found, last: isEnd ? undefined : { pk: String(item['pk']), sk: String(item['sk']) } };
      }
    }
    last = page.last;
    if (last === undefined || status === undefined) break;
  }
  return { deliveries: found, last };
}

/** The log of a test message: one attempt, whatever its outcome. */
export function putTestDelivery(brand: string, delivery: Delivery, attempt: Attempt): Write<never> {
  const status = attempt.outcome === 'delivered' ? 'delivered' : 'exhausted';
  const tried: Delivery = { ...delivery, status, scheduled_attempts: 1, next_attempt_at: null, attempts: [attempt] };
  return { put: { ...webhookKeys.delivery(brand, delivery.endpoint_id, delivery.id), ...tried }, guard: isNew };
}

/** True if a delivery is still in the log: TTL may delete an expired item days late. */
export const isKept = ({ ttl }: Delivery, nowMs: number): boolean => ttl * 1000 > nowMs;
