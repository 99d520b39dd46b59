import { isPrintableAscii, unicodePattern } from './unicode-pattern.ts';

/**
 * Invisible characters: soft hyphen, zero width space, byte order mark, directional marks, variation selectors and
 * similar ones.
 */
const invisible = unicodePattern('(?![\u200c\u200d])[\\p{Default_Ignorable_Code_Point}\ufff9-\ufffc]', 'gu');

/** Persian and Indic words contain joiners. Joiners are removed anywhere but between two letters of such scripts. */
const strayJoiner = unicodePattern(
  '(?<!(?!\\p{ASCII})[\\p{L}\\p{M}])[\u200c\u200d]|[\u200c\u200d](?!(?!\\p{ASCII})[\\p{L}\\p{M}])',
  'gu',
);

/** Removes invisible characters, so that copying and pasting does not make a different text. */
export function dropInvisible(text: string): string {
  return isPrintableAscii(text) ? text : text.replace(invisible(), '').replace(strayJoiner(), '');
}

/** Quotation marks of all kinds, and the angle brackets around addresses in e-mails (RFC 3986, appendix C). */
export const QUOTES = '"\'`<>\u00ab\u00bb\u2018-\u201f\u2032-\u2036\u2039\u203a\u300c-\u300f\u301d-\u301f';

/** The Braille blank is no blank in Unicode, but looks like one. */
export const BLANKS = '\\s\\u2800';

const START = new RegExp(`^[${BLANKS}${QUOTES}]+`, 'u');
const BLANK_OR_QUOTE = new RegExp(`[${BLANKS}${QUOTES}]`);
const FULL_WIDTH = /[\uff01-\uff5e]/g;

/**
 * Cleans a pasted address: removes invisible characters and surrounding quotes and blanks, and makes full-width forms
 * ASCII.
 */
export function readPastedAddress(text: string): string {
  const narrow = text.replace(FULL_WIDTH, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
  return trimAddressEnd(dropInvisible(narrow).replace(START, ''));
}

export const trimAddressEnd = (text: string): string => dropEnd(text, BLANK_OR_QUOTE);

/**
 * Drops the last characters while they match. A pattern with `+$` would scan a long run again from each of its
 * characters.
 */
export function dropEnd(text: string, dropped: RegExp): string {
  let end = text.length;
  while (end > 0 && dropped.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
