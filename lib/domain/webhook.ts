import { typeMatches } from './event-name.ts';

/** A subscription pattern: a type by name, all of one kind (`license.*`), or everything (`*`). */
export const EVENT_TYPE_PATTERN = /^(?:\*|[a-z_]+\.(?:\*|[a-z_]+))$/;

/** The type of a test message. It is no event, as nothing has happened. */
export const TEST_TYPE = 'webhook.test';

export const ENDPOINT_STATUSES = ['active', 'paused', 'disabled'] as const;
export type EndpointStatus = (typeof ENDPOINT_STATUSES)[number];

/** The limit of endpoints per brand: each event is matched against each of them. */
export const MAX_ENDPOINTS = 50;

export const WEBHOOK_SECRET_BYTES = 32;

/** The secret that signs an endpoint's messages, in the form of Standard Webhooks: 256 random bits. */
export const buildWebhookSecret = (random: Buffer): string => `whsec_${random.toString('base64')}`;

/** True for a text in the form of a secret: `whsec_` and base64 of 24 to 64 bytes, as Standard Webhooks requires. */
export function isWebhookSecret(text: string): boolean {
  const encoded = text.slice('whsec_'.length);
  const bytes = Buffer.from(encoded, 'base64');
  return text.startsWith('whsec_') && bytes.length >= 24 && bytes.length <= 64 && bytes.toString('base64') === encoded;
}

/** The reason for which the service stopped sending: the receiver answered 410, or everything failed for five days. */
export type DisabledReason = 'gone' | 'failing';

/** The version of the payload, fixed when an endpoint is made. Later versions apply to later endpoints. */
export const PAYLOAD_VERSION = '2026-11-25';

/**
 * The status of a message: `pending` has not been tried, `waiting` has been and will be retried, `exhausted` failed to
 * the end of the schedule and is kept, `canceled` has no receiver any more.
 */
export const DELIVERY_STATUSES = ['pending', 'waiting', 'delivered', 'exhausted', 'canceled'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** The outcome of one request. All but `delivered` are failures; `redirected` is one, as redirects are not followed. */
export const ATTEMPT_OUTCOMES = [
  'delivered',
  'redirected',
  'gone',
  'refused_by_receiver',
  'timed_out',
  'connection_failed',
  'dns_failed',
  'tls_failed',
  'address_not_allowed',
] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

export type AttemptTrigger = 'schedule' | 'redelivery' | 'replay' | 'test';

export type Attempt = {
  at: string;
  trigger: AttemptTrigger;
  outcome: AttemptOutcome;
  status_code: number | null;
  latency_ms: number;
  /** The first KB of the answer to a test message, as text; null if there was none, and for every event. */
  response_body: string | null;
};

/** True when an endpoint subscribes to an event. An endpoint that names products gets only events about these. */
export function wants(
  endpoint: { event_types: readonly string[]; products: readonly string[] | null },
  event: { type: string; entity: { type: string; id: string }; productId: string | undefined },
): boolean {
  if (!typeMatches(endpoint.event_types, event.type)) return false;
  const product = event.entity.type === 'product' ? event.entity.id : event.productId;
  return endpoint.products === null || (product !== undefined && endpoint.products.includes(product));
}
