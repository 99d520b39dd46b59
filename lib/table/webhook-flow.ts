import type { Key } from '../dynamo/schema.ts';
import { required } from '../domain/invariant.ts';
import { SECOND_MS, isoSeconds } from '../domain/time.ts';
import { LANES, NO_FLOW, addSample, type EndpointFlow, type Lane, type Sample } from '../domain/webhook-flow.ts';
import { RETRY_SHARDS, retryGroup, computeShard, webhookKeys } from './keys.ts';
import { readItems, type Item, type Table } from '../dynamo/table.ts';
import { query } from '../dynamo/query.ts';
import { transact, type Write } from '../dynamo/transact.ts';
import { computeTtl, type Delivery } from './webhook-deliveries.ts';
import {
  type Condition,
  anyOf,
  attributeMissing,
  below,
  equals,
  attributeExists,
  atMost,
  allOf,
} from '../dynamo/condition.ts';
import { type Changes, updateItem } from '../dynamo/update.ts';

const issued = (lane: number): string => `issued_${String(lane)}`;
const done = (lane: number): string => `done_${String(lane)}`;

export const computeLane = (entityId: string): number => computeShard(entityId, LANES);

/** Alternates times and latencies: as numbers, 40 samples keep the item below the 1 KB of one write unit. */
const packed = (samples: readonly Sample[]): number[] => samples.flatMap(({ at_s, latency_ms }) => [at_s, latency_ms]);

function unpacked(numbers: readonly number[]): Sample[] {
  return Array.from({ length: numbers.length / 2 }, (_, i) => ({
    at_s: Number(numbers[2 * i]),
    latency_ms: Number(numbers[2 * i + 1]),
  }));
}

export function parseFlowItem(item: Item | undefined): EndpointFlow {
  if (item === undefined) return NO_FLOW;
  const lanes = NO_FLOW.lanes.map((_, lane): Lane => {
    return { issued: Number(item[issued(lane)] ?? 0), done: Number(item[done(lane)] ?? 0) };
  });
  return {
    lanes,
    moved_at: (item['moved_at'] as string | undefined) ?? null,
    waiting: item['due_pk'] === undefined ? null : Number(item['waiting']),
    refilled_until: (item['refilled_until'] as string | undefined) ?? null,
    samples: unpacked((item['samples'] as number[] | undefined) ?? []),
  };
}

/** The flow of each of these endpoints (at most 100), by the endpoint's id. */
export async function readFlows(
  table: Table<'BatchGetItem'>,
  brand: string,
  endpointIds: readonly string[],
): Promise<ReadonlyMap<string, EndpointFlow>> {
  const itemAt = await readItems(
    table,
    endpointIds.map((id) => webhookKeys.flow(brand, id)),
  );
  return new Map(endpointIds.map((id) => [id, parseFlowItem(itemAt(webhookKeys.flow(brand, id)))]));
}

type At = { brand: string; endpointId: string; nowMs: number };

/** Changes an endpoint's flow without reading it first. Returns the result, or undefined if the guard failed. */
async function changeFlow(
  table: Table<'UpdateItem'>,
  { brand, endpointId, nowMs }: At,
  changes: Changes,
  guard?: Condition,
): Promise<EndpointFlow | undefined> {
  const kept = { ...changes, set: { ...changes.set, ttl: computeTtl(nowMs) } };
  const updated = await updateItem(table, webhookKeys.flow(brand, endpointId), kept, { guard, returns: 'ALL_NEW' });
  return updated.isWritten ? parseFlowItem(updated.attributes) : undefined;
}

/**
 * Issues tickets for the messages of each lane, before they are queued. A ticket without a message is skipped when the
 * next one of its lane is handled.
 */
export async function issueTickets(
  table: Table<'UpdateItem'>,
  at: At,
  counts: ReadonlyMap<number, number>,
): Promise<EndpointFlow> {
  const add = Object.fromEntries([...counts].map(([lane, count]) => [issued(lane), count]));
  const changed = await changeFlow(table, at, { set: { moved_at: isoSeconds(at.nowMs) }, add });
  return required(changed, 'an update without a guard is written');
}

/** A worker's report on a message: its ticket, if it had one, and the receiver's response time, if it was called. */
export type Handled = { ticket: { lane: number; number: number } | null; latencyMs: number | undefined };

/** Notes a handled message; undefined if a later one of its lane has been noted. */
export function noteHandled(
  table: Table<'UpdateItem'>,
  at: At,
  { ticket, latencyMs }: Handled,
  known: EndpointFlow,
): Promise<EndpointFlow | undefined> {
  const now = isoSeconds(at.nowMs);
  const sample =
    latencyMs === undefined ? undefined : { at_s: Math.floor(at.nowMs / SECOND_MS), latency_ms: latencyMs };
  const samples = sample ? { samples: packed(addSample(known.samples, sample)) } : {};
  if (ticket === null) return changeFlow(table, at, { set: samples });
  const name = done(ticket.lane);
  return changeFlow(
    table,
    at,
    { set: { ...samples, [name]: ticket.number, moved_at: now } },
    anyOf(attributeMissing(name), below(name, ticket.number)),
  );
}

