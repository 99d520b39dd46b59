import * as z from 'zod';
import { DURATION } from './duration.ts';

/** Code that must start fast imports only the types: `terms.ts` and `duration.ts` contain the rules, without zod. */
export const Duration = z
  .string()
  .regex(DURATION, 'must be an ISO 8601 duration of years, months, weeks or days, such as P1Y, P6M or P30D')
  .describe('An ISO 8601 duration in years, months, weeks and days; a month that is too short ends on its last day');

export const SeatLimit = z.int().min(1).max(1_000_000).nullable().describe('The seat limit; null means unlimited');

/** The terms of a license. The policy of a product is copied onto each license that is provisioned from it. */
export const Policy = z
  .strictObject({
    seat_limit: SeatLimit.optional(),
    duration: Duration.nullable().optional().describe('How long a license lasts; null means for life'),
    expiry_basis: z
      .enum(['provision', 'first_activation'])
      .optional()
      .describe('The start of the duration; the default is provision'),
    grace_days: z
      .int()
      .min(0)
      .max(365)
      .optional()
      .describe('The days after the expiry during which everything still works; the default is 0'),
    expiration_strategy: z
      .enum(['restrict', 'maintain'])
      .optional()
      .describe(
        'maintain: an expired license keeps running without updates where it is active; the default is restrict',
      ),
    overage: z
      .enum(['none', '1.25x', '1.5x', '2x', 'unlimited'])
      .optional()
      .describe('How far activations may exceed the seat limit; the default is none'),
    development_sites_free: z
      .boolean()
      .optional()
      .describe('Local sites take no seat, and staging sites take none up to the seat limit; the default is false'),
    seat_moves_per_30_days: z
      .int()
      .min(0)
      .max(100)
      .nullable()
      .optional()
      .describe(
        'How often within 30 days a new instance can replace a deactivated one; the default, null, means unlimited',
      ),
  })
  .meta({ id: 'Policy', description: 'The terms of a license' });
export type Policy = z.infer<typeof Policy>;
export const POLICY_FIELDS = Policy.keyof().options;

/** A policy in an answer or an event, which may gain fields: a request with unknown ones is refused. */
export const PolicyView = z.object(Policy.shape).meta({ id: 'PolicyView', description: 'The terms of a license' });

/** A change of a license's policy: fields replace the old ones, and null removes a field. */
export const PolicyChanges = Policy.extend({
  duration: Policy.shape.duration.meta({
    description: 'The duration of renewals from now on, whatever the license was bought with; null means for life',
  }),
  expiry_basis: Policy.shape.expiry_basis.nullable(),
  grace_days: Policy.shape.grace_days.nullable(),
  expiration_strategy: Policy.shape.expiration_strategy.nullable(),
  overage: Policy.shape.overage.nullable(),
  development_sites_free: Policy.shape.development_sites_free.nullable(),
}).meta({
  id: 'PolicyChanges',
  description: 'Fields replace the old ones. Null removes a field, except in `seat_limit`, where it means unlimited',
});
export type PolicyChanges = z.infer<typeof PolicyChanges>;
