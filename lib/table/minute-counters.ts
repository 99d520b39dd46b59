import { isReadRegion } from '../process/config.ts';
import type { Key } from '../dynamo/schema.ts';
import type { Table, Item } from '../dynamo/table.ts';
import { updateItem } from '../dynamo/update.ts';
import { allOf, type Condition, anyOf, attributeMissing, below } from '../dynamo/condition.ts';
import { MINUTE_MS, HOUR_S } from '../domain/time.ts';

/** Counters are useless once their minute is over; TTL deletes them some time later. */
const KEPT_SECONDS = HOUR_S;
/** A container remembers this many counts and forgets the oldest: callers choose the keys. */
const REMEMBERED = 4096;

/** The counts of an item, by attribute, with their limits. */
export type Limits = Readonly<Record<string, number>>;

export type Minute = { number: number; ends_ms: number; reset_seconds: number };

/** The minute of a time: all limits here count fixed minutes, and a counter's key contains its minute. */
export function computeMinute(nowMs: number): Minute {
  const number = Math.floor(nowMs / MINUTE_MS);
  const ends_ms = (number + 1) * MINUTE_MS;
  return { number, ends_ms, reset_seconds: Math.ceil((ends_ms - nowMs) / 1000) };
}

/** The counts that this container saw last. Within its minute a count only grows: once at its limit, it stays there. */
const seen = new Map<string, number>();

const nameOf = ({ pk }: Key, attribute: string): string => `${pk} ${attribute}`;

/** The count that this container saw last; 0 if it has seen none. */
export const lastSeen = (key: Key, attribute: string): number => seen.get(nameOf(key, attribute)) ?? 0;

const isKnownFull = (key: Key, limits: Limits): boolean =>
  Object.entries(limits).some(([attribute, limit]) => lastSeen(key, attribute) >= limit);

function remember(key: Key, counts: Limits): void {
  for (const [attribute, count] of Object.entries(counts)) {
    const name = nameOf(key, attribute);
    const known = seen.get(name) ?? 0;
    seen.delete(name);
    seen.set(name, Math.max(known, count));
  }
  for (const name of seen.keys()) {
    if (seen.size <= REMEMBERED) return;
    seen.delete(name);
  }
}

/**
 * Adds one to each count of an item if all stay within their limits, else to none: one write, exact for any number of
 * concurrent callers. An item that is known to be full is not written. True if counted; then `lastSeen` knows the
 * counts. A second region counts in each container alone.
 */
export async function countInMinute(
  table: Table<'UpdateItem'>,
  key: Key,
  limits: Limits,
  { ends_ms }: Minute,
): Promise<boolean> {
  if (isKnownFull(key, limits)) return false;
  const attributes = Object.keys(limits);
  if (isReadRegion()) {
    remember(key, Object.fromEntries(attributes.map((attribute) => [attribute, lastSeen(key, attribute) + 1])));
    return true;
  }
  const updated = await updateItem(
    table,
    key,
    {
      set: { ttl: Math.floor(ends_ms / 1000) + KEPT_SECONDS },
      add: Object.fromEntries(attributes.map((attribute) => [attribute, 1])),
    },
    {
      guard: allOf(...attributes.map((attribute) => hasRoom(attribute, Number(limits[attribute])))),
      returns: 'UPDATED_NEW',
    },
  );
  remember(key, countsIn(updated.isWritten ? updated.attributes : updated.present, limits));
  return updated.isWritten;
}

const hasRoom = (attribute: string, limit: number): Condition =>
  anyOf(attributeMissing(attribute), below(attribute, limit));

const countsIn = (item: Item | undefined, limits: Limits): Limits =>
  Object.fromEntries(Object.keys(limits).map((attribute) => [attribute, Number(item?.[attribute] ?? 0)]));
