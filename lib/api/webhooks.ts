import * as z from 'zod';
import { ENDPOINT_STATUSES, EVENT_TYPE_PATTERN } from '../domain/webhook.ts';
import { MAX_URL_LENGTH } from '../domain/webhook-url.ts';
import * as example from './webhook-examples.ts';
import { id, nextCursor, page, reason, slugOrId, text, time, uuid } from './fields.ts';
import type { Route } from './route.ts';

/** A brand's webhook endpoints: where its events are sent. */
const idempotency_key = text(255).optional().meta({ description: 'Instead of the header `Idempotency-Key`' });
const ofEndpoint = { endpoint_id: uuid };

const url = text(MAX_URL_LENGTH).meta({
  description:
    'Where messages are sent by POST: `https`, port 443, a public host, no user or password and no fragment. On one machine (`npm start`) also `http` and any port on loopback',
  format: 'uri',
});
export const eventTypes = z
  .array(
    z
      .string()
      .regex(
        EVENT_TYPE_PATTERN,
        'must be a type of event (license.renewed), all of a noun (license.*) or everything (*)',
      ),
  )
  .min(1)
  .max(100);
const products = z.array(slugOrId).min(1).max(50).nullable();
const fields = {
  event_types: eventTypes.meta({
    description:
      'Types of event, all of a noun (`license.*`), or everything (`*`). `license.deactivated` is a second name of `seat.deactivated`',
  }),
  description: text(255).nullable().meta({ description: 'What it is for' }),
  products: products.meta({
    description: 'Slugs or ids: only what concerns these products, and nothing that concerns none. Null is everything',
  }),
};

const CreateWebhookEndpointInput = z.strictObject({
  url,
  event_types: fields.event_types.default(['*']),
  description: fields.description.default(null),
  products: fields.products.default(null),
  idempotency_key,
});
export type CreateWebhookEndpointInput = z.infer<typeof CreateWebhookEndpointInput>;
const UpdateWebhookEndpointInput = z.strictObject({ ...ofEndpoint, url, ...fields }).partial({
  url: true,
  event_types: true,
  description: true,
  products: true,
});
export type UpdateWebhookEndpointInput = z.infer<typeof UpdateWebhookEndpointInput>;
const EndpointInput = z.strictObject(ofEndpoint);
export type EndpointInput = z.infer<typeof EndpointInput>;
const EndpointCall = EndpointInput.extend({ idempotency_key });
const RotateSecretInput = EndpointInput.extend({
  overlap_hours: z
    .int()
    .min(0)
    .max(168)
    .default(24)
    .meta({ description: 'How long the old secret signs beside the new one, at most 7 days; 0 is not at all' }),
  idempotency_key,
});
export type RotateSecretInput = z.infer<typeof RotateSecretInput>;
const PageInput = z.strictObject(page);

const WebhookEndpoint = z.object({
  id,
  url: z.string(),
  description: z.string().nullable(),
  event_types: z.array(z.string()),
  products: z.array(id).nullable().meta({ description: 'Ids of the products; null is everything' }),
  payload_version: z.string().meta({ description: 'The form of the payload; fixed when the endpoint is made' }),
  status: z
    .enum(ENDPOINT_STATUSES)
    .meta({ description: '`paused` by you, or `disabled` by the service; nothing is sent to either until `resume`' }),
  disabled_reason: z
    .enum(['gone', 'failing'])
    .nullable()
    .meta({ description: '`gone`: it answered 410. `failing`: nothing but failures for five days' }),
  stopped_at: time.nullable().meta({ description: 'Since when nothing is sent to it' }),
  old_secret_valid_until: time
    .nullable()
    .meta({ description: 'Until when the secret before the present one signs too' }),
  created_at: time,
  updated_at: time,
});
export type WebhookEndpointView = z.infer<typeof WebhookEndpoint>;
const WithSecret = WebhookEndpoint.extend({
  secret: z.string().meta({ description: 'What messages are signed with (Standard Webhooks), shown this once' }),
});
export type WebhookEndpointWithSecret = z.infer<typeof WithSecret>;

