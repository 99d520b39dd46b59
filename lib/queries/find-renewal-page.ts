import type { EddInput } from '../domain/edd-call.ts';
import { fillRenewalUrl } from '../domain/renewal-url.ts';
import type { Context } from '../context.ts';
import { findEddBrand } from '../table/edd-brands.ts';

/** The page to which a person at the address for Easy Digital Downloads is sent; undefined if the brand sets none. */
export async function findRenewalPage(ctx: Context, { brand: slug, renewal }: EddInput): Promise<string | undefined> {
  const brand = await findEddBrand(ctx.table, slug, ctx.nowMs, []);
  if (brand === undefined || brand.renewalUrl === null) return undefined;
  return fillRenewalUrl(brand.renewalUrl, renewal);
}
