import { typeMatches } from './event-name.ts';

/** What an endpoint's owner chose to be told: a type by name, all of one kind (`license.*`), or everything (`*`). */
export const EVENT_TYPE_PATTERN = /^(?:\*|[a-z_]+\.(?:\*|[a-z_]+))$/;

/** What a message sent to try an endpoint out is called. Nothing has happened, so that it is no event. */
export const TEST_TYPE = 'webhook.test';

export const ENDPOINT_STATUSES = ['active', 'paused', 'disabled'] as const;
export type EndpointStatus = (typeof ENDPOINT_STATUSES)[number];

/** How many a brand may have: each event is looked at for each of them. */
export const MAX_ENDPOINTS = 50;

export const WEBHOOK_SECRET_BYTES = 32;

/** The secret that signs an endpoint's messages, as Standard Webhooks writes it: 256 random bits. */
export const buildWebhookSecret = (random: Buffer): string => `whsec_${random.toString('base64')}`;

/** Whether a text has the form of a secret: `whsec_` and base64 of 24 to 64 bytes, as Standard Webhooks demands. */
export function isWebhookSecret(text: string): boolean {
  const encoded = /^whsec_(.+)$/.exec(text)?.[1] ?? '';
  const bytes = Buffer.from(encoded, 'base64');
  return bytes.length >= 24 && bytes.length <= 64 && bytes.toString('base64') === encoded;
}

/** Why the service stopped sending: the receiver answered 410, or nothing else than failures came from it for five days. */
export type DisabledReason = 'gone' | 'failing';

/** The form of the payload, pinned when an endpoint is made: a later form is for endpoints made later. */
export const PAYLOAD_VERSION = '2026-11-25';

/**
 * How a message stands: `pending` has not been tried, `waiting` was and will be again, `exhausted` was tried to the end of the schedule and is kept, `canceled`
 * had nobody to go to any more.
 */
export const DELIVERY_STATUSES = ['pending', 'waiting', 'delivered', 'exhausted', 'canceled'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** What came of one request. All but `delivered` are failures; `redirected` is one because nothing is followed. */
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
  /** The first KB of the answer to a test message, as text; null where there was none, and for every event. */
  response_body: string | null;
};

/** Whether an endpoint wants an event. One that names products gets what concerns these and nothing that concerns none. */
export function wants(
  endpoint: { event_types: readonly string[]; products: readonly string[] | null },
  event: { type: string; entity: { type: string; id: string }; productId: string | undefined },
): boolean {
  if (!typeMatches(endpoint.event_types, event.type)) return false;
  const product = event.entity.type === 'product' ? event.entity.id : event.productId;
  return endpoint.products === null || (product !== undefined && endpoint.products.includes(product));
}
