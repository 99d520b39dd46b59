import type { Key } from '../dynamo/schema.ts';
import type { Policy } from '../domain/policy.ts';
import { computeTag } from '../domain/ids.ts';
import { NO_LINKS, type ProductLinks } from '../domain/product-links.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import type { WordPressProduct } from '../domain/release.ts';
import { keys } from './keys.ts';
import { getOne, readItems, type Item, type Table } from '../dynamo/table.ts';
import { query } from '../dynamo/query.ts';
import type { Write } from '../dynamo/transact.ts';
import { isNew, unchangedSince, type Condition, allOf, equals } from '../dynamo/condition.ts';

export type Product = {
  id: string;
  slug: string;
  name: string;
  policy: Policy;
  links: ProductLinks;
  wordpress: WordPressProduct | null;
  homepage: string | null;
  author: string | null;
  icons: Record<string, string>;
  banners: Record<string, string>;
  /** unique in its brand */
  edd_item_id: number | null;
  edd_item_name: string | null;
  created_at: string;
  updated_at: string;
  seq: number;
};

/** A named set of products. Each purchase stores its members' tags. */
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
/** The values of fields that a product of an older version may lack. */
export const NO_PRESENTATION = {
  wordpress: null,
  homepage: null,
  author: null,
  icons: {},
  banners: {},
  edd_item_id: null,
  edd_item_name: null,
} as const;
export const PRESENTATION_FIELDS = [
  ...(['wordpress', 'homepage', 'author', 'icons', 'banners'] as const),
  ...(['edd_item_id', 'edd_item_name'] as const),
] as const;
export const parseProductItem = (item: Item): Product =>
  ({ policy: {}, links: NO_LINKS, ...NO_PRESENTATION, ...plain(item) }) as Product;
export const parseBundleItem = (item: Item): Bundle => plain(item) as Bundle;

/** The key of a product, from its slug or its id. */
export const productKey = (brand: string, slugOrId: string): Key => keys.product(brand, computeTag(slugOrId));
export const bundleKey = (brand: string, slugOrId: string): Key => keys.bundle(brand, computeTag(slugOrId));

/** True if the item under a tag is the requested one: a foreign id may have the same tail. */
export const isNamed = (found: { id: string; slug: string }, slugOrId: string): boolean =>
  found.slug === slugOrId || found.id === slugOrId.toLowerCase();

export function putNewProduct<R>(brand: string, product: Product, slugTaken: () => R): Write<R> {
  return { put: { ...productKey(brand, product.slug), ...product }, guard: isNew, refused: slugTaken };
}

/** Takes the number by which Easy Digital Downloads' clients name a product: no other product of the brand has it. */
export function claimEddItem<R>(brand: string, { id, slug }: Product, eddItemId: number, taken: () => R): Write<R> {
  return {
    put: { ...keys.eddItem(brand, eddItemId), product_id: id, product_slug: slug },
    guard: isNew,
    refused: taken,
  };
}

/** Gives the number back, if it is still this product's. */
export function releaseEddItem<R>(brand: string, { id }: Product, eddItemId: number, refused: () => R): Write<R> {
  return { remove: keys.eddItem(brand, eddItemId), guard: equals('product_id', id), refused };
}

export function putNewBundle<R>(brand: string, bundle: Bundle, slugTaken: () => R): Write<R> {
  return { put: { ...bundleKey(brand, bundle.slug), ...bundle }, guard: isNew, refused: slugTaken };
}

export function putChangedProduct<R>(brand: string, product: Product, refused: () => R): Write<R> {
  return { put: { ...productKey(brand, product.slug), ...product }, guard: unchangedSince(product.seq - 1), refused };
}

export function putChangedBundle<R>(brand: string, bundle: Bundle, refused: () => R): Write<R> {
  return { put: { ...bundleKey(brand, bundle.slug), ...bundle }, guard: isStill(bundle.id, bundle.seq - 1), refused };
}

export function removeBundle<R>(brand: string, bundle: Bundle, refused: () => R): Write<R> {
  return { remove: bundleKey(brand, bundle.slug), guard: isStill(bundle.id, bundle.seq), refused };
}

/** A bundle is stored under its slug, where another may have been made since it was deleted. */
const isStill = (id: string, seq: number): Condition => allOf(unchangedSince(seq), equals('id', id));

/** The brand's product with this slug or id. */
export async function findProduct(table: Table<'GetItem'>, brand: string, named: string): Promise<Product | Refusal> {
  const item = await getOne(table, productKey(brand, named));
  const product = item && parseProductItem(item);
  return product && isNamed(product, named) ? product : refuse('product_not_found', { product: named });
}

export async function findBundle(table: Table<'GetItem'>, brand: string, named: string): Promise<Bundle | Refusal> {
  const item = await getOne(table, bundleKey(brand, named));
  const bundle = item && parseBundleItem(item);
  return bundle && isNamed(bundle, named) ? bundle : refuse('bundle_not_found', { bundle: named });
}

/** The brand's products with these slugs or ids, each named once. */
export async function findMembers(
  table: Table<'BatchGetItem'>,
  brand: string,
  named: readonly string[],
): Promise<Bundle['products'] | Refusal> {
  const itemAt = await readItems(
    table,
    named.map((name) => productKey(brand, name)),
  );
  const members: Bundle['products'] = [];
  for (const [i, name] of named.entries()) {
    const item = itemAt(productKey(brand, name));
    const product = item && parseProductItem(item);
    if (product === undefined || !isNamed(product, name)) return refuse('product_not_found', { product: name });
    if (members.some(({ id }) => id === product.id)) {
      return refuse('bad_request', {
        errors: [{ pointer: `/products/${i}`, message: 'names a product that stands in the list already' }],
      });
    }
    members.push({ id: product.id, slug: product.slug });
  }
  return members;
}

type Page = { limit: number; after?: Key | undefined };

export async function readProducts(
  table: Table<'Query'>,
  brand: string,
  page: Page,
): Promise<{ products: Product[]; last: Key | undefined }> {
  const { items, last } = await query(table, { pk: keys.brand(brand).pk, begins: 'product#', ...page });
  return { products: items.map(parseProductItem), last };
}

export async function readBundles(
  table: Table<'Query'>,
  brand: string,
  page: Page,
): Promise<{ bundles: Bundle[]; last: Key | undefined }> {
  const { items, last } = await query(table, { pk: keys.brand(brand).pk, begins: 'bundle#', ...page });
  return { bundles: items.map(parseBundleItem), last };
}
