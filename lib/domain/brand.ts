import { isUuid } from './ids.ts';

export type { BrandSettings } from './brand-settings.ts';

/** The public name of a brand, product or bundle: 1–64 of a–z, 0–9 and dashes, no dash at either end. Never changes. */
export const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;

/** The name of a brand in its license keys. Never changes. */
export const KEY_PREFIX = /^[A-Z0-9]{2,10}$/;

/** `all` names every brand in `brands=all`; the others name the platform itself. */
const RESERVED_BRAND_SLUGS: ReadonlySet<string> = new Set(['all', 'platform', 'admin']);

/** Would read like a key of the platform itself. */
const RESERVED_KEY_PREFIXES: ReadonlySet<string> = new Set(['PLATFORM']);

/** A slug in the shape of a UUID would be read as an id wherever both are accepted. */
export function isSlug(text: string): boolean {
  return SLUG.test(text) && !isUuid(text);
}

export function isBrandSlug(text: string): boolean {
  return isSlug(text) && !RESERVED_BRAND_SLUGS.has(text);
}

export function isKeyPrefix(text: string): boolean {
  return KEY_PREFIX.test(text) && !RESERVED_KEY_PREFIXES.has(text);
}
