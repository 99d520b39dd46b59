import * as z from 'zod';
import { INSTANCE_TYPES } from '../domain/instance.ts';
import { id, time } from './fields.ts';

/** What lists and single answers show of a thing. */
export const LicenseKeyView = z.object({
  id,
  key: z.string().meta({
    description:
      'In full for keys with the scope `license_keys:reveal` and for whoever made it by this call, else masked',
  }),
  customer_email: z.string(),
});

/** Tells a trial that has not begun from a license for life: both have no expiry. */
export const starts_on_activation = z.string().nullable().meta({
  description: 'How long the license will last once it is first activated, such as `P14D`; null when that is settled',
});

export const LicenseEntry = z.object({
  id,
  license_key: LicenseKeyView,
  customer_id: id,
  product: z.object({ id, name: z.string(), slug: z.string() }),
  brand: z.object({ slug: z.string() }),
  status: z.enum(['valid', 'expired', 'suspended', 'cancelled']),
  seat_limit: z.number().int().nullable(),
  seats_used: z.number().int(),
  seats_remaining: z.number().int().nullable(),
  expires_at: time.nullable(),
  starts_on_activation,
  duration: z
    .string()
    .nullable()
    .meta({ description: 'The duration it was bought with, by which it is renewed; null where its policy’s counts' }),
  policy: z.record(z.string(), z.unknown()),
  metadata: z.record(z.string(), z.string()),
  external_id: z.string().nullable(),
  created_at: time,
  updated_at: time,
});

export const ActivationEntry = z.object({
  id,
  instance_identifier: z.string(),
  instance_type: z.enum(INSTANCE_TYPES),
  status: z.enum(['active', 'deactivated']),
  takes_seat: z.boolean(),
  activated_at: time,
  deactivated_at: time.nullable(),
  last_checked_at: time.nullable(),
  metadata: z.record(z.string(), z.string()),
});
export type ActivationEntry = z.infer<typeof ActivationEntry>;

export const RefusedCallEntry = z.object({
  code: z.string(),
  instance_identifier: z.string(),
  instance_type: z.enum(INSTANCE_TYPES),
  occurred_at: time,
});
export type RefusedCallEntry = z.infer<typeof RefusedCallEntry>;

export const EventEntry = z.object({
  id,
  seq: z.number().int(),
  type: z.string(),
  occurred_at: time,
  actor: z.object({ type: z.enum(['api_key', 'license_key', 'admin', 'system']), id: z.string() }),
  request_id: z.string(),
  reason: z.string().nullable(),
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
});
export type EventEntry = z.infer<typeof EventEntry>;
