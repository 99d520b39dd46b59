import { pick } from '../domain/pick.ts';
import { PRODUCT_REFERENCE, seatsRemaining, type License } from '../domain/license.ts';
import type { Activation } from '../domain/seats.ts';

const ACTIVATION_ENTRY = [
  'id',
  'instance_identifier',
  'instance_type',
  'status',
  'takes_seat',
  'activated_at',
  'deactivated_at',
  'last_checked_at',
  'metadata',
] as const;

/** An activation as the API shows it. */
export const activationView = (activation: Activation) => pick(ACTIVATION_ENTRY, activation);

/** An activation as the answer to its instance shows it. */
export const activatedView = (license: License, activation: Activation) => ({
  activation_id: activation.id,
  license_id: license.id,
  product: pick(PRODUCT_REFERENCE, license.product),
  status: 'active' as const,
  seats_used: license.seats_used,
  seats_remaining: seatsRemaining(license),
  activated_at: activation.activated_at,
});
