import { parseLicenseKey } from './license-key.ts';
import { ENDS_IN_HEX, SHORTEST_KEY } from './secret-text.ts';

/** The beginnings of our API keys and webhook secrets. They are refused even in a truncated text. */
const OURS = /cls_|whsec_/i;
/** The same beginnings, without separators. */
const OURS_SQUEEZED = /cls(?:[a-z0-9]{2,10}|platform)[0-9a-hjkmnp-tv-z]{32}|whsec[a-z0-9]{24}/i;

const SEPARATORS = /[._-]/g;
const LONGEST_KEY = 26;

/**
 * A key at the start of a word's part, for each length of a prefix. Without a separator, the prefix must begin with a
 * letter: most ids that look like keys, such as ULIDs, begin with a digit.
 */
const KEYS_IN_WORD = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(
  (more) =>
    new RegExp(
      `(?<![A-Z0-9])(?=(?:[A-Z0-9]{${more + 1}}[._-]|[A-Z][A-Z0-9]{${more}})` +
        '((?:[0-9A-TV-Z]{4}[._-]?){3}[0-9A-TV-Z]{4}))',
      'gi',
    ),
);

/**
 * True when a plain word, such as a request id, may contain one of our credentials. The prefixes are unknown here, so a
 * license key is found by its length and checksum. Sixteen hex digits are an id, as in UUIDs and trace ids: of 65,536
 * keys one looks like that.
 */
export function mayHoldCredential(word: string): boolean {
  if (OURS.test(word) || OURS_SQUEEZED.test(word.replace(SEPARATORS, ''))) return true;
  const ends = [...word.matchAll(/[^._-](?=[._-]|$)/g)].map(({ index }) => index + 1);
  return (
    ends.some((end) => endsInLicenseKey(word.slice(0, end).replace(SEPARATORS, ''))) ||
    KEYS_IN_WORD.some((key) => [...word.matchAll(key)].some((match) => isBodyOfKey(String(match[1]))))
  );
}

/** The checksum covers only the body, so any prefix works. */
const isBodyOfKey = (body: string): boolean => endsInLicenseKey(`AA${body.replace(SEPARATORS, '')}`);

function endsInLicenseKey(letters: string): boolean {
  if (letters.length < SHORTEST_KEY || ENDS_IN_HEX.test(letters)) return false;
  return parseLicenseKey(letters.slice(-LONGEST_KEY)) !== undefined;
}
