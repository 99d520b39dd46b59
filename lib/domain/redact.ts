import { parseLicenseKey } from './license-key.ts';

/** What nobody may read in a log, by the looks of it: license keys, API keys, access tokens, webhook secrets, e-mail addresses. */
const SECRETS = [
  /(?<![\w-])[A-Z0-9]{2,10}-(?:[0-9A-Z]{4}-?){3}[0-9A-Z]{4}(?![\w-])/gi,
  /cls_[A-Za-z0-9]+_[A-Za-z0-9]+/g,
  /eyJ[\w-]+\.[\w-]+\.[\w-]+/g,
  /whsec_(?:[A-Za-z0-9+/=_-]|%[0-9A-F]{2})+/gi,
  /(?<![^\s"'<>()[\]:,;=/])[^\s"'<>()[\]:,;=/]+(?:@|%40)[^\s"'<>()[\]:,;/]+\.[a-z]{2,}/gi,
] as const;

/** A license key without dashes looks like any word of that length, but for its checksum. */
const LONG_WORD = /(?<![A-Z0-9])[A-Z0-9]{18,26}(?![A-Z0-9])/gi;

/** More of a text says nothing more of a fault, and its length is for somebody else to choose. */
const MAX_LENGTH = 8192;
const LONGEST_SECRET = 2048;

/** A text of somebody else's making, such as an error's message, as it may be logged. What has no form of its own, as an imported license key, it cannot know. */
export function redact(text: string): string {
  if (text.length <= MAX_LENGTH) return redactWhole(text);
  // A secret that the cut goes through is not known by its looks any more: it ends with the text, and so goes with its
  // end.
  return `${redactWhole(text.slice(0, MAX_LENGTH)).slice(0, -LONGEST_SECRET)}…`;
}

function redactWhole(text: string): string {
  const known = SECRETS.reduce((safe, pattern) => safe.replaceAll(pattern, '[redacted]'), text);
  return known.replaceAll(LONG_WORD, (word) => (parseLicenseKey(word) === undefined ? word : '[redacted]'));
}
