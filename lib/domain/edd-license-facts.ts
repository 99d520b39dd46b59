import { hash } from 'node:crypto';
import { addDuration } from './duration.ts';
import { seatsRemaining, type License } from './license.ts';
import { computeGraceEnd, isInGrace } from './terms.ts';
import { isoSeconds } from './time.ts';

/** The facts in an answer about a known license, whether the call succeeded or not. */
export type EddLicenseFacts = {
  /** 0 is unlimited */
  license_limit: number;
  site_count: number;
  activations_left: number | 'unlimited';
  expires: string;
  payment_id: number;
  customer_name: '';
  customer_email: '';
  price_id: false;
};

/** Neither name nor e-mail: the answer reaches everybody who holds the key, and no client shows them. */
export function describeEddLicense(license: License, nowMs: number): EddLicenseFacts {
  return {
    license_limit: license.seat_limit ?? 0,
    site_count: license.seats_used,
    activations_left: seatsRemaining(license) ?? 'unlimited',
    expires: describeExpiry(license, nowMs),
    payment_id: parseInt(hash('md5', license.id).slice(0, 7), 16),
    customer_name: '',
    customer_email: '',
    price_id: false,
  };
}

/** Within grace the end of the grace period, since a client prints the date as the one that ends its license. */
function describeExpiry({ expires_at, starts_on_activation, policy }: License, nowMs: number): string {
  if (starts_on_activation !== null) return eddTime(addDuration(isoSeconds(nowMs), starts_on_activation));
  const ends = isInGrace(expires_at, policy, nowMs) ? computeGraceEnd(expires_at, policy) : expires_at;
  return ends === null ? 'lifetime' : eddTime(ends);
}

/** `2026-12-31 23:59:59`, in UTC. */
export const eddTime = (iso: string): string => iso.replace('T', ' ').replace('Z', '');

/** No client reads it: a value that stays the same for the same key, site and product. */
export const eddChecksum = (license: string, url: string, item: string): string =>
  hash('md5', [hash('sha256', license), url, item].join('\n'));
