import { hashLicenseKey, parseLicenseKey } from '../domain/license-key.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import type { AddressContext, TextAddress } from './text-address.ts';

/** A key's text as a plugin sends it, and the slug of the brand that an imported key needs. */
type TypedKey = { license_key: string; brand?: string | undefined };

/**
 * The address of a key's text. A text with a prefix and a valid checksum is one of ours. Any other is an imported key,
 * which needs the brand's slug; without one it is refused without a read.
 */
export async function findTextAddress(ctx: AddressContext, typed: TypedKey): Promise<TextAddress | Refusal> {
  const { license_key, brand } = typed;
  const own = findOwnAddress(license_key);
  if (brand === undefined) return own ?? refuse('license_key_not_found');
  // Most keys are ours, and come without a brand.
  const { findNamedAddress } = await import('./imported-address.ts');
  return findNamedAddress(ctx, { license_key, brand }, own);
}

/** The address of a text that is a key of a brand of ours. */
export function findOwnAddress(text: string): TextAddress | undefined {
  const parsed = parseLicenseKey(text);
  return parsed && { brand: parsed.prefix, hash: hashLicenseKey(parsed.text) };
}
