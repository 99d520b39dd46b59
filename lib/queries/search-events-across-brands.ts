import { dayAfter, isoSeconds, parseMs } from '../domain/time.ts';
import type { PlatformContext } from '../context.ts';
import { readNewestEntries } from '../table/brand-journal.ts';
import { brandsAfter, type ListedBrand } from '../table/brand-list.ts';
import type { JournalEntry } from '../table/journal.ts';
import { PLATFORM } from '../table/keys.ts';
import { matchesType, lastSecond, LOOKED_THROUGH, type EventFilters } from './event-filters.ts';

/**
 * A position: on a day, and on the day `ahead` of it if that is read too; after the brand with a slug, before the event
 * with an id. `lived` means that a brand of this day existed by then; `empty` counts the preceding days without one.
 */
export type EveryBrandPosition = {
  date: string;
  ahead?: string | undefined;
  after?: string | undefined;
  before?: string | undefined;
  lived?: boolean | undefined;
  empty?: number | undefined;
};

/** An entry and its owner: a brand, or the platform team. */
export type OwnedEntry = { entry: JournalEntry; brand: ListedBrand | null };

/** The number of brands that are read for one day at once: four reads each. */
const BRANDS_AT_ONCE = 25;
const STEPS_A_PAGE = 8;
const DAYS_UNLESS_GIVEN = 31;
/** The platform team's first keys are older than the first brand, but by no more than this. */
const DAYS_BEFORE_BRANDS = 31;
/** Ids begin at this time: nothing is older. */
const FIRST_SECOND = '1970-01-01T00:00:00Z';

/**
 * Lists the events of all brands and of the platform, day by day from the newest: within a day newest first, for 25
 * brands at a time in the order of their slugs. A page takes at most eight such steps, so it may be short or empty
 * while more follow.
 */
export async function searchEventsAcrossBrands(
  { table, nowMs }: Pick<PlatformContext, 'table' | 'nowMs'>,
  { limit, type, from, to }: EventFilters,
  at: EveryBrandPosition | undefined,
): Promise<{ found: OwnedEntry[]; next: EveryBrandPosition | undefined }> {
  const until = lastSecond(to, nowMs);
  const since = firstSecond(from, until);
  const found: OwnedEntry[] = [];
  let position = at ?? newestPosition(until, nowMs);
  const isOver = (): boolean =>
    since > until || position.date < since.slice(0, 10) || (position.empty ?? 0) > DAYS_BEFORE_BRANDS;
  for (let step = 0; step < STEPS_A_PAGE && found.length < limit && !isOver(); step += 1) {
    const { brands, isLast, oldestMs } = await brandsAfter(table(PLATFORM), position.after, BRANDS_AT_ONCE);
    const owners = [...(position.after === undefined ? [PLATFORM] : []), ...brands.map(({ key_prefix }) => key_prefix)];
    const room = limit - found.length;
    const dates = [position.date, ...(position.ahead === undefined ? [] : [position.ahead])];
    const days = { dates, from: since, to: until, before: position.before };
    const { entries, last } = await readNewestEntries(table, owners, days, type === undefined ? room : LOOKED_THROUGH);
    const fitting = entries.filter((entry) => matchesType(entry, type));
    const shown = fitting.slice(0, room);
    found.push(
      ...shown.map((entry) => ({ entry, brand: brands.find(({ key_prefix }) => key_prefix === entry.brand) ?? null })),
    );
    const end = shown.length < fitting.length ? shown.at(-1)?.id : last;
    if (end !== undefined) position = { ...position, before: end };
    else position = nextPosition(position, { oldestMs, isLast, last: brands.at(-1)?.slug });
  }
  return { found, next: isOver() ? undefined : position };
}

function firstSecond(from: string | undefined, until: string): string {
  if (until < FIRST_SECOND) return FIRST_SECOND;
  const since = from ?? `${dayAfter(until.slice(0, 10), -DAYS_UNLESS_GIVEN)}T00:00:00Z`;
  return since > FIRST_SECOND ? since : FIRST_SECOND;
}

/**
 * Begins today. Shortly before midnight tomorrow is read together with today, as an entry may be dated there already;
 * alone it would cost a step for each 25 brands.
 */
function newestPosition(until: string, nowMs: number): EveryBrandPosition {
  const [newest, today] = [until.slice(0, 10), isoSeconds(nowMs).slice(0, 10)];
  return newest > today ? { date: today, ahead: newest } : { date: newest };
}

/** The next brands on the same day; after the last of them the day before. */
function nextPosition(
  { date, ahead, lived = false, empty = 0 }: EveryBrandPosition,
  { oldestMs, isLast, last }: { oldestMs: number; isLast: boolean; last: string | undefined },
): EveryBrandPosition {
  const wasThere = lived || oldestMs <= parseMs(`${date}T23:59:59Z`) + 999;
  if (!isLast) return { date, ahead, after: last, lived: wasThere, empty };
  return { date: dayAfter(date, -1), empty: wasThere ? 0 : empty + 1 };
}
