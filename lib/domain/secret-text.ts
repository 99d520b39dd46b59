import { parseLicenseKey } from './license-key.ts';

/** What our API keys and webhook secrets begin with: refused as it stands, so that a text cut short is refused too. */
const OURS = /cls_|whsec_/i;
/** The same, where dropped separators hide the beginning. */
const OURS_SQUEEZED = /cls(?:[a-z0-9]{2,10}|platform)[0-9a-hjkmnp-tv-z]{32}|whsec[a-z0-9]{24}/i;
const API_KEY_OR_WEBHOOK_SECRET = /cls_(?:[a-z0-9]{2,10}|platform)_[0-9a-hjkmnp-tv-z]{32}|whsec_[a-z0-9+/]{24}/i;

const SEPARATORS = /[._-]/g;
const LONGEST_KEY = 26;
const SHORTEST_KEY = 18;
const ENDS_IN_HEX = /[0-9a-f]{16}$/i;

/** A key's 16 characters in fours, with anything between them that people put there. */
const BODY = '(?:[\\s._\\u2010-\\u2015-]?[0-9A-TV-Z]{4}){4}(?![0-9A-Z])';

/**
 * A key at the start of a word's part, whatever follows it, for each length of a prefix. Where nothing stands between
 * prefix and body, the prefix begins with a letter: most ids that look like keys, as ULIDs do, begin with a digit.
 */
const KEYS_IN_WORD = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(
  (more) =>
    new RegExp(
      `(?<![A-Z0-9])(?=(?:[A-Z0-9]{${more + 1}}[._-]|[A-Z][A-Z0-9]{${more}})((?:[0-9A-TV-Z]{4}[._-]?){3}[0-9A-TV-Z]{4}))`,
      'gi',
    ),
);

/**
 * Whether a plain word, as a request id is one, may be or hold a credential of ours. Nobody knows all prefixes here, so
 * a license key is known by its length and checksum: with separators anywhere in it where it ends a part of the word,
 * and between its groups where more follows. Sixteen hex digits are an id, as in UUIDs and trace ids: of 65,536 keys
 * one looks like that.
 */
export function mayHoldCredential(word: string): boolean {
  if (OURS.test(word) || OURS_SQUEEZED.test(word.replace(SEPARATORS, ''))) return true;
  const ends = [...word.matchAll(/[^._-](?=[._-]|$)/g)].map(({ index }) => index + 1);
  return (
    ends.some((end) => endsInLicenseKey(word.slice(0, end).replace(SEPARATORS, ''))) ||
    KEYS_IN_WORD.some((key) => [...word.matchAll(key)].some(([, body = '']) => isBodyOfKey(body)))
  );
}

/** The checksum is of the body alone, so that any prefix does. */
const isBodyOfKey = (body: string): boolean => endsInLicenseKey(`AA${body.replace(SEPARATORS, '')}`);

function endsInLicenseKey(letters: string): boolean {
  if (letters.length < SHORTEST_KEY || ENDS_IN_HEX.test(letters)) return false;
  return parseLicenseKey(letters.slice(-LONGEST_KEY)) !== undefined;
}

/**
 * Whether a text that somebody wrote holds an API key, a webhook secret, or a license key of this prefix; without a prefix, one of any prefix that is spelled with its
 * first dash. A prefix and a checksum together are no accident in an order number or a sentence.
 */
export function holdsCredential(text: string, prefix?: string): boolean {
  if (holdsApiKey(text)) return true;
  const key = new RegExp(`(?<![A-Z0-9])(?=(${prefix ?? '[A-Z0-9]{2,10}-'}${BODY}))`, 'gi');
  const found = [...text.matchAll(key)].map(([, match = '']) => match.replace(/[^A-Z0-9]/gi, ''));
  // Sixteen hex digits are an id: one UUID in 32 would pass for a key whose prefix nobody knows.
  return found.some((letters) => !ENDS_IN_HEX.test(letters) && parseLicenseKey(letters) !== undefined);
}

/** An API key or a webhook secret. */
const holdsApiKey = (text: string): boolean => API_KEY_OR_WEBHOOK_SECRET.test(text);

/** Tells whether one of the texts holds an API key, a webhook secret or this very license key, in any spelling. */
export function repeatsCredential(texts: readonly string[], licenseKey: string): boolean {
  const key = squeeze(parseLicenseKey(licenseKey)?.text ?? licenseKey);
  const isKey = (text: string): boolean => key.length >= SHORTEST_KEY && squeeze(text).includes(key);
  return texts.some((text) => holdsApiKey(text) || isKey(text));
}

/** O for 0 and I or L for 1 are read alike in a key. */
const squeeze = (text: string): string =>
  text
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
