import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import { findBrandPrefix, findUpdateRight, type AskedProduct, type UpdateContext } from './update-right.ts';

/** The right of a key that Composer sends as a password. Composer asks for another one if it is no key of the brand. */
export async function readComposerRight(
  ctx: UpdateContext,
  { license_key, brand, product }: { license_key: string | undefined; brand: string; product: string },
): Promise<AskedProduct | Refusal> {
  if (license_key === undefined) return refuse('license_key_required');
  const asked = await findUpdateRight(ctx, { license_key, brand, product });
  if (isRefusal(asked)) return asked.code === 'rate_limited' ? asked : refuse('license_key_required');
  return asked.brand === (await findBrandPrefix(ctx, brand)) ? asked : refuse('license_key_required');
}