/** The index keys by which the sweep finds an endpoint with waiting messages, until `forgetWaiting`. */
export async function noteWaiting(table: Table<'UpdateItem'>, at: At): Promise<void> {
  const due = {
    due_pk: retryGroup(computeShard(at.endpointId, RETRY_SHARDS)),
    due_sk: `${isoSeconds(at.nowMs)}#${at.endpointId}#flow`,
  };
  await changeFlow(table, at, { setOnce: due, add: { waiting: 1 } });
}

/** Notes that no message waits any more: false if one began to wait since `known` was read. */
export async function forgetWaiting(table: Table<'UpdateItem'>, at: At, known: EndpointFlow): Promise<boolean> {
  const gone = { due_pk: undefined, due_sk: undefined, refilled_until: undefined };
  const changed = await changeFlow(table, at, { set: gone }, equals('waiting', known.waiting));
  return changed !== undefined;
}

/**
 * Claims the waiting messages for one worker until a time; undefined if another has them, or none waits.
 * @param isForced overrides another worker's claim.
 */
export function claimRefill(
  table: Table<'UpdateItem'>,
  at: At,
  until: string,
  { isForced }: { isForced: boolean },
): Promise<EndpointFlow | undefined> {
  const isWaiting = attributeExists('due_pk');
  const isUnclaimed = anyOf(attributeMissing('refilled_until'), atMost('refilled_until', isoSeconds(at.nowMs)));
  const guard = isForced ? isWaiting : allOf(isWaiting, isUnclaimed);
  return changeFlow(table, at, { set: { refilled_until: until } }, guard);
}

/** Counts all messages out of a queue that has lost them. Returns the flow of the empty queue. */
export async function forgetTickets(
  table: Table<'UpdateItem'>,
  at: At,
  { lanes }: EndpointFlow,
): Promise<EndpointFlow | undefined> {
  const handled = Object.fromEntries(lanes.map(({ issued: last }, lane) => [done(lane), last]));
  return changeFlow(table, at, { set: handled });
}

export async function releaseRefill(table: Table<'UpdateItem'>, at: At): Promise<void> {
  await changeFlow(table, at, { set: { refilled_until: undefined } });
}

export const forgetFlow = (brand: string, endpointId: string): Write<never> => ({
  remove: webhookKeys.flow(brand, endpointId),
});

/** The response times of one address do not apply to the next one. */
export const forgetSamples = (brand: string, endpointId: string, nowMs: number): Write<never> => ({
  update: webhookKeys.flow(brand, endpointId),
  set: { samples: [], ttl: computeTtl(nowMs) },
});

/** The position of a delivery among those that wait: by the time of their events, and by number within one license. */
const waitingKey = (brand: string, { endpoint_id, occurred_at, entity, seq, id }: Delivery): Key =>
  webhookKeys.waiting(brand, endpoint_id, `${occurred_at}#${entity.id}#${String(seq).padStart(10, '0')}#${id}`);

/**
 * Gives a delivery its position among those that wait. It is written before the delivery, so no waiting delivery lacks
 * one.
 */
export async function putWaiting(
  table: Table<'UpdateItem'>,
  brand: string,
  delivery: Delivery,
  nowMs: number,
): Promise<void> {
  await updateItem(table, waitingKey(brand, delivery), {
    set: { delivery_id: delivery.id, put_at: isoSeconds(nowMs), ttl: computeTtl(nowMs) },
  });
}

/** A position, the time at which it was given, and its delivery's key. */
export type WaitingEntry = { key: Key; put_at: string; delivery: Key };

/** The first positions of an endpoint's waiting deliveries. */
export async function firstWaiting(
  table: Table<'Query'>,
  brand: string,
  endpointId: string,
  limit: number,
): Promise<WaitingEntry[]> {
  const { pk } = webhookKeys.waiting(brand, endpointId, '');
  const { items } = await query(table, { pk, begins: 'waiting#', limit });
  return items.map((item) => ({
    key: { pk, sk: String(item['sk']) },
    put_at: String(item['put_at']),
    delivery: webhookKeys.delivery(brand, endpointId, String(item['delivery_id'])),
  }));
}

/** Deletes positions (at most 100). */
export async function removeWaiting(table: Table, waiting: readonly Key[]): Promise<void> {
  if (waiting.length === 0) return;
  await transact<never>(
    table,
    waiting.map((remove) => ({ remove })),
  );
}
