import { required } from '../domain/invariant.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { PlatformContext } from '../context.ts';
import type { ListedBrand } from '../table/brand-list.ts';
import { readJournal, type JournalEntry } from '../table/journal.ts';
import { keys } from '../table/keys.ts';
import type { Sought } from './search/license-search.ts';
import type { LicenseView } from '../views/license-view.ts';
import type { OwnedEntry } from './search-events-across-brands.ts';
import { searchLicensesAcrossBrands, type BrandPosition } from './search-licenses-across-brands.ts';
import { matchesType, LOOKED_THROUGH, type EventFilters } from './event-filters.ts';

/** Histories of a brand's entities, each with the number of its last listed change; 0 is none yet. */
type Histories = { brand: ListedBrand; shownUpTo: [id: string, seq: number][] };

/** Unfinished histories, and the position at which the search for further licenses continues. */
export type HistoriesPosition = { open: Histories[]; rest?: BrandPosition | undefined };

/** The histories of this many licenses are merged. It bounds a page's reads, and the size of a cursor. */
const LICENSES_AT_ONCE = 8;

/**
 * Lists the events of the licenses that a search of all brands finds, newest first: eight licenses at a time, in the
 * order of that search. By e-mail also the customers and their keys, by a license key also that key.
 */
export async function searchLicenseHistories(
  ctx: PlatformContext,
  sought: Sought,
  filters: EventFilters,
  at: HistoriesPosition | undefined,
): Promise<{ found: OwnedEntry[]; next: HistoriesPosition | undefined } | Refusal> {
  const position = at === undefined || at.open.length === 0 ? await moreHistories(ctx, sought, at?.rest) : at;
  if (isRefusal(position)) return position;
  const { found, open } = await newestOf(ctx, position.open, filters);
  return { found, next: open.length === 0 && position.rest === undefined ? undefined : { open, rest: position.rest } };
}

async function moreHistories(
  ctx: PlatformContext,
  sought: Sought,
  after: BrandPosition | undefined,
): Promise<HistoriesPosition | Refusal> {
  const show = (brand: ListedBrand, view: LicenseView): { brand: ListedBrand; view: LicenseView } => ({ brand, view });
  const page = await searchLicensesAcrossBrands({ open: ctx.table, show }, sought, { limit: LICENSES_AT_ONCE, after });
  if (isRefusal(page)) return page;
  const open = [...Map.groupBy(page.entries, ({ brand }) => brand.slug).values()].flatMap((entries): Histories[] => {
    const first = required(entries[0], 'a group has a first license');
    const views = entries.map(({ view }) => view);
    const goesOn = after?.within !== undefined && after.slug === first.brand.slug;
    const ids = [
      ...views.map(({ license }) => license.id),
      ...keysIn(sought, views),
      ...(goesOn ? [] : customersIn(sought, views)),
    ];
    return [{ brand: first.brand, shownUpTo: ids.map((id) => [id, 0]) }];
  });
  return { open, rest: page.last };
}

/**
 * Keys are listed with the newest license that they name, cancelled or not: each is listed once however the licenses
 * are paged, even if none of its licenses is left.
 */
function keysIn({ by }: Sought, views: readonly LicenseView[]): string[] {
  if (by !== 'email' && by !== 'license_key' && by !== 'ending') return [];
  const newestOn = ({ licenses, cancelled }: LicenseView['licenseKey']): string | undefined =>
    [...Object.values(licenses), ...Object.values(cancelled)]
      .map(({ license_id }) => license_id)
      .sort()
      .at(-1);
  return views.flatMap(({ license, licenseKey }) => (newestOn(licenseKey) === license.id ? [licenseKey.id] : []));
}

/** An e-mail beside a key only selects the key. */
const customersIn = ({ by, refine }: Sought, views: readonly LicenseView[]): string[] =>
  by === 'email' && refine?.lastFour === undefined ? [...new Set(views.map(({ customer }) => customer.id))] : [];

/** One history as far as it was read: `at` is the next entry, `isWhole` means that there are no more beyond. */
type Read = {
  brand: ListedBrand;
  id: string;
  shownUpTo: number;
  entries: JournalEntry[];
  at: number;
  isWhole: boolean;
};

/** Merges histories: takes the newest of their next entries, until the page is full or a history needs another read. */
async function newestOf(
  { table }: PlatformContext,
  open: readonly Histories[],
  filters: EventFilters,
): Promise<{ found: OwnedEntry[]; open: Histories[] }> {
  const { limit, type, from = '', to } = filters;
  const size = type === undefined ? limit : LOOKED_THROUGH;
  const reads = await Promise.all(
    open.flatMap(({ brand, shownUpTo }) =>
      shownUpTo.map(async ([id, seq]): Promise<Read> => {
        const after = seq === 0 ? undefined : keys.journal(brand.key_prefix, id, seq);
        const { entries, last } = await readJournal(table(brand.key_prefix), brand.key_prefix, id, {
          limit: size,
          after,
        });
        const within = entries.filter(({ occurred_at }) => occurred_at >= from);
        return {
          brand,
          id,
          shownUpTo: seq,
          entries: within,
          at: 0,
          isWhole: last === undefined || within.length < entries.length,
        };
      }),
    ),
  );
  const found: OwnedEntry[] = [];
  while (found.length < limit && !reads.some(hasToBeReadOn)) {
    const next = reads.reduce<Read | undefined>((best, read) => (idOf(read) > idOf(best) ? read : best), undefined);
    const entry = next?.entries[next.at];
    if (next === undefined || entry === undefined) break;
    next.at += 1;
    next.shownUpTo = entry.seq;
    if (matchesType(entry, type) && (to === undefined || entry.occurred_at <= to))
      found.push({ entry, brand: next.brand });
  }
  const left = reads.filter(({ at, entries, isWhole }) => at < entries.length || !isWhole);
  return {
    found,
    open: [...Map.groupBy(left, ({ brand }) => brand).entries()].map(([brand, of]) => ({
      brand,
      shownUpTo: of.map(({ id, shownUpTo }) => [id, shownUpTo]),
    })),
  };
}

const hasToBeReadOn = ({ at, entries, isWhole }: Read): boolean => at === entries.length && !isWhole;
const idOf = (read: Read | undefined): string => read?.entries[read.at]?.id ?? '';
