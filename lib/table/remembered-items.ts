import { MINUTE_MS } from '../domain/time.ts';
import { findOrigin } from '../dynamo/join-reads.ts';
import type { Key } from '../dynamo/schema.ts';
import { readItems, type Item, type ItemAt, type Table } from '../dynamo/table.ts';

/** One container serves many products, and the oldest entries make room. */
const MOST_ITEMS = 2_000;

type Remembered = { readMs: number; item: Item };
type Memory = Map<string, Remembered>;

/** A memory lasts as long as the container's wire, so no table sees the items of another. */
const memories = new WeakMap<object, Memory>();

/**
 * Reads items that may be a minute old. Those that the container does not remember are read in one batch. A missing
 * item is not remembered: it shows as soon as it is there.
 */
export async function readRememberedItems(
  table: Table<'BatchGetItem'>,
  wanted: readonly Key[],
  nowMs: number,
): Promise<ItemAt> {
  const origin = findOrigin(table.wire);
  const memory = memories.get(origin) ?? new Map<string, Remembered>();
  memories.set(origin, memory);
  const nameOf = ({ pk, sk }: Key): string => `${table.name}\n${pk}\n${sk}`;
  const isFresh = (known: Remembered | undefined): boolean =>
    known !== undefined && nowMs >= known.readMs && nowMs - known.readMs < MINUTE_MS;
  const missing = wanted.filter((key) => !isFresh(memory.get(nameOf(key))));
  const itemAt = missing.length === 0 ? undefined : await readItems(table, missing);
  const found = new Map(wanted.map((key) => [nameOf(key), memory.get(nameOf(key))?.item]));
  for (const key of missing) {
    const item = itemAt?.(key);
    found.set(nameOf(key), item);
    memory.delete(nameOf(key));
    if (item !== undefined) memory.set(nameOf(key), { readMs: nowMs, item });
  }
  makeRoom(memory);
  return (key) => found.get(nameOf(key));
}

/** A map keeps its entries in the order in which they were put. */
function makeRoom(memory: Memory): void {
  for (const name of [...memory.keys()].slice(0, Math.max(0, memory.size - MOST_ITEMS))) memory.delete(name);
}
