import type { JournalEntry } from './entry.ts';
import type { License } from '../domain/license.ts';
import type { Activation } from '../domain/seats.ts';

/**
 * The fate of a field when its person is erased: it stays, or its text is overwritten. A new field does not compile
 * until it is listed here or in `table/erasure-fields.ts`.
 */
export type Fate = 'keeps' | 'overwrites';

export const licenseFields: Readonly<Record<keyof License, Fate>> = {
  id: 'keeps',
  license_key_id: 'keeps',
  key_partition: 'keeps',
  customer_id: 'keeps',
  customer_partition: 'keeps',
  product: 'keeps',
  status: 'keeps',
  seat_limit: 'keeps',
  seats_used: 'keeps',
  staging_used: 'keeps',
  costly_staging: 'keeps',
  recount_at: 'keeps',
  seat_set: 'keeps',
  vacated: 'keeps',
  moves: 'keeps',
  expires_at: 'keeps',
  expiry_day: 'keeps',
  duration: 'keeps',
  starts_on_activation: 'keeps',
  due_at: 'keeps',
  announced: 'keeps',
  policy: 'keeps',
  metadata: 'overwrites',
  /** An order number belongs to the brand's accounting. */
  external_id: 'keeps',
  created_at: 'keeps',
  updated_at: 'keeps',
  seq: 'keeps',
  limit_reached_on: 'keeps',
  anchor: 'keeps',
};

export const activationFields: Readonly<Record<keyof Activation, Fate>> = {
  id: 'keeps',
  license_id: 'keeps',
  instance_identifier: 'overwrites',
  instance_type: 'keeps',
  kind: 'keeps',
  masked_identifier: 'overwrites',
  status: 'keeps',
  takes_seat: 'keeps',
  free_staging: 'keeps',
  activated_at: 'keeps',
  deactivated_at: 'keeps',
  last_checked_at: 'keeps',
  metadata: 'overwrites',
};

export const entryFields: Readonly<Record<keyof JournalEntry, Fate>> = {
  id: 'keeps',
  seq: 'keeps',
  type: 'keeps',
  occurred_at: 'keeps',
  brand: 'keeps',
  entity: 'keeps',
  actor: 'keeps',
  /** Unless it is a UUID. */
  request_id: 'overwrites',
  reason: 'overwrites',
  /** The metadata, the instances and the activation fields in these are overwritten. */
  before: 'overwrites',
  after: 'overwrites',
  license: 'keeps',
  silent: 'keeps',
};
