import type { Refusal } from '../domain/refusal.ts';
import type { PlatformContext } from '../context.ts';
import type { BrandPage, ProductView } from '../http/routes/admin.ts';
import { productsOfBrand } from '../table/products.ts';
import type { Answer } from '../table/once.ts';
import { pageOfBrand, withoutSeq } from './page-of-brand.ts';

export function listProducts(
  ctx: PlatformContext,
  input: BrandPage,
): Promise<Answer<{ products: ProductView[]; next_cursor: string | null }> | Refusal> {
  return pageOfBrand(ctx, input, 'products', async (table, { key_prefix }, page) => {
    const { products, last } = await productsOfBrand(table, key_prefix, page);
    return { body: (next_cursor) => ({ products: products.map(withoutSeq), next_cursor }), last };
  });
}
