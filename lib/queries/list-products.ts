import { productView } from '../views/product-view.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { PageInput } from '../api/schemas/fields.ts';
import type { ProductView } from '../api/schemas/product.ts';
import { productsOfBrand } from '../table/products.ts';
import type { Answer } from '../table/once.ts';
import { pageOfBrand } from './page-of-brand.ts';

export function listProducts(
  ctx: BrandContext,
  input: PageInput,
): Promise<Answer<{ products: ProductView[]; next_cursor: string | null }> | Refusal> {
  return pageOfBrand(ctx, input, 'products', async (page) => {
    const { products, last } = await productsOfBrand(ctx.table, ctx.brand.key_prefix, page);
    return { body: (next_cursor) => ({ products: products.map(productView), next_cursor }), last };
  });
}
