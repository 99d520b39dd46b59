import type { ParsedInstance } from '../domain/instance.ts';
import { parseLicenseKey } from '../domain/license-key.ts';
import type { License } from '../domain/license.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import { afterFailedLookup } from './failed-lookups.ts';
import { isKnownMistyped, type EddBrand } from './edd-brands.ts';
import { findOwnAddress } from './key-address.ts';
import { locate } from './product-call.ts';
import type { AddressContext, TextAddress } from './text-address.ts';

/** A key of a brand, by its prefix, and the product that the call means, if it names one. */
export type EddKey = { prefix: string; text: string; product: string | undefined };

type SeatContext = AddressContext;

async function findAddress(ctx: SeatContext, brand: string, license_key: string): Promise<TextAddress> {
  // Most keys are ours, and of a site with one spelling.
  const { findAddressIn } = await import('./imported-address.ts');
  return findAddressIn(ctx, { license_key, brand }, findOwnAddress(license_key));
}

/**
 * Refuses a text that cannot be a key of this brand; a mistyped one without a read. One that looks like a key of
 * another brand may be an imported key of this one: a read decides. A key of another brand is answered, and counted,
 * like one that does not exist.
 */
export async function refuseForeignKey(ctx: SeatContext, brand: EddBrand, text: string): Promise<Refusal | undefined> {
  const { prefix } = brand;
  if (text === '' || isKnownMistyped(brand, text)) return refuse('license_key_not_found');
  if ((parseLicenseKey(text)?.prefix ?? prefix) === prefix) return undefined;
  const address = await findAddress(ctx, prefix, text);
  return address.brand === prefix ? undefined : afterFailedLookup(ctx, refuse('license_key_not_found'));
}

/** The first license of a key, whatever its product: an answer about a product that the key lacks describes it. */
export async function readFirstLicense(
  ctx: SeatContext,
  { prefix, text }: EddKey,
): Promise<{ license: License | undefined } | Refusal> {
  const address = await findAddress(ctx, prefix, text);
  const call = { ...address, product: undefined, instance: undefined, nowMs: ctx.nowMs };
  const located = await locate(ctx.table(prefix), call);
  return isRefusal(located) ? afterFailedLookup(ctx, located) : { license: located.seats[0]?.license };
}

/**
 * The instance under which a site's seat is stored: the one that is active, else one that was, else the first. Reads
 * nothing for a site that has one spelling only.
 */
export async function findStoredSite(
  ctx: SeatContext,
  { prefix, text, product }: EddKey,
  sites: readonly ParsedInstance[],
): Promise<ParsedInstance | undefined> {
  if (sites.length < 2) return sites[0];
  const address = await findAddress(ctx, prefix, text);
  const statuses = await Promise.all(
    sites.map(async (instance) => {
      const located = await locate(ctx.table(prefix), { ...address, product, instance, nowMs: ctx.nowMs });
      return isRefusal(located) ? [] : located.seats.map(({ activation }) => activation?.status);
    }),
  );
  const having = (status: string): number => statuses.findIndex((found) => found.some((one) => one === status));
  const [active, before] = [having('active'), having('deactivated')];
  return sites[active >= 0 ? active : Math.max(0, before)];
}
