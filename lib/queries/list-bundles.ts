import { bundleView } from '../views/product-view.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { PageInput } from '../api/schemas/fields.ts';
import type { BundleView } from '../api/schemas/bundle.ts';
import { bundlesOfBrand } from '../table/products.ts';
import type { Answer } from '../table/once.ts';
import { pageOfBrand } from './page-of-brand.ts';

export function listBundles(
  ctx: BrandContext,
  input: PageInput,
): Promise<Answer<{ bundles: BundleView[]; next_cursor: string | null }> | Refusal> {
  return pageOfBrand(ctx, input, 'bundles', async (page) => {
    const { bundles, last } = await bundlesOfBrand(ctx.table, ctx.brand.key_prefix, page);
    return { body: (next_cursor) => ({ bundles: bundles.map(bundleView), next_cursor }), last };
  });
}
