import { hash, timingSafeEqual } from 'node:crypto';
import { BlockList, isIP } from 'node:net';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
/** One byte for each random character of a key. */
export const API_KEY_BYTES = 32;
const MARK_LENGTH = 8;
const TEXT = /^cls_([A-Z0-9]{2,10}|platform)_([0-9a-hjkmnp-tv-z]{32})([0-9a-hjkmnp-tv-z]{8})?$/;

/** The owner in an API key's text: a brand's key prefix, or this for the platform team (no prefix has lower case). */
export const PLATFORM_OWNER = 'platform';

/** HMAC-SHA-256 as base64url, with a key that is used for nothing else. */
export type Mark = (text: string) => string;

/**
 * `cls_OWNER_`, 160 random bits and a mark of 40 bits. Secret scanners find the fixed beginning, and the owner leads to
 * the key's partition in one read. The mark, an HMAC of the text before it, detects made-up keys without a read; the
 * key itself is compared by its hash.
 */
export function buildApiKey(owner: string, random: Buffer, mark: Mark): string {
  const unmarked = `cls_${owner}_${randomText(random)}`;
  return unmarked + markOf(unmarked, mark);
}

/** A platform key without a mark, for an operator who can write the table but cannot read the data key. */
export function buildUnmarkedPlatformKey(random: Buffer): string {
  return `cls_${PLATFORM_OWNER}_${randomText(random)}`;
}

/** 32 divides 256, so all characters are equally likely. */
function randomText(random: Buffer): string {
  if (random.length !== API_KEY_BYTES) throw new RangeError(`an API key is drawn from ${API_KEY_BYTES} bytes`);
  return Array.from(random, (byte) => ALPHABET.charAt(byte & 31)).join('');
}

const markOf = (unmarked: string, mark: Mark): string =>
  [...Buffer.from(mark(unmarked), 'base64url').subarray(0, MARK_LENGTH)]
    .map((byte) => ALPHABET.charAt(byte % ALPHABET.length))
    .join('');

/** The owner that a text claims; undefined when the text cannot be an API key. */
export function readApiKeyOwner(text: string): string | undefined {
  const [, owner, , mark] = TEXT.exec(text) ?? [];
  return mark === undefined && owner !== PLATFORM_OWNER ? undefined : owner;
}

/** True when the mark proves that the text was never issued. A platform key without a mark may have been issued. */
export function isMadeUpApiKey(text: string, mark: Mark): boolean {
  const written = TEXT.exec(text)?.[3];
  return written !== undefined && !sameHash(written, markOf(text.slice(0, -MARK_LENGTH), mark));
}

/** SHA-256 as base64url: all that is stored of a key. 160 random bits need no slow hash. */
export function hashApiKey(text: string): string {
  return hash('sha256', text, 'base64url');
}

export function sameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** An address block in CIDR notation (RFC 4632, RFC 4291 §2.3), IPv4 or IPv6. */
export function parseCidr(text: string): { address: string; bits: number; family: 'ipv4' | 'ipv6' } | undefined {
  const parts = /^([^/%]+)\/(\d{1,3})$/.exec(text);
  if (parts === null) return undefined;
  const [address, prefix] = [String(parts[1]), Number(parts[2])];
  const version = isIP(address);
  if (version === 0) return undefined;
  return prefix <= (version === 4 ? 32 : 128)
    ? { address, bits: prefix, family: version === 4 ? 'ipv4' : 'ipv6' }
    : undefined;
}

/** True when the caller's address is in one of the blocks. Without blocks any address may call. */
export function addressAllowed(allowedCidrs: readonly string[], sourceIp: string): boolean {
  if (allowedCidrs.length === 0) return true;
  const blocks = new BlockList();
  for (const text of allowedCidrs) {
    const cidr = parseCidr(text);
    if (cidr) blocks.addSubnet(cidr.address, cidr.bits, cidr.family);
  }
  const version = isIP(sourceIp);
  return version !== 0 && blocks.check(sourceIp, version === 4 ? 'ipv4' : 'ipv6');
}
