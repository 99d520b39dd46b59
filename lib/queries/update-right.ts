import { redact } from '../domain/redact.ts';
import type { ParsedInstance } from '../domain/instance.ts';
import { decideUpdateRight, NO_LICENSE, type UpdateRight } from '../domain/offer.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import { decideLicenseVerdict, decideVerdict, type Verdict } from '../domain/verdict.ts';
import type { Context } from '../context.ts';
import { afterFailedLookup } from '../table/failed-lookups.ts';
import { findTextAddress } from '../table/key-address.ts';
import { PLATFORM, platformKeys } from '../table/keys.ts';
import { locate, onlySeat, type Seat } from '../table/product-call.ts';
import { readRememberedItems } from '../table/remembered-items.ts';

export type UpdateContext = Context<'BatchGetItem' | 'UpdateItem'>;

/** The product that a site asks about, and what its license lets it have. `license` is undefined without one. */
export type AskedProduct = {
  brand: string;
  product: string;
  right: UpdateRight;
  license: { seat: Seat; verdict: Verdict } | undefined;
};

/** The key prefix of the brand with this slug. It never changes, so a minute in memory is no risk. */
export async function findBrandPrefix(ctx: UpdateContext, slug: string): Promise<string | undefined> {
  const key = platformKeys.brandInList(slug);
  const prefix = (await readRememberedItems(ctx.table(PLATFORM), [key], ctx.nowMs))(key)?.['key_prefix'];
  return typeof prefix === 'string' ? prefix : undefined;
}

/** `brand` is a slug, which only imported keys need. */
type UpdateCall = {
  license_key: string;
  brand: string | undefined;
  product?: string | undefined;
  instance?: ParsedInstance | undefined;
};

/**
 * Finds the license of a key for a product, as a check does, and what it allows. A key that has no license for the
 * product allows what everybody may see. Without an instance the license alone counts.
 */
export async function findUpdateRight(
  ctx: UpdateContext,
  { license_key, brand: slug, product, instance }: UpdateCall,
): Promise<AskedProduct | Refusal> {
  const address = await findTextAddress(ctx, { license_key, brand: slug });
  if (isRefusal(address)) return address;
  const { brand } = address;
  const located = await locate(ctx.table(brand), { ...address, product, instance, nowMs: ctx.nowMs });
  if (isRefusal(located)) return afterFailedLookup(ctx, located);
  const seat = onlySeat(located, product);
  if (isRefusal(seat))
    return seat.code === 'product_not_on_key' && product !== undefined
      ? { brand, product, right: NO_LICENSE, license: undefined }
      : seat;
  const verdict = instance
    ? decideVerdict(seat.license, seat.activation, ctx.nowMs)
    : decideLicenseVerdict(seat.license, ctx.nowMs);
  const right = decideUpdateRight(verdict, seat.license);
  return { brand, product: product ?? seat.license.product.id, right, license: { seat, verdict } };
}

/** The part of a brand's product that everybody may see. */
export async function findPublicProduct(
  ctx: UpdateContext,
  { brand, product }: { brand: string; product: string },
): Promise<AskedProduct | Refusal> {
  const prefix = await findBrandPrefix(ctx, brand);
  if (prefix === undefined) return refuse('product_not_found', { product: redact(product) });
  return { brand: prefix, product, right: NO_LICENSE, license: undefined };
}
