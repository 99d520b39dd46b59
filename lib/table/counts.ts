import type { Additions, CountedState } from '../events/counting.ts';
import { UNCOUNTED } from '../events/counting.ts';
import type { Entity } from '../events/catalog.ts';
import { addSums, type Sums } from '../domain/counts.ts';
import { DAY_S, findLatest, parseMs, SECOND_MS } from '../domain/time.ts';
import type { JournalEntry } from '../events/entry.ts';
import { anyOf, attributeMissing, below, equals, isNew } from '../dynamo/condition.ts';
import type { Key } from '../dynamo/schema.ts';
import { query } from '../dynamo/query.ts';
import { getMany, getOne, type Item, type Table } from '../dynamo/table.ts';
import { retry, type Retry } from '../dynamo/outcome.ts';
import { updateItem } from '../dynamo/update.ts';
import type { Write } from '../dynamo/transact.ts';
import { COUNT_SHARDS, countKeys } from './keys.ts';

/** The generation of counters that is shown, and those that are counted: two while they are rebuilt. */
export type Generations = { shown: number; counting: number[] };

const FIRST: Generations = { shown: 1, counting: [1] };

export async function readGenerations(table: Table<'GetItem'>, brand: string): Promise<Generations> {
  return (await findGenerations(table, brand)) ?? FIRST;
}

/** Undefined before the first event of a brand. */
export async function findGenerations(table: Table<'GetItem'>, brand: string): Promise<Generations | undefined> {
  const item = await getOne(table, countKeys.generations(brand));
  return item && { shown: Number(item['shown']), counting: item['counting'] as number[] };
}

/** Notes that this brand is counted, at its first event only: each later one would write to the same item. */
export async function beginCounting(table: Table<'GetItem' | 'UpdateItem'>, brand: string): Promise<Generations> {
  await updateItem(table, countKeys.generations(brand), { setOnce: { ...FIRST } });
  // A recount may have begun a new generation in between, which needs these events too.
  return readGenerations(table, brand);
}

export async function saveGenerations(table: Table<'UpdateItem'>, brand: string, to: Generations): Promise<void> {
  await updateItem(table, countKeys.generations(brand), { set: { ...to } });
}

/** The part of an entity's history that is counted, and the result. */
export type CountMark = { seq: number; state: CountedState };

export const parseCountMark = (item: Item | undefined): CountMark =>
  item === undefined
    ? { seq: 0, state: UNCOUNTED }
    : {
        seq: Number(item['seq'] ?? 0),
        state: { ...UNCOUNTED, ...(item['state'] as Partial<CountedState> | undefined) },
      };

/** Moves a mark on. Another writer that counted the same event first makes this one read again. */
export function putCountMark(key: Key, previous: CountMark, { seq, state }: CountMark): Write<Retry> {
  return {
    put: { ...key, seq, state },
    guard: previous.seq === 0 ? isNew : equals('seq', previous.seq),
    refused: retry,
  };
}

/** One of the parts that a brand's counters have, so that no item becomes hot. */
export type Shard = { generation: number; shard: number };

/** The writes that add to one shard of the counters. */
export function addToCounters(brand: string, { generation, shard }: Shard, additions: Additions): Write<never>[] {
  return [...additions.values()].flatMap(({ counter: { of, name }, sums }): Write<never>[] => {
    const add = Object.fromEntries(Object.entries(sums).filter(([, by]) => by !== 0));
    if (Object.keys(add).length === 0) return [];
    return [{ update: countKeys.counter(brand, of, generation, shard, name), set: {}, add }];
  });
}

/**
 * Notes the time of the newest event in one shard. Events come in any order, and a sum cannot be added to on a
 * condition, so this is a write of its own. If it is lost, the next event makes up for it.
 */
export async function noteNewest(table: Table<'UpdateItem'>, brand: string, at: Shard, as_of: string): Promise<void> {
  const key = countKeys.counter(brand, 'total', at.generation, at.shard, 'total');
  await updateItem(table, key, { set: { as_of } }, { guard: anyOf(attributeMissing('as_of'), below('as_of', as_of)) });
}

/** Support finds a change by the id of its request for so long. */
const REQUESTS_KEPT_S = 30 * DAY_S;

