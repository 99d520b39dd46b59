import type { Key } from '../dynamo/schema.ts';
import { readIdTime } from '../domain/ids.ts';
import type { License } from '../domain/license.ts';
import { isoSeconds } from '../domain/time.ts';
import { brandIds } from './brands.ts';
import { DUE, DUE_SHARDS, dueGroup, keys, PLATFORM, platformKeys } from './keys.ts';
import { dueKeys } from './licenses.ts';
import { getOne, type Table } from '../dynamo/table.ts';
import { query } from '../dynamo/query.ts';
import { transact, type Write } from '../dynamo/transact.ts';
import { type Condition, allOf, unchangedSince, equals } from '../dynamo/condition.ts';

/**
 * The only access across brands: an index page names licenses of all of them, and each is then read and written within
 * its own brand. Opens the table as its owners see it.
 */
export type OpenOwners = (...owners: string[]) => Table;

/**
 * The key of a license or message that was due when the index was last written. It must be read before anything is
 * decided.
 */
export type DueEntry = { brand: string; key: Key };

export const dueShards: readonly number[] = Array.from({ length: DUE_SHARDS }, (_, shard) => shard);

/** Sorts after everything that follows a time in a sort key. */
const AFTER_ALL = '~';

/** One page of the licenses that are due on a date (`YYYY-MM-DD`) up to and including a time, earliest first. */
export async function readDueDay(
  open: OpenOwners,
  { date, shard, until }: { date: string; shard: number; until: string },
  page: { limit: number; after?: Key | undefined },
): Promise<{ entries: DueEntry[]; last: Key | undefined }> {
  return readDueGroup(open(DUE), dueGroup(date, shard), [date, until], page);
}

/** One page of a partition of the index, from the keys with the first beginning to those with the second. */
export async function readDueGroup(
  table: Table<'Query'>,
  pk: string,
  [from, until]: readonly [string, string],
  page: { limit: number; after?: Key | undefined },
): Promise<{ entries: DueEntry[]; last: Key | undefined }> {
  const { items, last } = await query(table, { pk, index: 'by_due', between: [from, `${until}${AFTER_ALL}`], ...page });
  return {
    entries: items.map((item) => ({
      brand: brandIn(String(item['pk'])),
      key: { pk: String(item['pk']), sk: String(item['sk']) },
    })),
    last,
  };
}

const brandIn = (pk: string): string => pk.slice(0, pk.indexOf('#'));

const unvisitedSince = ({ seq, due_at }: License): Condition => allOf(unchangedSince(seq), equals('due_at', due_at));

/** Moves a license on to its next due moment. Callers see no change, so it takes no number and no journal entry. */
export function moveDue<R>(
  brand: string,
  previous: License,
  { id, anchor, due_at, announced }: License,
  refused: () => R,
): Extract<Write<R>, { update: Key }> {
  const index = due_at === null ? { due_pk: undefined, due_sk: undefined } : dueKeys(brand, id, due_at);
  return {
    update: keys.license(brand, anchor),
    set: { due_at, announced, ...index },
    guard: unvisitedSince(previous),
    refused,
  };
}

/**
 * The day of the oldest brand (undefined: there is none): no license was written before it. Needed once, before the
 * first sweep has saved its progress.
 */
export async function firstDay(open: OpenOwners): Promise<string | undefined> {
  let oldest: string | undefined;
  let after: Key | undefined;
  do {
    const { ids, last } = await brandIds(open(PLATFORM), { limit: 1_000, after });
    // UUIDv7: by time.
    for (const id of ids) if (oldest === undefined || id < oldest) oldest = id;
    after = last;
  } while (after !== undefined);
  return oldest === undefined ? undefined : isoSeconds(readIdTime(oldest)).slice(0, 10);
}

const MARK = platformKeys.sweep('due');

/** The oldest day not finished; undefined before the first sweep. */
export async function readMark(open: OpenOwners): Promise<string | undefined> {
  const day = (await getOne(open(PLATFORM), MARK))?.['day'];
  return typeof day === 'string' ? day : undefined;
}

/** A sweep whose clock is behind may move the mark back: that costs queries and loses nothing. */
export async function writeMark(open: OpenOwners, day: string): Promise<void> {
  await transact<never>(open(PLATFORM), [{ put: { ...MARK, day } }]);
}
