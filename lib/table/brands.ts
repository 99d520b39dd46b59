import type { Key } from '../dynamo/schema.ts';
import type { BrandSettings } from '../domain/brand.ts';
import { required } from '../domain/invariant.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { keys, PLATFORM, platformKeys } from './keys.ts';
import { getOne, type Item, type Table } from '../dynamo/table.ts';
import { query } from '../dynamo/query.ts';
import type { Write } from '../dynamo/transact.ts';
import { isNew, unchangedSince } from '../dynamo/condition.ts';

export type Brand = {
  id: string;
  name: string;
  slug: string;
  key_prefix: string;
  status: 'active' | 'suspended';
  settings: BrandSettings;
  created_at: string;
  updated_at: string;
  seq: number;
};

export function parseBrandItem(item: Item): Brand {
  const { pk: _pk, sk: _sk, ...brand } = item;
  // A brand of an older version may lack these two.
  return { status: 'active', settings: {}, ...brand } as Brand;
}

/** A new brand. `slugTaken` and `prefixTaken` are the outcomes when another brand has the name. */
export function putNewBrand<R>(brand: Brand, slugTaken: () => R, prefixTaken: () => R): Write<R>[] {
  const { slug, key_prefix, id, created_at } = brand;
  return [
    { put: { ...platformKeys.slugTaken(slug), key_prefix, created_at }, guard: isNew, refused: slugTaken },
    { put: { ...platformKeys.prefixTaken(key_prefix), slug, created_at }, guard: isNew, refused: prefixTaken },
    { put: { ...platformKeys.brandInList(slug), id, key_prefix }, guard: isNew },
    { put: { ...platformKeys.brandAddress(id), key_prefix }, guard: isNew },
    { put: { ...keys.brand(key_prefix), ...brand }, guard: isNew },
  ];
}

/** One page of all brands' key prefixes, by slug. */
export async function brandPrefixes(
  table: Table<'Query'>,
  page: { limit: number; after?: Key | undefined },
): Promise<{ prefixes: string[]; last: Key | undefined }> {
  const { items, last } = await query(table, { pk: `${PLATFORM}#brands`, begins: 'brand#', ...page });
  return { prefixes: items.map((item) => String(item['key_prefix'])), last };
}

/** One page of all brands' ids. */
export async function brandIds(
  table: Table<'Query'>,
  page: { limit: number; after?: Key | undefined },
): Promise<{ ids: string[]; last: Key | undefined }> {
  const { items, last } = await query(table, { pk: `${PLATFORM}#brands`, begins: 'brand#', ...page });
  return { ids: items.map((item) => String(item['id'])), last };
}

/**
 * The key prefix of the brand with this slug, for jobs and operators. A caller's brand comes from its credential
 * instead.
 */
export async function findPrefix(table: Table<'GetItem'>, slug: string): Promise<string | undefined> {
  const prefix = (await getOne(table, platformKeys.brandInList(slug)))?.['key_prefix'];
  return typeof prefix === 'string' ? prefix : undefined;
}

/** The brand with this id. For admin routes only: all other callers have one brand. */
export async function brandById(open: (...owners: string[]) => Table, id: string): Promise<Brand | Refusal> {
  const address = await getOne(open(PLATFORM), platformKeys.brandAddress(id));
  const prefix = address?.['key_prefix'];
  if (typeof prefix !== 'string') return refuse('brand_not_found');
  const item = await getOne(open(prefix), keys.brand(prefix));
  return parseBrandItem(required(item, 'an address of a brand leads to it'));
}

/** Writes a brand if nobody changed it since it was read. */
export function putChangedBrand<R>(brand: Brand, refused: () => R): Write<R> {
  return { put: { ...keys.brand(brand.key_prefix), ...brand }, guard: unchangedSince(brand.seq - 1), refused };
}
