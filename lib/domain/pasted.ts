import { isPrintableAscii, unicodePattern } from './unicode-pattern.ts';
import { BLANKS, dropInvisible, QUOTES, trimAddressEnd } from './visible-text.ts';

/** Dashes of every script, and the minus and hyphen signs that word processors use instead. */
const dashes = unicodePattern('[\\p{Pd}\u2043\u207b\u208b\u2212]', 'gu');
const APOSTROPHES = /[\u00b4\u2018\u2019\u201b\u2032\uff07]/gu;
const AROUND_KEY = QUOTES.replace('<>', '');
const ASCII_ADDED_TO_KEY = new RegExp(`[${BLANKS}${AROUND_KEY}]`, 'g');
const addedToKey = unicodePattern(
  `[${BLANKS}${AROUND_KEY}\u00b4\uff02\uff07\\p{Cc}\\p{Cf}\\p{Default_Ignorable_Code_Point}]`,
  'gu',
);
const BEFORE_EMAIL = new RegExp(`^[${BLANKS}${QUOTES}]*(?:mailto:)?`, 'iu');

/**
 * Removes blanks, line breaks, quotes and invisible characters from a pasted license key, and makes every dash `-`.
 * Letters and their case stay as they are.
 */
export function unpastedKey(text: string): string {
  if (isPrintableAscii(text)) return text.replaceAll(ASCII_ADDED_TO_KEY, '');
  return text.replaceAll(dashes(), '-').replaceAll(addedToKey(), '');
}

/**
 * Removes pasted characters from an e-mail address: surrounding blanks, quotes, angle brackets and `mailto:`, invisible
 * characters, typographic dashes and apostrophes. Blanks within an address stay, so it is refused instead of read as
 * another address.
 */
export function unpastedEmail(text: string): string {
  return trimAddressEnd(inAscii(text).replace(BEFORE_EMAIL, ''));
}

const inAscii = (text: string): string =>
  isPrintableAscii(text) ? text : dropInvisible(text).replaceAll(dashes(), '-').replaceAll(APOSTROPHES, "'");
