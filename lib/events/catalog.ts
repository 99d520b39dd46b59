import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import { LINK_FIELDS } from '../domain/product-links.ts';
import { PolicyView } from '../domain/policy.ts';
import { RELEASE_CHANNELS } from '../domain/release.ts';
import type { LicenseField } from './license-fields.ts';

/** The entities that a journal entry and its event can be about. */
export const ENTITIES = [
  'brand',
  'product',
  'release',
  'bundle',
  'api_key',
  'license_key',
  'license',
  'customer',
  'webhook_endpoint',
  'key_set',
  'settings',
] as const;
export type Entity = (typeof ENTITIES)[number];

const iso = describe(z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)), { format: 'date-time' });
const uuid = z.uuid();
const productRef = z.object({ id: uuid, slug: z.string(), name: z.string() });

const links = z.record(z.enum(LINK_FIELDS), z.nullable(z.string()));

/** The fields of a license in its history, in the order of their names. */
export const LicenseFields = z.object({
  id: uuid,
  license_key_id: uuid,
  customer_id: uuid,
  product: productRef,
  status: z.enum(['valid', 'suspended', 'cancelled']),
  seat_limit: z.nullable(z.int()),
  seats_used: z.int(),
  expires_at: z.nullable(iso),
  /** The duration it was bought with. */
  duration: z.nullable(z.string()),
  /** The duration that starts with the first activation. */
  starts_on_activation: z.nullable(z.string()),
  policy: PolicyView,
  metadata: z.record(z.string(), z.string()),
  external_id: z.nullable(z.string()),
  created_at: iso,
} satisfies Record<LicenseField, z.core.$ZodType>);
export type LicenseFields = z.infer<typeof LicenseFields>;

/** Only the host of an endpoint's URL: the rest may contain a credential. */
const webhookEndpoint = z.object({
  host: z.string(),
  description: z.nullable(z.string()),
  event_types: z.array(z.string()),
  products: z.nullable(z.array(z.string())),
  status: z.enum(['active', 'paused', 'disabled']),
});

const urls = z.record(z.string(), z.string());
const presentation = {
  wordpress: z.nullable(
    z.object({ type: z.enum(['plugin', 'theme']), folder: z.string(), file: z.optional(z.string()) }),
  ),
  homepage: z.nullable(z.string()),
  author: z.nullable(z.string()),
  icons: urls,
  banners: urls,
  edd_item_id: z.nullable(z.int()),
  edd_item_name: z.nullable(z.string()),
};

const channel = z.enum(RELEASE_CHANNELS);
const releaseRef = z.object({
  id: uuid,
  product: z.object({ id: uuid, slug: z.string() }),
  version: z.string(),
});
const releaseTexts = {
  rollout_percent: z.int(),
  name: z.nullable(z.string()),
  requires: z.nullable(z.string()),
  tested: z.nullable(z.string()),
  requires_php: z.nullable(z.string()),
  /** The names of the sections that changed: the texts themselves may be long. */
  sections: z.array(z.string()),
  upgrade_notice: z.nullable(z.string()),
};

const activation = z.object({
  id: uuid,
  instance_identifier: z.string(),
  instance_type: z.enum(['url', 'hostname', 'machine_id']),
  status: z.enum(['active', 'deactivated']),
  takes_seat: z.boolean(),
  metadata: z.optional(z.record(z.string(), z.string())),
});

/** The key that is used no longer, and the version of the key set that says so. */
const signingKey = z.object({ kid: z.string(), version: z.int() });

/**
 * Every event by noun: its name, its entity, and the schema of `after`. `before` has the same fields, or is null for
 * something new.
 */
