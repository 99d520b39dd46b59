import { timePrefix } from '../domain/ids.ts';
import { dayAfter, isoSeconds, parseMs } from '../domain/time.ts';
import { parseJournalItem, type JournalEntry } from './journal.ts';
import { DAY_SHARDS, groups, PLATFORM } from './keys.ts';
import { getMany, type Table } from '../dynamo/table.ts';
import { query } from '../dynamo/query.ts';

/**
 * The newest day is read alone, as it may be busy; quiet days are then read several at a time, up to a limit per page.
 */
const DAYS_AT_A_TIME = 6;
const DAYS_A_PAGE = 31;

/** Begins on a date, before an event if one is named. */
export type DayPosition = { date: string; before?: string };
export type DayPage = { limit: number; at: DayPosition | undefined };

type Found = { id: string; date: string; pk: string; sk: string };
type Reads = Table<'BatchGetItem' | 'Query'>;

/**
 * Lists a brand's events between two seconds, both included, newest first; at most 100 entries a page. The index of
 * days gives their ids, which sort by time; the entries are read from the table.
 */
export async function readJournalDays(
  table: Reads,
  brand: string,
  { from, to }: { from: string; to: string },
  { limit, at }: DayPage,
): Promise<{ entries: JournalEntry[]; last: DayPosition | undefined }> {
  if (from > to) return { entries: [], last: undefined };
  const [oldest, newest] = [timePrefix(parseMs(from)), `${timePrefix(parseMs(to) + 999)}${AFTER_ALL}`];
  const found: Found[] = [];
  let date = at?.date ?? to.slice(0, 10);
  for (let days = 0; found.length < limit && days < DAYS_A_PAGE && date >= from.slice(0, 10);) {
    const dates = Array.from({ length: days === 0 ? 1 : DAYS_AT_A_TIME }, (_, i) => dayAfter(date, -i)).filter(
      (day) => day >= from.slice(0, 10),
    );
    const before = at?.before !== undefined && date === at.date ? at.before : undefined;
    const pages = await Promise.all(
      dates.map((day) => idsOfDay(table, brand, day, [oldest, before ?? newest], limit + 1)),
    );
    found.push(...pages.flat().filter(({ id }) => id !== before));
    days += dates.length;
    date = dayAfter(date, -dates.length);
  }
  const shown = found.slice(0, limit);
  const entries = await readEntries(table, shown);
  const end = shown.at(-1);
  if (end && shown.length === limit) return { entries, last: { date: end.date, before: end.id } };
  return { entries, last: date >= from.slice(0, 10) ? { date } : undefined };
}

/** Lists the events of a brand whose ids are of one millisecond, newest first; at most 100. */
export async function readJournalMoment(
  table: Reads,
  brand: string,
  ms: number,
  limit: number,
): Promise<JournalEntry[]> {
  const moment = timePrefix(ms);
  const date = isoSeconds(ms).slice(0, 10);
  return readEntries(table, await idsOfDay(table, brand, date, [moment, `${moment}${AFTER_ALL}`], limit));
}

const readEntries = async (table: Reads, found: readonly Found[]): Promise<JournalEntry[]> =>
  (await getMany(table, found)).filter((item) => item !== undefined).map((item) => parseJournalItem(item));

/**
 * The newest entries of a day or two of several owners, between two seconds and before an event if one is named; at
 * most 100, newest first. `last` is the last one examined if there are more.
 */
export async function readNewestEntries(
  open: (...owners: string[]) => Reads,
  owners: readonly string[],
  { dates, from, to, before }: { dates: readonly string[]; from: string; to: string; before: string | undefined },
  limit: number,
): Promise<{ entries: JournalEntry[]; last: string | undefined }> {
  const between = [timePrefix(parseMs(from)), before ?? `${timePrefix(parseMs(to) + 999)}${AFTER_ALL}`] as const;
  const pages = await Promise.all(
    owners.flatMap((owner) => dates.map((date) => idsOfDay(open(owner), owner, date, between, limit + 2))),
  );
  const found = newestFirst(pages.flat().filter(({ id }) => id !== before));
  const shown = found.slice(0, limit);
  // One request names the platform's own items or brands' items, not both: a function's role distinguishes them this
  // way.
  const kinds = [...Map.groupBy(shown, ({ pk }) => pk.startsWith(`${PLATFORM}#`)).values()];
  const items = (await Promise.all(kinds.map((kind) => getMany(open(...owners), kind)))).flat();
  return {
    entries: newestFirst(items.filter((item) => item !== undefined).map((item) => parseJournalItem(item))),
    last: found.length > limit ? shown.at(-1)?.id : undefined,
  };
}

/** One day's newest entries, of all of its shards. */
async function idsOfDay(
  table: Reads,
  brand: string,
  date: string,
  between: readonly [string, string],
  limit: number,
): Promise<Found[]> {
  const shards = Array.from({ length: DAY_SHARDS }, (_, shard) => shard);
  const pages = await Promise.all(
    shards.map((shard) =>
      query(table, { pk: groups.day(brand, date, shard), index: 'by_group', between, newestFirst: true, limit }),
    ),
  );
  const found = pages.flatMap(({ items }) =>
    items.map(({ pk, sk, group_sk }) => ({ id: String(group_sk), date, pk: String(pk), sk: String(sk) })),
  );
  return newestFirst(found).slice(0, limit);
}

const newestFirst = <T extends { id: string }>(found: readonly T[]): T[] =>
  found.toSorted((a, b) => (a.id < b.id ? 1 : -1));

/** Sorts after every id that begins with the same time. */
const AFTER_ALL = '~';
