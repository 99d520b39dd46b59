import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import { BlockList, isIP } from 'node:net';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const SECRET_LENGTH = 32;
const TEXT = /^cls_([A-Z0-9]{2,10}|platform)_([0-9a-hjkmnp-tv-z]{32})$/;

/** The part of an API key's text that says whose it is: a brand's key prefix, or this for the platform team (no prefix has lower case). */
export const PLATFORM_OWNER = 'platform';

/** `cls_OWNER_` and 160 random bits. The fixed beginning lets secret scanners find a leaked key; the owner leads to its partition in one read. */
export function newApiKey(owner: string): string {
  const secret = Array.from({ length: SECRET_LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
  return `cls_${owner}_${secret}`;
}

/** Whose key a text claims to be; undefined when it cannot be an API key at all. */
export function ownerOfApiKey(text: string): string | undefined {
  return TEXT.exec(text)?.[1];
}

/** SHA-256 as base64url: all that is stored of a key. 160 random bits need no slow hash. */
export function hashApiKey(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

export function sameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** An address block in CIDR notation (RFC 4632, RFC 4291 §2.3), IPv4 or IPv6. */
export function parseCidr(text: string): { address: string; bits: number; family: 'ipv4' | 'ipv6' } | undefined {
  const [address = '', bits = '', ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || rest.length > 0 || !/^\d{1,3}$/.test(bits)) return undefined;
  const prefix = Number(bits);
  return prefix <= (version === 4 ? 32 : 128)
    ? { address, bits: prefix, family: version === 4 ? 'ipv4' : 'ipv6' }
    : undefined;
}

/** Whether a caller's address lies in one of the blocks; no blocks means that any address may. */
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
