import { maskLicenseKey } from './license-key.ts';

/** The beginning of an API key's text or a webhook secret, which anyone may know. */
const BEGINNING = /^(?:cls_[^_]+|whsec)_/;

/**
 * A secret's text for whoever may not see it: of a license key its last four characters, of other secrets only what
 * kind they are.
 */
export function maskSecret(text: string): string {
  const [beginning] = BEGINNING.exec(text) ?? [];
  return beginning === undefined ? maskLicenseKey(text) : `${beginning}****`;
}
