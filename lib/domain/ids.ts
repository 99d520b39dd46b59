import { hash } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * Makes a UUIDv7 (RFC 9562 §5.7): 48 bits of milliseconds since 1970, then bits of the ten random bytes. `tail`, twelve
 * hex digits, replaces the last 48 bits if an id must lead to an address.
 */
export function buildId(nowMs: number, random: Buffer, tail?: string): string {
  const digits = random.toString('hex');
  const variant = ((parseInt(digits.slice(3, 4), 16) & 0x3) | 0x8).toString(16);
  return `${timePrefix(nowMs)}-7${digits.slice(0, 3)}-${variant}${digits.slice(4, 7)}-${tail ?? digits.slice(7, 19)}`;
}

/** The common beginning of all UUIDv7 of that millisecond. */
export function timePrefix(ms: number): string {
  const time = Math.trunc(ms).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}`;
}

/** The milliseconds since 1970 at which a UUIDv7 was made. */
export function readIdTime(id: string): number {
  return parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** The last twelve hex digits of a UUID. */
export function readIdTail(id: string): string {
  return id.slice(-12);
}

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** The address of a product or bundle within its brand: twelve hex digits, the same from its slug as from its id. */
export function computeSlugTag(slug: string): string {
  return hash('sha256', slug, 'hex').slice(0, 12);
}

export function computeTag(slugOrId: string): string {
  const text = slugOrId.toLowerCase();
  return isUuid(text) ? readIdTail(text) : computeSlugTag(slugOrId);
}
