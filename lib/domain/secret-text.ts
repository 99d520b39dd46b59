import { parseLicenseKey } from './license-key.ts';

const API_KEY_OR_WEBHOOK_SECRET = /cls_(?:[a-z0-9]{2,10}|platform)_[0-9a-hjkmnp-tv-z]{32}|whsec_[a-z0-9+/]{24}/i;

export const SHORTEST_KEY = 18;
export const ENDS_IN_HEX = /[0-9a-f]{16}$/i;

/** A key's 16 characters in groups of four, with the usual separators between them. */
const BODY = '(?:[\\s._\\u2010-\\u2015-]?[0-9A-TV-Z]{4}){4}(?![0-9A-Z])';

/**
 * True when a text contains an API key, a webhook secret, or a license key of this prefix; without a prefix, any
 * license key with its first dash. A prefix with a valid checksum does not occur by accident in an order number or a
 * sentence.
 */
export function holdsCredential(text: string, prefix?: string): boolean {
  if (holdsApiKey(text)) return true;
  const key = new RegExp(`(?<![A-Z0-9])(?=(${prefix ?? '[A-Z0-9]{2,10}-'}${BODY}))`, 'gi');
  const found = [...text.matchAll(key)].map((match) => String(match[1]).replace(/[^A-Z0-9]/gi, ''));
  // Sixteen hex digits are an id: one UUID in 32 would pass as a key of an unknown prefix.
  return found.some((letters) => !ENDS_IN_HEX.test(letters) && parseLicenseKey(letters) !== undefined);
}

/** An API key or a webhook secret. */
const holdsApiKey = (text: string): boolean => API_KEY_OR_WEBHOOK_SECRET.test(text);

/** True when one of the texts contains an API key, a webhook secret or this license key, in any spelling. */
export function repeatsCredential(texts: readonly string[], licenseKey: string): boolean {
  const key = squeeze(parseLicenseKey(licenseKey)?.text ?? licenseKey);
  const isKey = (text: string): boolean => key.length >= SHORTEST_KEY && squeeze(text).includes(key);
  return texts.some((text) => holdsApiKey(text) || isKey(text));
}

/** O is read as 0, and I or L as 1. */
const squeeze = (text: string): string =>
  text
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
