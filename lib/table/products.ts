import type { Policy } from '../domain/policy.ts';
import { tagOf } from '../domain/ids.ts';
import { keys, type Key } from './keys.ts';
import { query, type Item, type Table } from './table.ts';
import { isNew, type Write } from './transact.ts';

export type Product = { id: string; slug: string; name: string; policy: Policy; created_at: string; updated_at: string; seq: number };

/** A named set of products; its members' tags are fixed into each purchase. */
export type Bundle = {
  id: string;
  slug: string;
  name: string;
  products: { id: string; slug: string }[];
  created_at: string;
  updated_at: string;
  seq: number;
};

const plain = ({ pk: _pk, sk: _sk, ...rest }: Item): Item => rest;
export const productOf = (item: Item): Product => plain(item) as Product;
export const bundleOf = (item: Item): Bundle => plain(item) as Bundle;

/** The key of a product, from its slug or its id. */
export const productKey = (brand: string, slugOrId: string): Key => keys.product(brand, tagOf(slugOrId));
export const bundleKey = (brand: string, slugOrId: string): Key => keys.bundle(brand, tagOf(slugOrId));

/** Whether what was found under a tag is what was asked for: a foreign id with the same tail is not. */
export const isNamed = (found: { id: string; slug: string }, slugOrId: string): boolean =>
  found.slug === slugOrId || found.id === slugOrId.toLowerCase();

export function putNewProduct<R>(brand: string, product: Product, slugTaken: () => R): Write<R> {
  return { put: { ...productKey(brand, product.slug), ...product }, guard: isNew, refused: slugTaken };
}

export function putNewBundle<R>(brand: string, bundle: Bundle, slugTaken: () => R): Write<R> {
  return { put: { ...bundleKey(brand, bundle.slug), ...bundle }, guard: isNew, refused: slugTaken };
}

type Page = { limit: number; after?: Key | undefined };

export async function productsOfBrand(table: Table<'Query'>, brand: string, page: Page): Promise<{ products: Product[]; last: Key | undefined }> {
  const { items, last } = await query(table, { pk: keys.brand(brand).pk, begins: 'product#', ...page });
  return { products: items.map(productOf), last };
}

export async function bundlesOfBrand(table: Table<'Query'>, brand: string, page: Page): Promise<{ bundles: Bundle[]; last: Key | undefined }> {
  const { items, last } = await query(table, { pk: keys.brand(brand).pk, begins: 'bundle#', ...page });
  return { bundles: items.map(bundleOf), last };
}
