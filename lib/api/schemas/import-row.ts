import * as z from 'zod/mini';
import { INSTANCE_TYPES, MAX_INSTANCE_LENGTH } from '../../domain/instance.ts';
import { Duration, Policy, SeatLimit } from '../../domain/policy.ts';
import { unpastedKey } from '../../domain/pasted.ts';
import { email, externalId, instant, metadata, text } from './fields.ts';
import { VISIBLE_TEXT } from './text-rules.ts';

/** The longest row of a file, as JSON or as the CSV lines of one key. */
export const MAX_ROW_BYTES = 1024 * 1024;
const MAX_LICENSES_IN_ROW = 20;

const ImportedActivation = z.strictObject({
  instance: z.string().check(z.minLength(1), z.maxLength(MAX_INSTANCE_LENGTH, { abort: true })),
  instance_type: z._default(z.enum(INSTANCE_TYPES), 'url'),
  activated_at: z.optional(instant),
  last_checked_at: z.optional(z.nullable(instant)),
  /** A site that has given its seat back, and is not there any more. */
  deactivated_at: z.optional(z.nullable(instant)),
  /** The kind that the site declared. Without it, its name decides. */
  kind: z.optional(z.enum(['production', 'staging', 'local'])),
  metadata: z._default(metadata, {}),
});

const ImportedLicense = z.strictObject({
  product: z.optional(text(255)),
  status: z.optional(z.enum(['valid', 'expired', 'suspended', 'cancelled'])),
  seat_limit: z.optional(SeatLimit),
  expires_at: z.optional(z.nullable(instant)),
  duration: z.optional(z.nullable(Duration)),
  starts_on_activation: z.optional(z.nullable(Duration)),
  /** The day of the month that renewals return to, if the expiry's month was too short for it. */
  expiry_day: z.optional(z.nullable(z.int().check(z.gte(1), z.lte(31)))),
  /** Seats that sites gave back and no other site has taken yet, and the times of moves. */
  vacated: z.optional(z.int().check(z.gte(0), z.lte(1_000_000))),
  moves: z.optional(z.array(instant).check(z.maxLength(1_000))),
  created_at: z.optional(instant),
  external_id: z.optional(z.nullable(externalId)),
  metadata: z.optional(metadata),
  policy: z.optional(Policy),
  activations: z._default(z.array(ImportedActivation), []),
});
export type ImportedLicense = z.infer<typeof ImportedLicense>;

/** One license key of an import, with its licenses and their seats. */
export const ImportRow = z.strictObject({
  license_key: z.string().check(
    z.trim(),
    z.maxLength(255, { abort: true }),
    z.regex(VISIBLE_TEXT, 'must be printable'),
    z.refine((value) => unpastedKey(value).length >= 4, 'must have at least 4 characters'),
  ),
  customer_email: email,
  per_customer: z._default(z.boolean(), false),
  /** The times at which the key and a new customer were created. */
  created_at: z.optional(instant),
  customer_created_at: z.optional(instant),
  licenses: z.array(ImportedLicense).check(z.minLength(1), z.maxLength(MAX_LICENSES_IN_ROW)),
});
export type ImportRow = z.infer<typeof ImportRow>;