export const catalog = {
  'brand.created': {
    entity: 'brand',
    after: z.looseObject({ id: uuid, name: z.string(), slug: z.string(), key_prefix: z.string() }),
  },
  'brand.updated': {
    entity: 'brand',
    after: z.partial(
      z.object({
        name: z.string(),
        status: z.enum(['active', 'suspended']),
        settings: z.record(z.string(), z.unknown()),
      }),
    ),
  },
  'product.created': {
    entity: 'product',
    after: z.extend(productRef, { policy: PolicyView, links, ...z.partial(z.object(presentation)).shape }),
  },
  'product.updated': {
    entity: 'product',
    after: z.partial(z.object({ name: z.string(), policy: PolicyView, links, ...presentation })),
  },
  'release.created': {
    entity: 'release',
    after: z.extend(releaseRef, { channel, rollout_percent: z.int(), status: z.literal('draft') }),
  },
  'release.published': {
    entity: 'release',
    after: z.extend(releaseRef, {
      channel,
      rollout_percent: z.int(),
      status: z.literal('published'),
      published_at: iso,
      size: z.int(),
      sha256: z.string(),
    }),
  },
  'release.updated': { entity: 'release', after: z.partial(z.object(releaseTexts)) },
  'release.yanked': { entity: 'release', after: z.object({ status: z.literal('yanked'), yanked_at: iso }) },
  'bundle.created': { entity: 'bundle', after: z.extend(productRef, { products: z.array(z.string()) }) },
  'bundle.updated': {
    entity: 'bundle',
    after: z.partial(z.object({ name: z.string(), products: z.array(z.string()) })),
  },
  'bundle.deleted': { entity: 'bundle', after: z.null() },
  'api_key.created': {
    entity: 'api_key',
    after: z.looseObject({ id: uuid, name: z.string(), scopes: z.array(z.string()) }),
  },
  'api_key.rotated': { entity: 'api_key', after: z.object({ old_key_valid_until: iso }) },
  'api_key.revoked': { entity: 'api_key', after: z.object({ revoked_at: iso }) },
  'license_key.created': { entity: 'license_key', after: z.object({ id: uuid, customer_id: uuid }) },
  'license_key.rotated': { entity: 'license_key', after: z.object({ old_key_valid_until: iso }) },
  /** A person has seen the whole text of the key in the console. */
  'license_key.revealed': { entity: 'license_key', after: z.object({ revealed_at: iso }) },
  /** Sites that take no seat are among the added ones. Entries of older versions lack the number. */
  'license.imported': {
    entity: 'license',
    after: z.extend(z.partial(LicenseFields), { activations_added: z.optional(z.int()) }),
  },
  'license.import_undone': { entity: 'license', after: z.null() },
  'license.provisioned': { entity: 'license', after: LicenseFields },
  'license.renewed': { entity: 'license', after: z.partial(LicenseFields) },
  /** The number is that of sites whose own entries did not arrive after a failover. */
  'license.updated': {
    entity: 'license',
    after: z.extend(z.partial(LicenseFields), { activations_added: z.optional(z.int()) }),
  },
  'license.suspended': { entity: 'license', after: z.partial(LicenseFields) },
  'license.resumed': { entity: 'license', after: z.partial(LicenseFields) },
  'license.expiring': { entity: 'license', after: z.object({ expires_at: iso, lead_days: z.int() }) },
  'license.expired': { entity: 'license', after: z.object({ expires_at: iso }) },
  'license.cancelled': { entity: 'license', after: z.partial(LicenseFields) },
  'license.transferred': {
    entity: 'license',
    after: z.extend(z.partial(LicenseFields), { keep_activations: z.optional(z.boolean()) }),
  },
  'license.activated': { entity: 'license', after: z.extend(z.partial(LicenseFields), { activation }) },
  'license.seat_limit_reached': {
    entity: 'license',
    after: z.object({ seat_limit: z.int(), seats_used: z.int() }),
  },
  'seat.deactivated': { entity: 'license', after: z.extend(z.partial(LicenseFields), { activation }) },
  'customer.updated': { entity: 'customer', after: z.object({ email_changed_at: iso }) },
  'customer.erased': { entity: 'customer', after: z.object({ erased_at: iso }) },
  'webhook_endpoint.created': { entity: 'webhook_endpoint', after: z.extend(webhookEndpoint, { id: uuid }) },
  'webhook_endpoint.updated': { entity: 'webhook_endpoint', after: z.partial(webhookEndpoint) },
  'webhook_endpoint.secret_rotated': { entity: 'webhook_endpoint', after: z.object({ old_secret_valid_until: iso }) },
  'webhook_endpoint.disabled': {
    entity: 'webhook_endpoint',
    after: z.object({ status: z.literal('disabled'), disabled_reason: z.enum(['gone', 'failing']) }),
  },
  'webhook_endpoint.deleted': { entity: 'webhook_endpoint', after: z.null() },
  'signing_key.rotated': { entity: 'key_set', after: signingKey },
  'signing_key.revoked': { entity: 'key_set', after: signingKey },
  'settings.updated': { entity: 'settings', after: z.object({ check_interval_factor: z.int() }) },
} as const satisfies Record<string, { entity: Entity; after: z.ZodMiniType }>;

export type EventType = keyof typeof catalog;