export const ReplayView = z.object({
  from: time,
  to: time,
  event_types: z.array(z.string()).nullable().meta({ description: 'Null is all that the endpoint wants' }),
  per_minute: z.number().int(),
  only_undelivered: z.boolean(),
  state: z.enum(['running', 'done']),
  sent: z.number().int().meta({ description: 'Messages handed out so far' }),
  requested_at: time,
});
export type ReplayView = z.infer<typeof ReplayView>;
const WithSpeed = WebhookEndpoint.extend({
  p95_ms: z.number().int().nullable().meta({
    description: 'Nineteen of twenty of its last 40 answers took no longer; null where there was none for a day',
  }),
  status_reason: z
    .enum(['slow'])
    .nullable()
    .meta({ description: '`slow`: it takes more than five seconds to answer. It gets everything, but late' }),
});
export type WebhookEndpointWithSpeed = z.infer<typeof WithSpeed>;
const WithState = WithSpeed.extend({
  health: z
    .object({ consecutive_failures: z.number().int(), failing_since: time })
    .nullable()
    .meta({ description: 'Failures since the last success; null where there are none' }),
  replay: ReplayView.nullable().meta({ description: 'The last one asked for' }),
  catch_up: ReplayView.nullable().meta({ description: 'What was sent after the last `resume`' }),
});
export type WebhookEndpointWithState = z.infer<typeof WithState>;
const Resumed = WebhookEndpoint.extend({
  catch_up_from: time.nullable().meta({
    description:
      'From when on events are looked through for what has not been delivered; null where nothing had stopped',
  }),
});
export type ResumedWebhookEndpoint = z.infer<typeof Resumed>;

export const webhook = { auth: 'brand', function: 'webhook-endpoints', scope: 'webhooks:write', vault: true } as const;
const BASE = '/api/v1/brand/webhook-endpoints';
export const ENDPOINT = `${BASE}/{endpoint_id}` as const;
const write = { ...webhook, access: 'write', vault: 'on_demand' } as const;
const read = { ...webhook, method: 'GET', access: 'read' } as const;
const action = { ...write, method: 'POST', once: true } as const;
/** Whoever has events sent somewhere could read them there. */
export const sendsEvents = { alsoScopes: ['events:read'] } as const;
const onAction = ['webhook_endpoint_not_found', 'idempotency_key_reused'] as const;
const call = { endpoint_id: example.ENDPOINT_ID };
const asItIs = { status: 200, description: 'As it is now', body: WebhookEndpoint } as const;

export const createWebhookEndpoint = {
  ...action,
  vault: true,
  ...sendsEvents,
  operation: 'create_webhook_endpoint',
  path: BASE,
  summary: 'Create a webhook endpoint',
  description:
    'From now on the events it wants are sent to it, signed by Standard Webhooks. The secret is in this answer only. A brand has at most 50 endpoints.',
  input: CreateWebhookEndpointInput,
  example: { url: example.endpoint.url, event_types: ['license.*'], description: 'Shop' },
  success: [
    { status: 201, description: 'Made', body: WithSecret, example: { ...example.endpoint, secret: example.SECRET } },
  ],
  refusals: ['product_not_found', 'too_many_webhook_endpoints', 'idempotency_key_reused'],
} as const satisfies Route;

export const listWebhookEndpoints = {
  ...read,
  operation: 'list_webhook_endpoints',
  path: BASE,
  summary: 'A brand’s webhook endpoints',
  description: 'Newest first; never their secrets.',
  input: PageInput,
  example: {},
  success: [
    {
      status: 200,
      description: 'One page',
      body: z.object({ webhook_endpoints: z.array(WithSpeed), next_cursor: nextCursor }),
      example: { webhook_endpoints: [{ ...example.endpoint, ...example.speed }], next_cursor: null },
    },
  ],
  refusals: ['cursor_invalid'],
} as const satisfies Route;

