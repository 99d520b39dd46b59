import type { Attempt } from '../domain/webhook.ts';
import type { Fate } from '../events/erasure-fields.ts';
import type { ApiKey } from './api-keys.ts';
import type { Customer } from './customers.ts';
import type { LicenseKey } from './license-keys.ts';
import type { Delivery } from './webhook-deliveries.ts';
import type { WebhookEndpoint } from './webhook-endpoints.ts';

type Fates<T> = Readonly<Record<keyof T, Fate>>;

export const customerFields: Fates<Customer> = {
  id: 'keeps',
  /** A keyed hash, which does not reveal the e-mail. */
  partition: 'keeps',
  email_hash: 'overwrites',
  email_cipher: 'overwrites',
  created_at: 'keeps',
  updated_at: 'keeps',
  version: 'keeps',
  seq: 'keeps',
  keys: 'keeps',
  held_by_all: 'keeps',
  erased_at: 'keeps',
  erasure: 'keeps',
  import_id: 'keeps',
  is_used: 'keeps',
};

export const licenseKeyFields: Fates<LicenseKey> = {
  id: 'keeps',
  partition: 'keeps',
  text_cipher: 'keeps',
  last_fours: 'keeps',
  customer_id: 'keeps',
  customer_partition: 'keeps',
  per_customer: 'keeps',
  created_at: 'keeps',
  updated_at: 'keeps',
  seq: 'keeps',
  text_hash: 'keeps',
  first_text_until: 'keeps',
  licenses: 'keeps',
  cancelled: 'keeps',
};

/** Names and descriptions of API keys and endpoints are the brand's own words. They concern no customer. */
export const apiKeyFields: Fates<ApiKey> = {
  id: 'keeps',
  name: 'keeps',
  scopes: 'keeps',
  last_four: 'keeps',
  text_hash: 'keeps',
  expires_at: 'keeps',
  allowed_cidrs: 'keeps',
  rate_limit_per_minute: 'keeps',
  last_used_at: 'keeps',
  revoked_at: 'keeps',
  previous_hash: 'keeps',
  next_hash: 'keeps',
  created_at: 'keeps',
  updated_at: 'keeps',
  seq: 'keeps',
};

export const endpointFields: Fates<WebhookEndpoint> = {
  id: 'keeps',
  url: 'keeps',
  description: 'keeps',
  event_types: 'keeps',
  products: 'keeps',
  payload_version: 'keeps',
  status: 'keeps',
  disabled_reason: 'keeps',
  stopped_at: 'keeps',
  secret: 'keeps',
  previous_secret: 'keeps',
  previous_secret_until: 'keeps',
  created_at: 'keeps',
  updated_at: 'keeps',
  seq: 'keeps',
};

/**
 * A delivery contains no text of a person, so an erasure skips it: a message is made from the journal entry each time,
 * and a receiver's answer to an event is not stored.
 */
export const deliveryFields: Fates<Delivery> = {
  id: 'keeps',
  endpoint_id: 'keeps',
  event_type: 'keeps',
  entity: 'keeps',
  seq: 'keeps',
  occurred_at: 'keeps',
  status: 'keeps',
  scheduled_attempts: 'keeps',
  next_attempt_at: 'keeps',
  attempts: 'keeps',
  created_at: 'keeps',
  revision: 'keeps',
  waits: 'keeps',
  ttl: 'keeps',
};

export const attemptFields: Readonly<Record<keyof Attempt, Fate | 'never written'>> = {
  at: 'keeps',
  trigger: 'keeps',
  outcome: 'keeps',
  status_code: 'keeps',
  latency_ms: 'keeps',
  response_body: 'never written',
};
