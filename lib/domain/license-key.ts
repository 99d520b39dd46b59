import { hash } from 'node:crypto';
import { unpastedKey } from './pasted.ts';

/** Crockford's base 32: no I, L, O (read as 1, 1, 0) and no U. A character's index is its value. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** One byte for each random character. */
export const LICENSE_KEY_BYTES = 15;

/** Dashes may be missing, but not misplaced. The last 16 characters are the body; the prefix is before them. */
const KEY = /^([A-Z0-9]{2,10})-?([0-9A-TV-Z]{4})-?([0-9A-TV-Z]{4})-?([0-9A-TV-Z]{4})-?([0-9A-TV-Z]{4})$/i;

/** Longer than any spelling of a key with blanks around it. It bounds the work on hostile input. */
const MAX_TYPED_LENGTH = 256;

const MASKED = '****';
const SHOWN_AT_MOST_A_THIRD = 12;

/** 32 divides 256, so all characters are equally likely: 75 bits in all. */
export function buildLicenseKey(prefix: string, random: Buffer): string {
  if (random.length !== LICENSE_KEY_BYTES)
    throw new RangeError(`a license key is drawn from ${LICENSE_KEY_BYTES} bytes`);
  const drawn = Array.from(random, (byte) => ALPHABET.charAt(byte & 31)).join('');
  return formatKey(prefix, drawn + checksumOf(drawn));
}

/**
 * Parses a key as a person types or pastes it (see `unpastedKey`). The 16 characters allow lower case, missing dashes,
 * O for 0 and I or L for 1; the prefix allows any case. `text` is the canonical spelling. Undefined when the text is no
 * license key or its checksum is wrong.
 */
export function parseLicenseKey(text: string): { prefix: string; text: string } | undefined {
  const parts = splitKey(text);
  return parts?.isValid ? { prefix: parts.prefix, text: formatKey(parts.prefix, parts.body) } : undefined;
}

/** True for a text that has the form of this brand's keys, but not their checksum. */
export function isMistypedKey(text: string, brand: string): boolean {
  const parts = splitKey(text);
  return parts?.prefix === brand && !parts.isValid;
}

function splitKey(text: string): { prefix: string; body: string; isValid: boolean } | undefined {
  if (text.length > MAX_TYPED_LENGTH) return undefined;
  const match = KEY.exec(unpastedKey(text));
  const prefix = match?.[1]?.toUpperCase();
  if (match === null || prefix === undefined) return undefined;
  const body = match.slice(2).join('').toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  const isValid = body.charAt(LICENSE_KEY_BYTES) === checksumOf(body.slice(0, LICENSE_KEY_BYTES));
  return { prefix, body, isValid };
}

/**
 * Hides all but the prefix and the last four characters. For a text that is not one of our keys, the last four are
 * shown only if they are a third of it or less.
 */
export function maskLicenseKey(text: string): string {
  const key = parseLicenseKey(text);
  if (key !== undefined) return formatKey(key.prefix, MASKED.repeat(3) + key.text.slice(-4));
  return text.length >= SHOWN_AT_MOST_A_THIRD ? `${MASKED}-${text.slice(-4)}` : MASKED;
}

/** SHA-256 of the canonical text, base64url. With 75 random bits no salt is needed. */
export function hashLicenseKey(canonicalText: string): string {
  return hash('sha256', canonicalText, 'base64url');
}

function formatKey(prefix: string, body: string): string {
  return `${prefix}-${body.slice(0, 4)}-${body.slice(4, 8)}-${body.slice(8, 12)}-${body.slice(12)}`;
}

/**
 * A weighted sum in the field of 32 elements, GF(2⁵) modulo x⁵ + x² + 1: the i-th character from the right weighs xⁱ.
 * As x has order 31, all 16 weights differ. So it detects every substitution of one character and every swap of two;
 * other errors pass once in 32 times.
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
