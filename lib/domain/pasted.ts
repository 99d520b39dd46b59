/** Blanks, control characters, formatting characters and fillers: what pasting adds and nobody sees. */
const UNSEEN =
  /[\s\p{Cc}\p{Cf}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;
const UNSEEN_BUT_BLANKS =
  /[\p{Cf}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;
/** Dashes of every script, and the minus and hyphen signs that word processors put in their place. */
const DASHES = /[\p{Pd}\u2043\u207b\u208b\u2212]/gu;
const QUOTES =
  /["'`´\u2018-\u201f\u2039\u203a\u00ab\u00bb\u2032\u2033\u2035\u2036\u300c-\u300f\u301d-\u301f\uff02\uff07]/gu;
const APOSTROPHES = /[´\u2018\u2019\u201b\u2032\uff07]/gu;

/**
 * A license key without what pasting does to it: blanks, line breaks, quotes and invisible characters are dropped,
 * and every dash becomes `-`. Letters and their case stay as they are.
 */
export function unpastedKey(text: string): string {
  return text.replaceAll(DASHES, '-').replaceAll(UNSEEN, '').replaceAll(QUOTES, '');
}

/**
 * An e-mail address without what pasting does to it: what stands around it (blanks, quotes, angle brackets, `mailto:`),
 * invisible characters, and typographic dashes and apostrophes. Blanks within an address stay, so that it is refused
 * rather than taken for somebody else's.
 */
export function unpastedEmail(text: string): string {
  const visible = text.replaceAll(DASHES, '-').replaceAll(UNSEEN_BUT_BLANKS, '').replaceAll(APOSTROPHES, "'");
  return visible.replace(/^[\s"'<«»“”„]*(?:mailto:)?/i, '').replace(/[\s"'>«»“”„]+$/, '');
}
