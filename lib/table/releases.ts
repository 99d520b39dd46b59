import { computeTag } from '../domain/ids.ts';
import { pick } from '../domain/pick.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { mergeTexts, type OfferedRelease, type PublicProduct, type Release } from '../domain/release.ts';
import { newestFirst } from '../domain/version-compare.ts';
import { attributeMissing, equals, isNew } from '../dynamo/condition.ts';
import type { Key } from '../dynamo/schema.ts';
import { query } from '../dynamo/query.ts';
import type { Item, Table } from '../dynamo/table.ts';
import type { Write } from '../dynamo/transact.ts';
import type { Brand } from './brands.ts';
import { releaseKeys } from './keys.ts';
import { PRESENTATION_FIELDS, type Product } from './products.ts';

/** The part of a product that sites are shown: its public part, and its published releases, newest first. */
export type Shelf = { product: PublicProduct | undefined; releases: OfferedRelease[]; shelfSeq: number };

/** An item holds 400 KB, and a listed release takes less than 500 bytes. */
export const SHELF_SIZE = 500;

export const shelfKey = (brand: string, slugOrId: string): Key => releaseKeys.shelf(brand, computeTag(slugOrId));
export const releaseKey = (brand: string, product: string, id: string): Key =>
  releaseKeys.release(brand, computeTag(product), id.toLowerCase());

export const parseReleaseItem = ({ pk: _pk, sk: _sk, ...release }: Item): Release => release as Release;

/** A product that nobody has changed since it could have releases may have no shelf. */
export function parseShelfItem(item: Item | undefined): Shelf {
  return {
    product: item?.['product'] as PublicProduct | undefined,
    releases: (item?.['releases'] ?? []) as OfferedRelease[],
    shelfSeq: Number(item?.['shelf_seq'] ?? 0),
  };
}

/** A new draft. Its version is taken for good, whatever becomes of the release. */
export function putNewRelease<R>(brand: string, release: Release, taken: (present: Item | undefined) => R): Write<R>[] {
  const tag = computeTag(release.product_id);
  return [
    {
      put: { ...releaseKeys.versionTaken(brand, tag, release.version), release_id: release.id },
      guard: isNew,
      refused: taken,
    },
    { put: { ...releaseKeys.release(brand, tag, release.id), ...release }, guard: isNew },
  ];
}

/** Writes the release if nobody has written it since it was read. */
export function putChangedRelease<R>(brand: string, release: Release, refused: () => R): Write<R> {
  return {
    put: { ...releaseKey(brand, release.product_id, release.id), ...release },
    guard: equals('revision', release.revision - 1),
    refused,
  };
}

/** Rewrites the list of published releases, if nobody has since they were read. The product's public part stays. */
export function updateShelf<R>(
  brand: string,
  productId: string,
  { releases, shelfSeq }: Pick<Shelf, 'releases' | 'shelfSeq'>,
  refused: () => R,
): Write<R> {
  return {
    update: shelfKey(brand, productId),
    set: { releases: releases.toSorted(newestFirst).slice(0, SHELF_SIZE), shelf_seq: shelfSeq + 1 },
    guard: shelfSeq === 0 ? attributeMissing('shelf_seq') : equals('shelf_seq', shelfSeq),
    refused,
  };
}

/** Shows the present public part of a product to sites. It changes no list of releases. */
export function showProduct(brand: Pick<Brand, 'key_prefix' | 'slug'>, product: Product): Write<never> {
  return { update: shelfKey(brand.key_prefix, product.id), set: { product: publicProduct(brand.slug, product) } };
}

/** Shows a product that sites were not shown yet. */
export function showNewProduct<R>(
  brand: Pick<Brand, 'key_prefix' | 'slug'>,
  product: Product,
  refused: () => R,
): Write<R> {
  return { ...showProduct(brand, product), guard: attributeMissing('product'), refused };
}

export const publicProduct = (brand_slug: string, product: Product): PublicProduct => ({
  ...pick(['id', 'slug', 'name', ...PRESENTATION_FIELDS] as const, product),
  brand_slug,
});

const LISTED = ['id', 'version', 'channel', 'rollout_percent'] as const;

/** A published release as it is listed. */
export function listedRelease(release: Release): OfferedRelease {
  const { published_at, package: sent } = release;
  if (published_at === null || sent.size === null || sent.sha256 === null || sent.sha1 === null)
    throw new Error('a release without a package or a time of publishing is listed');
  const needs = pick(['requires', 'tested', 'requires_php'] as const, mergeTexts(release));
  const { size, sha256, sha1, upload } = sent;
  return { ...pick(LISTED, release), ...needs, published_at, size, sha256, sha1, upload };
}

/** The release of a product with this id, by what was read under its key. */
export function findRelease(item: Item | undefined): Release | Refusal {
  return item ? parseReleaseItem(item) : refuse('release_not_found');
}

/** One page of a product's releases, newest first. */
export async function readReleases(
  table: Table<'Query'>,
  brand: string,
  product: string,
  page: { limit: number; after?: Key | undefined },
): Promise<{ releases: Release[]; last: Key | undefined }> {
  const { pk } = shelfKey(brand, product);
  const { items, last } = await query(table, { pk, begins: 'release#', newestFirst: true, ...page });
  return { releases: items.map(parseReleaseItem), last };
}
