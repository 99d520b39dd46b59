import { productView } from '../views/product-view.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { PageInput } from '../api/schemas/fields.ts';
import type { ProductView } from '../api/schemas/product.ts';
import { readProducts } from '../table/products.ts';
import type { Answer } from '../table/once.ts';
import { readBrandPage } from './read-brand-page.ts';

export function listProducts(
  ctx: BrandContext,
  input: PageInput,
): Promise<Answer<{ products: ProductView[]; next_cursor: string | null }> | Refusal> {
  return readBrandPage(ctx, input, 'products', async (page) => {
    const { products, last } = await readProducts(ctx.table, ctx.brand.key_prefix, page);
    return { body: (next_cursor) => ({ products: products.map(productView), next_cursor }), last };
  });
}
