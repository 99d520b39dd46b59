import { createHash } from 'node:crypto';
import { unpastedKey } from './pasted.ts';

/** Crockford's base 32: no I, L, O (they read as 1, 1, 0) and no U. A character's place is its value. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** One for each drawn character. */
export const LICENSE_KEY_BYTES = 15;

/** Dashes may be missing, never misplaced. The last 16 characters are the body; what stands before them is the prefix. */
const KEY = /^([A-Z0-9]{2,10})-?([0-9A-TV-Z]{4})-?([0-9A-TV-Z]{4})-?([0-9A-TV-Z]{4})-?([0-9A-TV-Z]{4})$/i;

/** Longer than any spelling of a key with room for blanks around it; keeps a hostile text from being worked on. */
const MAX_TYPED_LENGTH = 256;

const MASKED = '****';
const SHOWN_AT_MOST_A_THIRD = 12;

/** 32 divides 256, so all characters are equally likely: 75 bits in all. */
export function buildLicenseKey(prefix: string, random: Buffer): string {
  if (random.length !== LICENSE_KEY_BYTES)
    throw new RangeError(`a license key is drawn from ${LICENSE_KEY_BYTES} bytes`);
  const drawn = Array.from(random, (byte) => ALPHABET.charAt(byte & 31)).join('');
  return spell(prefix, drawn + checksumOf(drawn));
}

/**
 * Reads a key as a person types or pastes it (see `unpastedKey`). In the 16 characters lower case, missing dashes, O for 0
 * and I or L for 1 are forgiven; in the prefix only case. `text` is the one canonical spelling. Undefined when the text is
 * no license key or its checksum does not hold.
 */
export function parseLicenseKey(text: string): { prefix: string; text: string } | undefined {
  if (text.length > MAX_TYPED_LENGTH) return undefined;
  const match = KEY.exec(unpastedKey(text));
  const prefix = match?.[1]?.toUpperCase();
  if (match === null || prefix === undefined) return undefined;
  const body = match.slice(2).join('').toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  if (body.charAt(LICENSE_KEY_BYTES) !== checksumOf(body.slice(0, LICENSE_KEY_BYTES))) return undefined;
  return { prefix, text: spell(prefix, body) };
}

/** All but prefix and last four hidden. Of a text that is not one of our keys, the last four are shown only where that is a third of it or less. */
export function maskLicenseKey(text: string): string {
  const key = parseLicenseKey(text);
  if (key !== undefined) return spell(key.prefix, MASKED.repeat(3) + key.text.slice(-4));
  return text.length >= SHOWN_AT_MOST_A_THIRD ? `${MASKED}-${text.slice(-4)}` : MASKED;
}

/** SHA-256 of the canonical text, base64url. The 75 random bits make a salt needless. */
export function hashLicenseKey(canonicalText: string): string {
  return createHash('sha256').update(canonicalText).digest('base64url');
}

function spell(prefix: string, body: string): string {
  return `${prefix}-${body.slice(0, 4)}-${body.slice(4, 8)}-${body.slice(8, 12)}-${body.slice(12)}`;
}

/**
 * A weighted sum over the field of 32 elements, GF(2⁵) modulo x⁵ + x² + 1: the i-th character from the right weighs xⁱ, the checksum itself x⁰.
 * As x has order 31, all 16 weights differ and none is zero. So every substitution of one character and every exchange of two different ones,
 * adjacent or not, changes the sum; any other garbling slips through once in 32 times.
 */
function checksumOf(drawn: string): string {
  let sum = 0;
  for (const character of drawn) sum = timesX(sum ^ ALPHABET.indexOf(character));
  return ALPHABET.charAt(sum);
}

function timesX(element: number): number {
  const doubled = element << 1;
  return doubled < 32 ? doubled : doubled ^ 0b100101;
}
