import { dayAfter, isoSeconds } from '../domain/time.ts';
import type { PlatformContext } from '../context.ts';
import { journalOfDay } from '../table/brand-journal.ts';
import { brandsAfter, type ListedBrand } from '../table/brand-list.ts';
import type { JournalEntry } from '../table/journal.ts';
import { PLATFORM } from '../table/keys.ts';
import { AHEAD_MS, isOfType, LOOKED_THROUGH, type EventFilters } from './shown-event.ts';

/** On a day, after the brand with a slug, before the event with an id. */
export type EveryBrandPosition = { date: string; after?: string | undefined; before?: string | undefined };

/** An entry, and whose it is: a brand's, or the platform team's own. */
export type OwnedEntry = { entry: JournalEntry; brand: ListedBrand | null };

/** So many brands are asked for one day at once: four reads each. */
const BRANDS_AT_ONCE = 25;
const STEPS_A_PAGE = 8;
const DAYS_UNLESS_GIVEN = 31;

/**
 * What happened in all brands and to the platform team's own things, day by day from the newest: within a day newest first, for 25 brands at a time in the order of their
 * slugs. A page takes eight such steps at most, so that it may be short or empty while there is more.
 */
export async function eventsOfEveryBrand(
  { table, nowMs }: Pick<PlatformContext, 'table' | 'nowMs'>,
  { limit, type, from, to }: EventFilters,
  at: EveryBrandPosition | undefined,
): Promise<{ found: OwnedEntry[]; next: EveryBrandPosition | undefined }> {
  const until = to ?? isoSeconds(nowMs + AHEAD_MS);
  const since = from ?? `${dayAfter(until.slice(0, 10), -DAYS_UNLESS_GIVEN)}T00:00:00Z`;
  const found: OwnedEntry[] = [];
  let place: EveryBrandPosition = at ?? { date: until.slice(0, 10) };
  const isOver = (): boolean => since > until || place.date < since.slice(0, 10);
  for (let step = 0; step < STEPS_A_PAGE && found.length < limit && !isOver(); step += 1) {
    const { brands, isLast } = await brandsAfter(table(PLATFORM), place.after, BRANDS_AT_ONCE);
    const owners = [...(place.after === undefined ? [PLATFORM] : []), ...brands.map(({ key_prefix }) => key_prefix)];
    const room = limit - found.length;
    const day = { date: place.date, from: since, to: until, before: place.before };
    const { entries, last } = await journalOfDay(table, owners, day, type === undefined ? room : LOOKED_THROUGH);
    const fitting = entries.filter((entry) => isOfType(entry, type));
    const shown = fitting.slice(0, room);
    found.push(
      ...shown.map((entry) => ({ entry, brand: brands.find(({ key_prefix }) => key_prefix === entry.brand) ?? null })),
    );
    const end = shown.length < fitting.length ? shown.at(-1)?.id : last;
    const { date, after } = place;
    place =
      end !== undefined
        ? { date, after, before: end }
        : isLast
          ? { date: dayAfter(date, -1) }
          : { date, after: brands.at(-1)?.slug };
  }
  return { found, next: isOver() ? undefined : place };
}
