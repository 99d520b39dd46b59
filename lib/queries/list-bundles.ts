import { bundleView } from '../views/product-view.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { PageInput } from '../api/schemas/fields.ts';
import type { BundleView } from '../api/schemas/bundle.ts';
import { readBundles } from '../table/products.ts';
import type { Answer } from '../table/once.ts';
import { readBrandPage } from './read-brand-page.ts';

export function listBundles(
  ctx: BrandContext,
  input: PageInput,
): Promise<Answer<{ bundles: BundleView[]; next_cursor: string | null }> | Refusal> {
  return readBrandPage(ctx, input, 'bundles', async (page) => {
    const { bundles, last } = await readBundles(ctx.table, ctx.brand.key_prefix, page);
    return { body: (next_cursor) => ({ bundles: bundles.map(bundleView), next_cursor }), last };
  });
}
