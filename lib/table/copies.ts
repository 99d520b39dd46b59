import { MINUTE_MS } from '../domain/time.ts';
import type { Key } from '../dynamo/schema.ts';
import type { Item, ItemAt, Table } from '../dynamo/table.ts';

/** Limits on the age of a copy and on the number that a container keeps. */
const KEPT_MS = MINUTE_MS;
export const MAX_COPIES = 1000;

type Copy = { item: Item; readMs: number };
type Named = Pick<Table, 'name'>;

/**
 * A container's copies of items that change rarely and that every call needs. Who needs one reads it again in a batch
 * that is sent anyway, so copies cost no round trip and keep their items from becoming hot. Oldest first.
 */
const copies = new Map<string, Copy>();

const nameOf = ({ name }: Named, { pk, sk }: Key): string => `${name}\n${pk}\n${sk}`;

/** Finds the keys whose copies are missing or too old. */
export function listStale(table: Named, keys: readonly Key[], nowMs: number): Key[] {
  return keys.filter((key) => {
    const copy = copies.get(nameOf(table, key));
    return copy === undefined || Math.abs(nowMs - copy.readMs) >= KEPT_MS;
  });
}

/** Keeps what was read. An item that does not exist is not kept: anybody may name a product that nobody has. */
export function keepCopies(table: Named, keys: readonly Key[], itemAt: ItemAt, readMs: number): void {
  for (const key of keys) {
    const item = itemAt(key);
    if (item !== undefined) keepCopy(table, key, item, readMs);
  }
}

export function keepCopy(table: Named, key: Key, item: Item, readMs: number): void {
  const name = nameOf(table, key);
  copies.delete(name);
  copies.set(name, { item, readMs });
  const [oldest] = copies.keys();
  if (copies.size > MAX_COPIES && oldest !== undefined) copies.delete(oldest);
}

/** The copy, however old it is. */
export const findCopy = (table: Named, key: Key): Item | undefined => copies.get(nameOf(table, key))?.item;
