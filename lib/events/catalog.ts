import * as z from 'zod';
import { PolicyView } from '../domain/policy.ts';
import type { LicenseField } from './license-fields.ts';

/** The entities that a journal entry and its event can be about. */
export const ENTITIES = [
  'brand',
  'product',
  'bundle',
  'api_key',
  'license_key',
  'license',
  'customer',
  'webhook_endpoint',
] as const;
export type Entity = (typeof ENTITIES)[number];

const iso = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  .meta({ format: 'date-time' });
const uuid = z.uuid();
const productRef = z.object({ id: uuid, slug: z.string(), name: z.string() });

/** The fields of a license in its history, in the order of their names. */
export const LicenseFields = z.object({
  id: uuid,
  license_key_id: uuid,
  customer_id: uuid,
  product: productRef,
  status: z.enum(['valid', 'suspended', 'cancelled']),
  seat_limit: z.number().int().nullable(),
  seats_used: z.number().int(),
  expires_at: iso.nullable(),
  /** The duration it was bought with. */
  duration: z.string().nullable(),
  /** The duration that starts with the first activation. */
  starts_on_activation: z.string().nullable(),
  policy: PolicyView,
  metadata: z.record(z.string(), z.string()),
  external_id: z.string().nullable(),
  created_at: iso,
} satisfies Record<LicenseField, z.core.$ZodType>);
export type LicenseFields = z.infer<typeof LicenseFields>;

/** Only the host of an endpoint's URL: the rest may contain a credential. */
const webhookEndpoint = z.object({
  host: z.string(),
  description: z.string().nullable(),
  event_types: z.array(z.string()),
  products: z.array(z.string()).nullable(),
  status: z.enum(['active', 'paused', 'disabled']),
});

const activation = z.object({
  id: uuid,
  instance_identifier: z.string(),
  instance_type: z.enum(['url', 'hostname', 'machine_id']),
  status: z.enum(['active', 'deactivated']),
  takes_seat: z.boolean(),
  metadata: z.record(z.string(), z.string()).optional(),
});

/**
 * Every event by noun: its name, its entity, and the schema of `after`. `before` has the same fields, or is null for
 * something new.
 */
export const catalog = {
  'brand.created': {
    entity: 'brand',
    after: z.object({ id: uuid, name: z.string(), slug: z.string(), key_prefix: z.string() }).loose(),
  },
  'brand.updated': {
    entity: 'brand',
    after: z
      .object({
        name: z.string(),
        status: z.enum(['active', 'suspended']),
        settings: z.record(z.string(), z.unknown()),
      })
      .partial(),
  },
  'product.created': { entity: 'product', after: productRef.extend({ policy: PolicyView }) },
  'product.updated': {
    entity: 'product',
    after: z.object({ name: z.string(), policy: PolicyView }).partial(),
  },
  'bundle.created': { entity: 'bundle', after: productRef.extend({ products: z.array(z.string()) }) },
  'bundle.updated': {
    entity: 'bundle',
    after: z.object({ name: z.string(), products: z.array(z.string()) }).partial(),
  },
  'bundle.deleted': { entity: 'bundle', after: z.null() },
  'api_key.created': {
    entity: 'api_key',
    after: z.object({ id: uuid, name: z.string(), scopes: z.array(z.string()) }).loose(),
  },
  'api_key.rotated': { entity: 'api_key', after: z.object({ old_key_valid_until: iso }) },
  'api_key.revoked': { entity: 'api_key', after: z.object({ revoked_at: iso }) },
  'license_key.created': { entity: 'license_key', after: z.object({ id: uuid, customer_id: uuid }) },
  'license_key.rotated': { entity: 'license_key', after: z.object({ old_key_valid_until: iso }) },
  'license.provisioned': { entity: 'license', after: LicenseFields },
  'license.renewed': { entity: 'license', after: LicenseFields.partial() },
  'license.updated': { entity: 'license', after: LicenseFields.partial() },
  'license.suspended': { entity: 'license', after: LicenseFields.partial() },
  'license.resumed': { entity: 'license', after: LicenseFields.partial() },
  'license.expiring': { entity: 'license', after: z.object({ expires_at: iso, lead_days: z.number().int() }) },
  'license.expired': { entity: 'license', after: z.object({ expires_at: iso }) },
  'license.cancelled': { entity: 'license', after: LicenseFields.partial() },
  'license.transferred': { entity: 'license', after: LicenseFields.partial() },
  'license.activated': { entity: 'license', after: LicenseFields.partial().extend({ activation }) },
  'license.seat_limit_reached': {
    entity: 'license',
    after: z.object({ seat_limit: z.number().int(), seats_used: z.number().int() }),
  },
  'seat.deactivated': { entity: 'license', after: LicenseFields.partial().extend({ activation }) },
  'customer.updated': { entity: 'customer', after: z.object({ email_changed_at: iso }) },
  'customer.erased': { entity: 'customer', after: z.object({ erased_at: iso }) },
  'webhook_endpoint.created': { entity: 'webhook_endpoint', after: webhookEndpoint.extend({ id: uuid }) },
  'webhook_endpoint.updated': { entity: 'webhook_endpoint', after: webhookEndpoint.partial() },
  'webhook_endpoint.secret_rotated': { entity: 'webhook_endpoint', after: z.object({ old_secret_valid_until: iso }) },
  'webhook_endpoint.disabled': {
    entity: 'webhook_endpoint',
    after: z.object({ status: z.literal('disabled'), disabled_reason: z.enum(['gone', 'failing']) }),
  },
  'webhook_endpoint.deleted': { entity: 'webhook_endpoint', after: z.null() },
} as const satisfies Record<string, { entity: Entity; after: z.ZodType }>;

export type EventType = keyof typeof catalog;
