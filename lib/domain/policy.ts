import * as z from 'zod';
import { DURATION } from './duration.ts';

/** Code that must start fast imports only the types: `terms.ts` and `duration.ts` contain the rules, without zod. */
export const Duration = z
  .string()
  .regex(DURATION, 'must be an ISO 8601 duration of years, months, weeks or days, such as P1Y, P6M or P30D')
  .describe('ISO 8601 duration in years, months, weeks and days; months end on the last day where they must');

export const SeatLimit = z
  .int()
  .min(1)
  .max(1_000_000)
  .nullable()
  .describe('How many seats the license has; null is unlimited');

/** The terms of a license. A product's default is copied onto each license provisioned from it. */
export const Policy = z
  .strictObject({
    seat_limit: SeatLimit.optional(),
    duration: Duration.nullable().optional().describe('How long a license lasts; null is for life'),
    expiry_basis: z
      .enum(['provision', 'first_activation'])
      .optional()
      .describe('When the duration begins; provision unless set'),
    grace_days: z
      .int()
      .min(0)
      .max(365)
      .optional()
      .describe('Days after expiry during which everything still works; 0 unless set'),
    expiration_strategy: z
      .enum(['restrict', 'maintain'])
      .optional()
      .describe(
        'maintain: an expired license keeps running, without updates, where it is active already; restrict unless set',
      ),
    overage: z
      .enum(['none', '1.25x', '1.5x', '2x', 'unlimited'])
      .optional()
      .describe('How far past the seat limit activations may go; none unless set'),
    development_sites_free: z
      .boolean()
      .optional()
      .describe('Local sites take no seat, staging sites none up to the seat limit; false unless set'),
    seat_moves_per_30_days: z
      .int()
      .min(0)
      .max(100)
      .nullable()
      .optional()
      .describe(
        'How often within 30 days a new instance may take the place of a deactivated one; null, or not set, is without limit',
      ),
  })
  .describe('The terms of a license');
export type Policy = z.infer<typeof Policy>;

/** A change of a license's policy: the fields given take the place of the old ones, and null takes one away. */
export const PolicyChanges = Policy.extend({
  duration: Policy.shape.duration.meta({
    description: 'How long the license is renewed for from now on, whatever it was bought with; null is for life',
  }),
  expiry_basis: Policy.shape.expiry_basis.nullable(),
  grace_days: Policy.shape.grace_days.nullable(),
  expiration_strategy: Policy.shape.expiration_strategy.nullable(),
  overage: Policy.shape.overage.nullable(),
  development_sites_free: Policy.shape.development_sites_free.nullable(),
}).describe('The fields given take the place of the old ones; null removes one, an unlimited `seat_limit` apart');
export type PolicyChanges = z.infer<typeof PolicyChanges>;
