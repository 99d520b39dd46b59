import { isRefusal, type Refusal } from '../../domain/refusal.ts';
import type { LicenseView } from '../../views/license-view.ts';
import type { Table } from '../../dynamo/table.ts';

/** One brand's part of the table, to read. */
export type SearchScope = { brand: { key_prefix: string }; table: Table<'BatchGetItem' | 'Query'> };

/** The end of one page and the beginning of the next. */
export type Position = Record<string, string>;
/** `most` is how many licenses may be read for one page of a refined search. */
export type Wanted = { limit: number; after: Position | undefined; most?: number };
/** `lookedThrough` counts the licenses that a refined search read. */
export type Found = { views: LicenseView[]; last: Position | undefined; lookedThrough?: number };

/** One read brings so many items at most. */
export const MAX_ITEMS = 100;
/** Licenses found by an address of theirs: a page of keys and customers is read for them, two for each. */
export const MAX_LICENSES = MAX_ITEMS / 2;
/** A refined search reads so many licenses for one page, however few of them fit. */
export const MOST_LOOKED_THROUGH = 500;

export const NONE: Found = { views: [], last: undefined };

/** One step of a search brings licenses, each with the position of a page that begins after it. */
export type Step = { rows: { view: LicenseView; at: Position }[]; read: number; last: Position | undefined };
type ReadStep = (page: { limit: number; after: Position | undefined }) => Promise<Step | Refusal>;

/** One page of licenses: a single step, or, where only some are kept, as many steps as it takes within bounds. */
export async function pageOf(
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
    // The list changed hands in the middle of this page: its first steps hold, and the next page is refused.
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

/** Of a list that came whole, the page that begins after a license. */
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
