import type { ParsedInstance } from '../../domain/instance.ts';
import type { License } from '../../domain/license.ts';
import { instanceIndex } from '../../table/activations.ts';
import { readViewsByAnchor } from '../../views/license-view.ts';
import { MAX_LICENSES, type Found, type SearchScope, type Wanted } from './search-page.ts';
import { type Item } from '../../dynamo/table.ts';
import { query } from '../../dynamo/query.ts';

/** A path is searched among all those of its host, this many entries a page. */
const MAX_PATHS = 1000;

/**
 * Finds licenses by a host with all of its paths, or by one path, in three round trips: the index, the licenses, their
 * keys and customers. A license on many paths is shown once: its entries follow each other, newest license first, and a
 * page begins after the last license shown.
 */
export async function licensesOnInstance(
  { brand: { key_prefix: brand }, table }: SearchScope,
  instance: ParsedInstance,
  { limit, after }: Wanted,
): Promise<Found> {
  const { group, path, hasPath } = instanceIndex(brand, instance);
  const most = Math.min(limit, MAX_LICENSES);
  const shown = after?.['shown'];
  const { items, last } = await query(table, {
    pk: group,
    index: 'by_group',
    newestFirst: true,
    limit: hasPath ? MAX_PATHS : most,
    // Every id begins with a hex digit, and every entry of this license sorts after its bound.
    ...(shown === undefined ? { after } : { between: ['0', `${shown}#`] }),
  });
  const wanted = hasPath ? items.filter(({ group_sk }) => String(group_sk).endsWith(`#${path}`)) : items;
  const found = [...Map.groupBy(wanted, licenseIdIn)];
  const some = found.slice(0, most);
  const entriesAt = new Map(some.map(([, entries]) => [anchorIn(entries[0]), entries]));
  const views = await readViewsByAnchor(
    { brand: { key_prefix: brand }, table },
    [...entriesAt.keys()],
    (license) => entriesAt.get(license.anchor)?.some(isOfSeatsOf(license)) === true,
  );
  const end = found.length > some.length ? some.at(-1)?.[0] : last && licenseIdIn(items.at(-1));
  if (end === undefined) return { views, last: undefined };
  // A license that does not match yet may match by its next entry, one of the present seat set.
  const isDone = found.length > some.length || views.some(({ license }) => license.id === end);
  return { views, last: isDone ? { shown: end } : last };
}

const licenseIdIn = (entry: Item | undefined): string => String(entry?.['group_sk']).replace(/#.*$/s, '');

const anchorIn = (entry: Item | undefined): string => {
  const pk = String(entry?.['pk']);
  return pk.slice(pk.lastIndexOf('#') + 1);
};

/** A seat of an earlier seat set is no longer the license's. */
const isOfSeatsOf =
  ({ seat_set }: License) =>
  (entry: Item): boolean =>
    String(entry['sk']).startsWith(`seat#${String(seat_set)}#`);
