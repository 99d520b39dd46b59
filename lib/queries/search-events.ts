import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { PlatformContext } from '../context.ts';
import type { OwnedEventEntry } from '../api/schemas/event.ts';
import type { SearchEventsInput } from '../api/events.ts';
import type { DayPosition } from '../table/brand-journal.ts';
import { brandById } from '../table/brands.ts';
import { PLATFORM } from '../table/keys.ts';
import type { Answer } from '../table/once.ts';
import { openCursor, sealCursor, type ListContext } from './cursor.ts';
import { searchBrandEvents } from './search-brand-events.ts';
import { searchEventsAcrossBrands, type EveryBrandPosition, type OwnedEntry } from './search-events-across-brands.ts';
import { searchLicenseHistories, type HistoriesPosition } from './search-license-histories.ts';
import { eventView } from '../views/event-view.ts';
import { readSought } from './sought.ts';

type Page<P> = { found: OwnedEntry[]; next: P | undefined };
type Events = Answer<{ events: OwnedEventEntry[]; next_cursor: string | null }>;

const CRITERIA = ['email', 'license_key', 'license_id', 'external_id', 'instance'] as const;

/**
 * Searches the journal for the platform team: of one brand, of the licenses that a search finds in any brand, or of all
 * brands.
 */
export function searchEvents(ctx: PlatformContext, input: SearchEventsInput): Promise<Events | Refusal> {
  const { brand_id } = input;
  if (brand_id !== undefined) return paged<DayPosition>(ctx, input, (at) => ofOneBrand(ctx, brand_id, input, at));
  if (CRITERIA.every((name) => input[name] === undefined))
    return paged<EveryBrandPosition>(ctx, input, (at) => searchEventsAcrossBrands(ctx, input, at));
  return paged<HistoriesPosition>(ctx, input, (at) =>
    searchLicenseHistories(ctx, readSought(ctx.vault, input), input, at),
  );
}

async function paged<P>(
  ctx: PlatformContext,
  input: SearchEventsInput,
  read: (at: P | undefined) => Promise<Page<P> | Refusal>,
): Promise<Events | Refusal> {
  const { limit: _limit, cursor, ...filters } = input;
  const list: ListContext<P> = { vault: ctx.vault, owner: PLATFORM, list: 'events', filters };
  const at = openCursor(list, cursor);
  if (isRefusal(at)) return at;
  const page = await read(at);
  if (isRefusal(page)) return page;
  const events = page.found.map(({ entry, brand }) => ({ ...eventView(entry), brand: brand && { slug: brand.slug } }));
  return { body: { events, next_cursor: sealCursor(list, page.next) } };
}

async function ofOneBrand(
  ctx: PlatformContext,
  id: string,
  input: SearchEventsInput,
  at: DayPosition | undefined,
): Promise<Page<DayPosition> | Refusal> {
  const brand = await brandById(ctx.table, id);
  if (isRefusal(brand)) return brand;
  const { entries, next } = await searchBrandEvents(
    { table: ctx.table(brand.key_prefix), brand, nowMs: ctx.nowMs },
    input,
    at,
  );
  return { found: entries.map((entry) => ({ entry, brand })), next };
}