/** The thing that a request changed. Pointers of older versions lead to licenses. */
export type Requested = { type: Entity; id: string };

type Changed = Pick<JournalEntry, 'request_id' | 'occurred_at'> & { entity: { type: string; id: string } };

const pointer = (brand: string, { request_id, occurred_at, entity }: Changed) => ({
  key: countKeys.request(brand, request_id),
  to: {
    entity_id: entity.id,
    entity_type: entity.type,
    ttl: parseMs(occurred_at) / SECOND_MS + REQUESTS_KEPT_S,
  },
});
/** The pointers from the requests of entries to what they changed. Of several changes of a request, one is enough. */
export function putRequestPointers(brand: string, entries: readonly JournalEntry[]): Write<never>[] {
  const byKey = new Map(
    entries.map((entry) => {
      const { key, to } = pointer(brand, entry);
      return [key.pk, { ...key, ...to }];
    }),
  );
  return [...byKey.values()].map((put) => ({ put }));
}

/** The same for a change that no counter contains. A pointer to a license stays, as it leads to more. */
export async function noteRequest(table: Table<'UpdateItem'>, brand: string, changed: Changed): Promise<void> {
  const { key, to } = pointer(brand, changed);
  await updateItem(table, key, { setOnce: to });
}

/** Finds what a request changed, if that was in the last 30 days. */
export function findRequested(item: Item | undefined, nowMs: number): Requested | undefined {
  if (item === undefined || Number(item['ttl']) <= nowMs / SECOND_MS) return undefined;
  return { type: (item['entity_type'] as Entity | undefined) ?? 'license', id: String(item['entity_id']) };
}

const SHARDS = Array.from({ length: COUNT_SHARDS }, (_, shard) => shard);

/** One counter of the brand or of a product, summed over its shards, and the time of the newest event in it. */
export async function readCounter(
  table: Table<'BatchGetItem'>,
  brand: string,
  { of, generation, name }: { of: 'total' | 'product'; generation: number; name: string },
): Promise<{ sums: Sums; as_of: string | null }> {
  const items = await getMany(
    table,
    SHARDS.map((shard) => countKeys.counter(brand, of, generation, shard, name)),
  );
  const found = items.filter((item) => item !== undefined);
  const as_of = findLatest(...found.map((item) => item['as_of'] as string | undefined));
  return { sums: sumItems(found), as_of: as_of === '' ? null : as_of };
}

const PAGE = 1000;

/** The counters of the days between two, both included, summed over the shards. */
export async function readDayCounters(
  table: Table<'Query'>,
  brand: string,
  { of, generation, from, to }: { of: 'day' | 'due'; generation: number; from: string; to: string },
): Promise<Map<string, Sums>> {
  const pages = await Promise.all(
    SHARDS.map((shard) => readSpan(table, countKeys.counter(brand, of, generation, shard, '').pk, [from, to])),
  );
  const byDay = Map.groupBy(pages.flat(), ({ sk }) => String(sk));
  return new Map([...byDay].map(([day, items]) => [day, sumItems(items)]));
}

/** Numbers of years ago are computed from all days since, which are more than one page. */
async function readSpan(table: Table<'Query'>, pk: string, between: [string, string]): Promise<Item[]> {
  const all: Item[] = [];
  let after: Key | undefined;
  do {
    const { items, last } = await query(table, { pk, between, limit: PAGE, after });
    all.push(...items);
    after = last;
  } while (after !== undefined);
  return all;
}

function sumItems(items: readonly Item[]): Sums {
  const sums: Sums = {};
  for (const item of items) addSums(sums, numbersIn(item));
  return sums;
}

export const numbersIn = (item: Item): Sums =>
  Object.fromEntries(Object.entries(item).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));

/** The generation of a counter or a mark; undefined for every other item. */
export function readGeneration({ pk, sk }: Key): number | undefined {
  const [, generation] = /^[^#@]+#count#(\d+)#\d+#(?:total|product|day|due)$/.exec(pk) ?? [];
  const [, ofMark] = /^[^#@]+#counted#/.test(pk) ? (/^mark#(\d+)$/.exec(sk) ?? []) : [];
  const found = generation ?? ofMark;
  return found === undefined ? undefined : Number(found);
}
