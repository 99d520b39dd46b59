import type { Key } from '../dynamo/schema.ts';
import { timePrefix } from '../domain/ids.ts';
import { required } from '../domain/invariant.ts';
import { dayAfter, parseMs } from '../domain/time.ts';
import { DAY_SHARDS, groups } from './keys.ts';
import { readJournalItem, type Journalled } from './journal-stream.ts';
import { readItems, type Table } from '../dynamo/table.ts';
import { query } from '../dynamo/query.ts';

const PAGE = 100;
/** Sorts after every id that begins with the same time. */
const AFTER_ALL = '~';

/** Opens the table for one step of a long walk: each step has its own deadline. */
export type OpenTable = () => Table<'Query' | 'BatchGetItem'>;

/** All entries of one second: in order of time, and each entity's entries by `seq`. */
export type Second = { at: string; entries: Journalled[] };

/**
 * A brand's journal between two seconds, both included, second by second. An entry's id (a UUIDv7) contains its time in
 * milliseconds. Clocks of different machines may disagree within a second, so each second is sorted as a whole.
 */
export async function* journalBetween(
  open: OpenTable,
  brand: string,
  from: string,
  to: string,
): AsyncGenerator<Second> {
  for (let date = from.slice(0, 10); date <= to.slice(0, 10); date = dayAfter(date, 1)) {
    const shards = Array.from({ length: DAY_SHARDS }, (_, shard) =>
      entriesOf(open, groups.day(brand, date, shard), from, to),
    );
    let second: Second | undefined;
    for await (const { at, found } of merged(shards)) {
      if (second?.at !== at) {
        if (second) yield inOrder(second);
        second = { at, entries: [] };
      }
      second.entries.push(found);
    }
    if (second) yield inOrder(second);
  }
}

type Found = { id: string; at: string; found: Journalled };

/** The ids come from the index, which lags; the entries from the table, consistently. */
async function* entriesOf(open: OpenTable, pk: string, from: string, to: string): AsyncGenerator<Found, undefined> {
  const between = [timePrefix(parseMs(from)), `${timePrefix(parseMs(to) + 999)}${AFTER_ALL}`] as const;
  let after: Key | undefined;
  do {
    const { items, last } = await query(open(), { pk, index: 'by_group', between, limit: PAGE, after });
    const listed = items.map(({ pk: itemPk, sk, group_sk }) => ({
      key: { pk: String(itemPk), sk: String(sk) },
      id: String(group_sk),
    }));
    const itemAt = await readItems(
      open(),
      listed.map(({ key }) => key),
    );
    for (const { key, id } of listed) {
      const item = itemAt(key);
      if (item) yield { id, at: String(item['occurred_at']), found: readJournalItem(key, item) };
    }
    after = last;
  } while (after !== undefined);
  return undefined;
}

/** Merges streams that are each sorted by id. */
async function* merged(streams: AsyncGenerator<Found, undefined>[]): AsyncGenerator<Found> {
  const heads = await Promise.all(streams.map(async (stream) => ({ stream, head: (await stream.next()).value })));
  for (;;) {
    let first: (typeof heads)[number] | undefined;
    for (const candidate of heads)
      if (candidate.head && (!first?.head || candidate.head.id < first.head.id)) first = candidate;
    if (!first?.head) return;
    yield first.head;
    first.head = (await first.stream.next()).value;
  }
}

/** Each entity keeps its positions by time, and fills them by `seq`. */
function inOrder({ at, entries }: Second): Second {
  const byEntity = Map.groupBy(entries, ({ key }) => key.pk);
  for (const queue of byEntity.values()) queue.sort((a, b) => (a.key.sk < b.key.sk ? -1 : 1));
  return {
    at,
    entries: entries.map((entry) => required(byEntity.get(entry.key.pk)?.shift(), 'each entry is in its group')),
  };
}
