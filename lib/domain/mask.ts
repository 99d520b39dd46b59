import { maskLicenseKey } from './license-key.ts';

/** The beginning of an API key's text or a webhook secret, which is not secret. */
const BEGINNING = /^(?:cls_[^_]+|whsec)_/;

/** Masks a secret's text: shows the last four characters of a license key, and only the kind of other secrets. */
export function maskSecret(text: string): string {
  const [beginning] = BEGINNING.exec(text) ?? [];
  return beginning === undefined ? maskLicenseKey(text) : `${beginning}****`;
}
