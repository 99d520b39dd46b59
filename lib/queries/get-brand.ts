import { brandView } from '../views/brand-view.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { PlatformContext } from '../context.ts';
import type { BrandView } from '../api/schemas/brand.ts';
import { brandById } from '../table/brands.ts';
import type { Answer } from '../table/once.ts';

/** One brand by its id. */
export async function getBrand(
  ctx: PlatformContext,
  input: { brand_id: string },
): Promise<Answer<BrandView> | Refusal> {
  const brand = await brandById(ctx.table, input.brand_id);
  return isRefusal(brand) ? brand : { body: brandView(brand) };
}
