import { isRefusal, type Refusal } from '../../domain/refusal.ts';
import type { LicenseView } from '../../views/license-view.ts';
import type { Table } from '../../dynamo/table.ts';

/** One brand's part of the table, for reading. */
export type SearchScope = {
  brand: { key_prefix: string; settings?: { allow_short_keys?: boolean | undefined } };
  table: Table<'BatchGetItem' | 'Query'>;
};

/** The end of one page and the beginning of the next. */
export type Position = Record<string, string>;
/** `most` is the number of licenses that may be read for one page of a refined search. */
export type Wanted = { limit: number; after: Position | undefined; most?: number };
/** `lookedThrough` counts the licenses that a refined search read. */
export type Found = { views: LicenseView[]; last: Position | undefined; lookedThrough?: number };

/** One read returns at most this many items. */
export const MAX_ITEMS = 100;
/** The number of licenses found by an address: each needs two more reads, its key and its customer. */
export const MAX_LICENSES = MAX_ITEMS / 2;
/** A refined search reads this many licenses for one page, however few of them match. */
export const MOST_LOOKED_THROUGH = 500;

export const NONE: Found = { views: [], last: undefined };

/** One step of a search returns licenses, each with the position of a page that begins after it. */
export type Step = { rows: { view: LicenseView; at: Position }[]; read: number; last: Position | undefined };
type ReadStep = (page: { limit: number; after: Position | undefined }) => Promise<Step | Refusal>;

/** One page of licenses: a single step or, in a refined search, as many steps as it takes within bounds. */
export async function collectPage(
  readStep: ReadStep,
  keep: ((view: LicenseView) => boolean) | undefined,
  page: Wanted,
): Promise<Found | Refusal> {
  if (keep !== undefined) return lookThrough(readStep, keep, page);
  const step = await readStep(page);
  return isRefusal(step) ? step : { views: step.rows.map(({ view }) => view), last: step.last };
}

async function lookThrough(
  readStep: ReadStep,
  keep: (view: LicenseView) => boolean,
  { limit, after, most = MOST_LOOKED_THROUGH }: Wanted,
): Promise<Found | Refusal> {
  const views: LicenseView[] = [];
  let lookedThrough = 0;
  let at = after;
  do {
    const step = await readStep({ limit: Math.min(MAX_ITEMS, most - lookedThrough), after: at });
    // The list moved to another customer during this page: its first steps are valid, and the next page is refused.
    if (isRefusal(step)) return lookedThrough === 0 ? step : { views, last: at, lookedThrough };
    lookedThrough += step.read;
    for (const [i, row] of step.rows.entries()) {
      if (!keep(row.view)) continue;
      views.push(row.view);
      const isEnd = i === step.rows.length - 1 && step.last === undefined;
      if (views.length === limit) return { views, last: isEnd ? undefined : row.at, lookedThrough };
    }
    at = step.last;
  } while (at !== undefined && lookedThrough < most);
  return { views, last: at, lookedThrough };
}

/** The page that begins after a license, of a list that was read whole. */
export function newest<T extends { id: string }>(
  all: readonly T[],
  { limit, after }: Wanted,
): { some: T[]; last: Position | undefined } {
  const from = after?.['id'];
  const left = all.filter(({ id }) => from === undefined || id < from).sort((a, b) => (a.id < b.id ? 1 : -1));
  const some = left.slice(0, limit);
  const end = some.at(-1);
  return { some, last: left.length > limit && end ? { id: end.id } : undefined };
}
