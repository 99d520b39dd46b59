import * as z from 'zod/mini';
import { describe } from './describe.ts';
import { DURATION } from './duration.ts';
import { isStagingHostPattern, MAX_STAGING_HOSTS, readFixedPart } from './staging-hosts.ts';
import { VERSION } from './version-compare.ts';

/** Code that must start fast imports only the types: `terms.ts` and `duration.ts` contain the rules, without zod. */
export const Duration = describe(
  z
    .string()
    .check(z.regex(DURATION, 'must be an ISO 8601 duration of years, months, weeks or days, such as P1Y, P6M or P30D')),
  'An ISO 8601 duration in years, months, weeks and days; a month that is too short ends on its last day',
);

export const SeatLimit = describe(
  z.nullable(z.int().check(z.gte(1), z.lte(1_000_000))),
  'The seat limit; null means unlimited',
);

/** Patterns of hosts that are staging sites too. The last rule loads the public suffixes, so its check is awaited. */
const StagingHosts = describe(
  z
    .array(
      z.string().check(
        z.maxLength(253, { abort: true }),
        z.refine(isStagingHostPattern, {
          message: 'must be a host in lower case, with at most one *, such as *.wpsc.site or preview-*.host.com',
          abort: true,
        }),
        z.refine(async (pattern) => {
          const { isPublicSuffix } = await import('./public-suffix.ts');
          return !isPublicSuffix(readFixedPart(pattern));
        }, 'must not cover a whole public suffix such as com or co.uk'),
      ),
    )
    .check(z.maxLength(MAX_STAGING_HOSTS)),
  'Hosts that are staging sites too: exact ones, or patterns in which * is one or more characters without a dot',
);

/** The terms of a license. The policy of a product is copied onto each license that is provisioned from it. */
export const Policy = describe(
  z.strictObject({
    seat_limit: z.optional(SeatLimit),
    duration: describe(z.optional(z.nullable(Duration)), 'How long a license lasts; null means for life'),
    expiry_basis: describe(
      z.optional(z.enum(['provision', 'first_activation'])),
      'The start of the duration; the default is provision',
    ),
    grace_days: describe(
      z.optional(z.int().check(z.gte(0), z.lte(365))),
      'The days after the expiry during which everything still works; the default is 0',
    ),
    expiration_strategy: describe(
      z.optional(z.enum(['restrict', 'maintain'])),
      'maintain: an expired license keeps running without updates where it is active; the default is restrict',
    ),
    overage: describe(
      z.optional(z.enum(['none', '1.25x', '1.5x', '2x', 'unlimited'])),
      'How far activations may exceed the seat limit; the default is none',
    ),
    development_sites_free: describe(
      z.optional(z.boolean()),
      'Local sites take no seat, and staging sites take none up to the seat limit; the default is false',
    ),
    seat_moves_per_30_days: describe(
      z.optional(z.nullable(z.int().check(z.gte(0), z.lte(100)))),
      'How often within 30 days a new instance can replace a deactivated one; the default, null, means unlimited',
    ),
    max_version: describe(
      z.optional(z.string().check(z.regex(VERSION, 'must be 1 to 64 of 0–9, A–Z, a–z, dots, plus signs and dashes'))),
      'The highest version of the product that updates may bring, itself included; by default there is none',
    ),
    swap_after_days: describe(
      z.optional(z.nullable(z.int().check(z.gte(0), z.lte(365)))),
      'The days without a check after which `replace: idle` may free a seat; the default is 30, null means never',
    ),
    staging_hosts: z.optional(StagingHosts),
    check_interval_hours: describe(
      z.optional(z.int().check(z.gte(1), z.lte(168))),
      'The hours after which a site checks again; the default is 12',
    ),
    offline_days: describe(
      z.optional(z.int().check(z.gte(1), z.lte(90))),
      'The days for which a site may rely on its last good answer when it cannot reach the service; the default is 14',
    ),
  }),
  { id: 'Policy', description: 'The terms of a license' },
);
export type Policy = z.infer<typeof Policy>;
export const POLICY_FIELDS = z.keyof(Policy).options;

/** A policy in an answer or an event, which may gain fields: a request with unknown ones is refused. */
export const PolicyView = describe(
  z.extend(z.object(Policy.shape), {
    staging_hosts: describe(z.optional(z.array(z.string())), 'Hosts that are staging sites too'),
  }),
  { id: 'PolicyView', description: 'The terms of a license' },
);

/** A change of a license's policy: fields replace the old ones, and null removes a field. */
export const PolicyChanges = describe(
  z.extend(Policy, {
    duration: describe(
      Policy.shape.duration,
      'The duration of renewals from now on, whatever the license was bought with; null means for life',
    ),
    expiry_basis: z.nullable(Policy.shape.expiry_basis),
    grace_days: z.nullable(Policy.shape.grace_days),
    expiration_strategy: z.nullable(Policy.shape.expiration_strategy),
    overage: z.nullable(Policy.shape.overage),
    development_sites_free: z.nullable(Policy.shape.development_sites_free),
    max_version: z.nullable(Policy.shape.max_version),
    staging_hosts: z.nullable(Policy.shape.staging_hosts),
    check_interval_hours: z.nullable(Policy.shape.check_interval_hours),
    offline_days: z.nullable(Policy.shape.offline_days),
  }),
  {
    id: 'PolicyChanges',
    description:
      'Fields replace the old ones. Null removes a field, except in `seat_limit`, where it means unlimited, and in ' +
      '`swap_after_days`, where it means never',
  },
);
export type PolicyChanges = z.infer<typeof PolicyChanges>;
