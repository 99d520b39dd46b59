import { parseLicenseKey } from './license-key.ts';

/**
 * Patterns of secrets and personal data that must not be logged: license keys, API keys, access tokens, webhook
 * secrets, e-mail addresses.
 */
const SECRETS = [
  /(?<![\w-])[A-Z0-9]{2,10}-(?:[0-9A-Z]{4}-?){3}[0-9A-Z]{4}(?![\w-])/gi,
  /cls_[A-Za-z0-9]+_[A-Za-z0-9]+/g,
  /eyJ[\w-]+\.[\w-]+\.[\w-]+/g,
  /whsec_(?:[A-Za-z0-9+/=_-]|%[0-9A-F]{2})+/gi,
  /(?<![^\s"'<>()[\]:,;=/])[^\s"'<>()[\]:,;=/]+(?:@|%40)[^\s"'<>()[\]:,;/]+\.[a-z]{2,}/gi,
] as const;

/** A license key without dashes looks like any word of that length; only the checksum distinguishes it. */
const LONG_WORD = /(?<![A-Z0-9])[A-Z0-9]{18,26}(?![A-Z0-9])/gi;

/** A longer text says nothing more about a fault, and others control its length. */
const MAX_LENGTH = 8192;
const LONGEST_SECRET = 2048;

/**
 * Redacts a text of outside origin, such as an error's message, for the log. It cannot recognize a secret without a
 * fixed form, such as an imported license key.
 */
export function redact(text: string): string {
  if (text.length <= MAX_LENGTH) return redactWhole(text);
  // A secret that the cut splits no longer matches its pattern. It is at the end of the text, so the whole end is
  // dropped.
  return `${redactWhole(text.slice(0, MAX_LENGTH)).slice(0, -LONGEST_SECRET)}…`;
}

function redactWhole(text: string): string {
  const known = SECRETS.reduce((safe, pattern) => safe.replaceAll(pattern, '[redacted]'), text);
  return known.replaceAll(LONG_WORD, (word) => (parseLicenseKey(word) === undefined ? word : '[redacted]'));
}
