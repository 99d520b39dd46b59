import type { Key } from '../dynamo/schema.ts';
import type { Item, Table } from '../dynamo/table.ts';
import type { BrandSettings } from '../domain/brand.ts';
import { required } from '../domain/invariant.ts';
import { parseBrandItem } from './brands.ts';
import { findCopy, keepCopy, listStale } from './copies.ts';
import { keys } from './keys.ts';

/** The setting of a brand that routes of products need, for which they do not read the brand each time. */
export type ShownToKey = NonNullable<BrandSettings['seats_shown_to_key']>;
const DEFAULT: ShownToKey = 'masked';

type Named = Pick<Table, 'name'>;

/** The brand's key if this container has no copy of the last minute. It is read along in a batch. */
export const findOutdatedCopies = (table: Named, brand: string, nowMs: number): Key[] =>
  listStale(table, [keys.brand(brand)], nowMs);

/** Remembers the item of the brand of a key that was found: its brand is there, too. */
export function rememberBrand(table: Named, brand: string, item: Item | undefined, nowMs: number): void {
  keepCopy(table, keys.brand(brand), required(item, 'the brand of a license key is there'), nowMs);
}

/** Tells how much the holder of a key may see of the instances of its seats. */
export function findShownToKey(table: Named, brand: string): ShownToKey {
  const item = findCopy(table, keys.brand(brand));
  return (item && parseBrandItem(item).settings.seats_shown_to_key) ?? DEFAULT;
}
