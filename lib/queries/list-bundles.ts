import type { Refusal } from '../domain/refusal.ts';
import type { PlatformContext } from '../context.ts';
import type { BrandPage, BundleView } from '../http/routes/admin.ts';
import { bundlesOfBrand } from '../table/products.ts';
import type { Answer } from '../table/once.ts';
import { pageOfBrand, withoutSeq } from './page-of-brand.ts';

export function listBundles(
  ctx: PlatformContext,
  input: BrandPage,
): Promise<Answer<{ bundles: BundleView[]; next_cursor: string | null }> | Refusal> {
  return pageOfBrand(ctx, input, 'bundles', async (table, { key_prefix }, page) => {
    const { bundles, last } = await bundlesOfBrand(table, key_prefix, page);
    return { body: (next_cursor) => ({ bundles: bundles.map(withoutSeq), next_cursor }), last };
  });
}
