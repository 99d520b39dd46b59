import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { ListReleasesInput } from '../api/releases.ts';
import type { ReleaseList } from '../api/schemas/release.ts';
import { findProduct } from '../table/products.ts';
import type { Answer } from '../table/once.ts';
import { readReleases } from '../table/releases.ts';
import { releaseView } from '../views/release-view.ts';
import { readBrandPage } from './read-brand-page.ts';

/** The releases of a product, newest first. */
export async function listReleases(
  ctx: BrandContext,
  input: ListReleasesInput,
): Promise<Answer<ReleaseList> | Refusal> {
  const brand = ctx.brand.key_prefix;
  const product = await findProduct(ctx.table, brand, input.product);
  if (isRefusal(product)) return product;
  return readBrandPage(ctx, input, `releases of ${product.id}`, async (page) => {
    const { releases, last } = await readReleases(ctx.table, brand, product.id, page);
    return { body: (next_cursor) => ({ releases: releases.map(releaseView), next_cursor }), last };
  });
}
