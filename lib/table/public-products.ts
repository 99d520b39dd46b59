import { computeTag } from '../domain/ids.ts';
import type { Key } from '../dynamo/schema.ts';
import type { Table } from '../dynamo/table.ts';
import type { Write } from '../dynamo/transact.ts';
import { findCopy } from './copies.ts';
import { keys } from './keys.ts';
import type { Product } from './products.ts';

/** The public part of a product. It is an item of its own, so that a check does not read the brand's catalog. */
export type PublicProduct = Pick<Product, 'id' | 'slug' | 'links'>;

export const publicProductKey = (brand: string, slugOrId: string): Key =>
  keys.publicProduct(brand, computeTag(slugOrId));

/** Written with each change of the product. Other fields of the item stay. */
export function putPublicProduct(brand: string, { id, slug, links }: Product): Write<never> {
  return { update: publicProductKey(brand, slug), set: { id, slug, links } };
}

/** The container's copy. The item under a tag may be that of another product, if an id was made up. */
export function findPublicProduct(
  table: Pick<Table, 'name'>,
  brand: string,
  slugOrId: string,
): PublicProduct | undefined {
  const found = findCopy(table, publicProductKey(brand, slugOrId)) as PublicProduct | undefined;
  return found?.slug === slugOrId || found?.id === slugOrId.toLowerCase() ? found : undefined;
}
