import type { Key } from '../dynamo/schema.ts';
import type { Item, Table } from '../dynamo/table.ts';
import type { BrandSettings } from '../domain/brand.ts';
import { MINUTE_MS } from '../domain/time.ts';
import { parseBrandItem } from './brands.ts';
import { keys } from './keys.ts';

/** The setting of a brand that routes of products need, for which they do not read the brand each time. */
export type ShownToKey = NonNullable<BrandSettings['seats_shown_to_key']>;
const DEFAULT: ShownToKey = 'masked';

const REMEMBERED = 1_000;
const copies = new Map<string, { shown: ShownToKey; readMs: number }>();

const nameOf = ({ name }: Pick<Table, 'name'>, brand: string): string => `${name} ${brand}`;

/** The brand's key if this container has no copy of the last minute. It is read along in a batch. */
export function findOutdatedCopies(table: Pick<Table, 'name'>, brand: string, nowMs: number): Key[] {
  const copy = copies.get(nameOf(table, brand));
  return copy !== undefined && Math.abs(nowMs - copy.readMs) < MINUTE_MS ? [] : [keys.brand(brand)];
}

export function rememberBrand(table: Pick<Table, 'name'>, brand: string, item: Item | undefined, nowMs: number): void {
  if (item === undefined) return;
  const name = nameOf(table, brand);
  copies.delete(name);
  copies.set(name, { shown: parseBrandItem(item).settings.seats_shown_to_key ?? DEFAULT, readMs: nowMs });
  for (const oldest of copies.keys()) {
    if (copies.size <= REMEMBERED) return;
    copies.delete(oldest);
  }
}

/** Tells how much the holder of a key may see of the instances of its seats. */
export const findShownToKey = (table: Pick<Table, 'name'>, brand: string): ShownToKey =>
  copies.get(nameOf(table, brand))?.shown ?? DEFAULT;
