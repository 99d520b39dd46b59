import { NO_LINKS } from '../domain/product-links.ts';
import type * as z from 'zod/mini';
import { catalog, type EventType } from './catalog.ts';
import {
  activation,
  API_KEY_ID,
  BRAND_ID,
  BUNDLE_ID,
  endpoint,
  ENDPOINT_ID,
  IDS,
  license,
  release,
} from './example-things.ts';
import { SNAPSHOT } from './license-fields.ts';
import { outgoing, type OutgoingEvent } from './outgoing.ts';

type Fields<T extends EventType> = z.input<(typeof catalog)[T]['after']>;
/** `when` is a clause that follows the event's name. */
type EventExample<T extends EventType> = {
  when: string;
  before: Record<string, unknown> | null;
  after: Fields<T>;
};

/** One example of every event. A type without an example does not compile. */
export const eventExamples: { readonly [T in EventType]: EventExample<T> } = {
  'license.imported': {
    when: 'an import creates a license, or changes one',
    before: null,
    after: { ...license, seats_used: 2, created_at: '2019-04-01T09:30:00Z', activations_added: 2 },
  },
  'license.import_undone': {
    when: 'an import is undone, which removes a license that it made',
    ...{ before: { status: 'valid', seats_used: 2 }, after: null },
  },
  'license.provisioned': { when: 'a purchase creates a license', before: null, after: license },
  'license.activated': {
    when: 'a license becomes active on an instance',
    before: { seats_used: 0 },
    after: { seats_used: 1, activation: { ...activation, status: 'active' } },
  },
  'seat.deactivated': {
    when: 'a license is deactivated on an instance',
    before: { seats_used: 1 },
    after: { seats_used: 0, activation: { ...activation, status: 'deactivated', takes_seat: false } },
  },
  'license.seat_limit_reached': {
    when: 'an activation is refused because every seat is taken; at most once a day per license',
    before: null,
    after: { seat_limit: 5, seats_used: 5 },
  },
  'license.renewed': {
    when: 'the expiry of a license is moved by a renewal',
    before: { expires_at: '2027-12-31T23:59:59Z' },
    after: { expires_at: '2028-12-31T23:59:59Z' },
  },
  'license.updated': {
    when: 'the seats, terms, product or metadata of a license change',
    before: { seat_limit: 5 },
    after: { seat_limit: 10 },
  },
  'license.suspended': {
    when: 'a license is suspended',
    before: { status: 'valid' },
    after: { status: 'suspended' },
  },
  'license.resumed': {
    when: 'a suspended license is resumed',
    before: { status: 'suspended' },
    after: { status: 'valid' },
  },
  'license.cancelled': {
    when: 'a license is cancelled for good',
    before: { status: 'valid' },
    after: { status: 'cancelled' },
  },
  'license.transferred': {
    when: 'a license moves to another customer',
    before: { customer_id: license.customer_id, license_key_id: license.license_key_id, seats_used: 1 },
    after: {
      customer_id: '01938c70-0fff-7e6d-8c5b-4a3928170699',
      license_key_id: '01938c70-1000-7f0e-9d1c-2b3a49586799',
      ...{ seats_used: 0, keep_activations: false },
    },
  },
  'license.expiring': {
    when: 'the expiry of a license comes near: 30 days, 7 days and 1 day ahead unless the brand has set other days',
    before: null,
    after: { expires_at: '2027-12-31T23:59:59Z', lead_days: 7 },
  },
  'license.expired': {
    when: 'the expiry of a license passes',
    before: null,
    after: { expires_at: '2027-12-31T23:59:59Z' },
  },
  'license_key.created': {
    when: 'a license key is created',
    before: null,
    after: { id: license.license_key_id, customer_id: license.customer_id },
  },
  'license_key.rotated': {
    when: 'a license key gets a new text',
    before: null,
    after: { old_key_valid_until: '2026-11-25T10:00:00Z' },
  },
  'license_key.revealed': {
    when: 'a person sees the whole text of a license key in the console',
    before: null,
    after: { revealed_at: '2026-11-23T10:15:00Z' },
  },
  'customer.updated': {
    when: 'the e-mail address of a customer changes',
    before: null,
    after: { email_changed_at: '2026-11-23T10:15:00Z' },
  },
  'customer.erased': {
    when: 'the personal data of a customer is erased',
    before: null,
    after: { erased_at: '2026-11-23T11:00:00Z' },
  },
  'product.created': {
    when: 'a product is created',
    before: null,
    after: {
      ...license.product,
      policy: { seat_limit: 1, duration: 'P1Y' },
      links: { ...NO_LINKS, renew_url: 'https://shop.example.com/renew/{license_id}' },
    },
  },
  'product.updated': {
    when: 'the name, the policy, the links or the public part of a product change',
    before: { name: 'WP Rocket' },
    after: { name: 'WP Rocket Pro' },
  },
  'release.created': {
    when: 'a release is created as a draft',
    before: null,
    after: { ...release, channel: 'stable', rollout_percent: 100, status: 'draft' },
  },
  'release.published': {
    when: 'a release is published',
    before: { status: 'draft' },
    after: {
      ...release,
      channel: 'stable',
      rollout_percent: 100,
      status: 'published',
      published_at: '2026-11-23T10:15:00Z',
      size: 48_213,
      sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    },
  },
  'release.updated': {
    when: 'the rollout or the texts of a release change',
    before: { rollout_percent: 10 },
    after: { rollout_percent: 50 },
  },
  'release.yanked': {
    when: 'a release is withdrawn',
    before: { status: 'published', yanked_at: null },
    after: { status: 'yanked', yanked_at: '2026-11-23T10:15:00Z' },
  },
  'bundle.created': {
    when: 'a bundle is created',
    before: null,
    after: { id: BUNDLE_ID, slug: 'everything', name: 'Everything', products: [license.product.id] },
  },
  'bundle.updated': {
    when: 'the name or the products of a bundle change',
    before: { name: 'Everything' },
    after: { name: 'All plugins' },
  },
  'bundle.deleted': {
    when: 'a bundle is deleted',
    before: { slug: 'everything' },
    after: null,
  },
  'brand.created': {
    when: 'a brand is created',
    before: null,
    after: { id: BRAND_ID, name: 'WP Rocket', slug: 'wp-rocket', key_prefix: 'WPR' },
  },
  'brand.updated': {
    when: 'the name, status or settings of a brand change',
    before: { settings: {} },
    after: { settings: { rate_limit_per_minute: 5000 } },
  },
  'api_key.created': {
    when: 'an API key is created',
    before: null,
    after: { id: API_KEY_ID, name: 'Shop', scopes: ['licenses:read', 'licenses:write'] },
  },
  'api_key.rotated': {
    when: 'an API key gets a new text',
    before: null,
    after: { old_key_valid_until: '2026-11-24T10:00:00Z' },
  },
  'api_key.revoked': {
    when: 'an API key is revoked',
    before: { revoked_at: null },
    after: { revoked_at: '2026-11-23T12:00:00Z' },
  },
  'webhook_endpoint.created': {
    when: 'a webhook endpoint is created',
    before: null,
    after: { id: ENDPOINT_ID, ...endpoint, event_types: ['license.*'] },
  },
  'webhook_endpoint.updated': {
    when: 'a webhook endpoint is changed, paused or resumed',
    before: { status: 'active' },
    after: { status: 'paused' },
  },
  'webhook_endpoint.secret_rotated': {
    when: 'a webhook endpoint gets a new secret',
    before: null,
    after: { old_secret_valid_until: '2026-11-24T12:00:00Z' },
  },
  'webhook_endpoint.disabled': {
    when: 'the service disables a webhook endpoint that is gone or has failed for five days',
    before: { status: 'active' },
    after: { status: 'disabled', disabled_reason: 'failing' },
  },
  'webhook_endpoint.deleted': {
    when: 'a webhook endpoint is deleted',
    before: { ...endpoint },
    after: null,
  },
  'signing_key.rotated': {
    when: 'an operator lets the next key sign proofs; only the platform team sees it',
    before: null,
    after: { kid: 'n1utWnTLu-Hem6cfRO7Zfw', version: 12 },
  },
  'signing_key.revoked': {
    when: 'an operator revokes a key that signed proofs; only the platform team sees it',
    before: null,
    after: { kid: 'n1utWnTLu-Hem6cfRO7Zfw', version: 13 },
  },
  'settings.updated': {
    when: 'the platform team changes a setting of the whole stage',
    ...{ before: { check_interval_factor: 1 }, after: { check_interval_factor: 4 } },
  },
};

/** The example of a type, in the form that consumers get. */
export function exampleEvent(type: EventType): OutgoingEvent {
  const { before, after }: EventExample<EventType> = eventExamples[type];
  const { entity } = catalog[type];
  const snapshot = Object.fromEntries(SNAPSHOT.map((field) => [field, license[field]]));
  return outgoing(
    {
      id: '01938c5c-3f30-7a1b-8c2d-3e4f5a6b7c8d',
      type,
      seq: /\.(?:created|provisioned)$/.test(type) ? 1 : 2,
      occurred_at: type === 'license.expired' ? '2027-12-31T23:59:59Z' : '2026-11-23T10:15:00Z',
      brand: 'WPR',
      entity: { type: entity, id: IDS[entity] },
      actor: { type: 'api_key', id: API_KEY_ID },
      request_id: 'f1d0c3b2-e4a5-4b6c-8d7e-9f0011223344',
      reason: null,
      before,
      after,
      ...(entity === 'license' ? { license: snapshot } : {}),
    },
    'wp-rocket',
  );
}
