import { productView } from '../views/product-view.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { ProductView } from '../api/schemas/product.ts';
import type { Answer } from '../table/once.ts';
import { findProduct } from '../table/products.ts';

/** One product of a brand, by slug or id. */
export async function getProduct(
  ctx: BrandContext,
  input: { product: string },
): Promise<Answer<ProductView> | Refusal> {
  const product = await findProduct(ctx.table, ctx.brand.key_prefix, input.product);
  return isRefusal(product) ? product : { body: productView(product) };
}