export const getWebhookEndpoint = {
  ...read,
  operation: 'get_webhook_endpoint',
  path: ENDPOINT,
  summary: 'One webhook endpoint',
  description: 'With how it has been answering, and how far its replays are.',
  input: EndpointInput,
  example: call,
  success: [
    {
      ...asItIs,
      body: WithState,
      example: { ...example.endpoint, ...example.speed, health: null, replay: example.replay, catch_up: null },
    },
  ],
  refusals: ['webhook_endpoint_not_found'],
} as const satisfies Route;

export const updateWebhookEndpoint = {
  ...write,
  ...sendsEvents,
  operation: 'update_webhook_endpoint',
  method: 'PATCH',
  path: ENDPOINT,
  summary: 'Change a webhook endpoint',
  description:
    'Holds for what has not been sent yet, too. A new URL begins without the failures of the old one; a stopped endpoint stays stopped.',
  input: UpdateWebhookEndpointInput,
  example: { ...call, event_types: ['license.*', 'seat.deactivated'] },
  success: [{ ...asItIs, example: { ...example.endpoint, event_types: ['license.*', 'seat.deactivated'] } }],
  refusals: ['webhook_endpoint_not_found', 'product_not_found'],
} as const satisfies Route;

const DeleteEndpointInput = EndpointInput.extend({ reason });
export type DeleteEndpointInput = z.infer<typeof DeleteEndpointInput>;

export const deleteWebhookEndpoint = {
  ...write,
  operation: 'delete_webhook_endpoint',
  method: 'DELETE',
  path: ENDPOINT,
  summary: 'Delete a webhook endpoint',
  description: 'Nothing more is sent to it, whatever was waiting. Its log goes with it.',
  input: DeleteEndpointInput,
  example: { ...call, reason: 'the shop has moved' },
  success: [{ ...asItIs, description: 'The endpoint as it was', example: example.endpoint }],
  refusals: ['webhook_endpoint_not_found'],
} as const satisfies Route;

export const pauseWebhookEndpoint = {
  ...action,
  operation: 'pause_webhook_endpoint',
  path: `${ENDPOINT}/pause`,
  summary: 'Pause a webhook endpoint',
  description:
    'Nothing is sent to it until it is resumed, and nothing is lost. Again changes nothing; one that is disabled stays so.',
  input: EndpointCall,
  example: call,
  success: [{ ...asItIs, example: { ...example.endpoint, status: 'paused', stopped_at: '2026-11-23T12:00:00Z' } }],
  refusals: onAction,
} as const satisfies Route;

export const resumeWebhookEndpoint = {
  ...action,
  ...sendsEvents,
  operation: 'resume_webhook_endpoint',
  path: `${ENDPOINT}/resume`,
  summary: 'Resume a webhook endpoint',
  description:
    'For one that was paused or disabled. Its failures are forgotten, and what happened while it was stopped is sent to it, 600 messages a minute; `catch_up` of the endpoint tells how far that is. An active one stays as it is.',
  input: EndpointCall,
  example: call,
  success: [{ ...asItIs, body: Resumed, example: { ...example.endpoint, catch_up_from: '2026-11-23T11:00:00Z' } }],
  refusals: onAction,
} as const satisfies Route;

export const rotateWebhookSecret = {
  ...action,
  vault: true,
  operation: 'rotate_webhook_secret',
  path: `${ENDPOINT}/rotate-secret`,
  summary: 'Give a webhook endpoint a new secret',
  description:
    'The new secret is in this answer only. Through the overlap each message bears the signatures of both, so that receivers can change over at any moment of it; a secret still in its overlap from an earlier rotation ends now.',
  input: RotateSecretInput,
  example: { ...call, overlap_hours: 24 },
  success: [
    {
      ...asItIs,
      description: 'The endpoint, with its new secret',
      body: WithSecret,
      example: { ...example.endpoint, old_secret_valid_until: '2026-11-24T12:00:00Z', secret: example.SECRET },
    },
  ],
  refusals: onAction,
} as const satisfies Route;

export const webhookRoutes: readonly Route[] = [
  createWebhookEndpoint,
  listWebhookEndpoints,
  getWebhookEndpoint,
  updateWebhookEndpoint,
  deleteWebhookEndpoint,
  pauseWebhookEndpoint,
  resumeWebhookEndpoint,
  rotateWebhookSecret,
];
