const HOLDER_AND_TERMS = [
  'license_key_id',
  'customer_id',
  'product',
  'status',
  'seat_limit',
  'seats_used',
  'expires_at',
] as const;
const ORIGIN = ['external_id', 'created_at'] as const;

/** The license fields of an event, whichever entity changed. */
export const SNAPSHOT = [...HOLDER_AND_TERMS, ...ORIGIN] as const;

/**
 * The fields of a license that its history keeps: everything in an answer about it except key text and e-mail.
 * `catalog.ts` has their schema. They are named here because the check loads no schemas.
 */
export const LICENSE_FIELDS = [
  'id',
  ...HOLDER_AND_TERMS,
  'duration',
  'starts_on_activation',
  'policy',
  'metadata',
  ...ORIGIN,
] as const;
export type LicenseField = (typeof LICENSE_FIELDS)[number];
