import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import { PER_MINUTE } from '../domain/webhook-catch-up.ts';
import { MAX_URL_LENGTH } from '../domain/webhook-url.ts';
import * as example from './examples/webhooks.ts';
import type { Route } from './route.ts';
import { idempotency_key, instant, PageInput, reason, slugOrId, text, uuid } from './schemas/fields.ts';
import {
  eventTypes,
  ReplayView,
  Resumed,
  WebhookEndpoint,
  WebhookEndpointList,
  EndpointWithSecret,
  EndpointWithState,
} from './schemas/webhook-endpoint.ts';
import { TestOutcome } from './schemas/webhook-delivery.ts';

const shared = { auth: 'brand', function: 'webhook-endpoints', scope: 'webhooks:write' } as const;
const reads = { ...shared, method: 'GET', access: 'read', vault: true } as const;
const writes = { ...shared, access: 'write', vault: 'on_demand' } as const;
const action = { ...writes, method: 'POST', once: true } as const;
/** A caller who directs events to an endpoint can read them there. */
const sendsEvents = { alsoScopes: ['events:read'] } as const;
const acting = ['webhook_endpoint_not_found', 'idempotency_key_reused'] as const;
const call = { endpoint_id: example.ENDPOINT_ID };
const changed = { status: 200, description: 'The endpoint after the change', body: WebhookEndpoint } as const;

const url = describe(text(MAX_URL_LENGTH), {
  description:
    'The address that messages are posted to: `https`, port 443, a public host, without user, password or ' +
    'fragment. A local service (`npm start`) also accepts `http` and any port on loopback',
  format: 'uri',
});
const fields = {
  event_types: describe(
    eventTypes,
    'Types of event, all types of a noun (`license.*`), or everything (`*`). `license.deactivated` is a ' +
      'second name of `seat.deactivated`',
  ),
  description: describe(z.nullable(text(255)), 'The purpose of the endpoint'),
  products: describe(
    z.nullable(z.array(slugOrId).check(z.minLength(1), z.maxLength(50))),
    'Slugs or ids of products. The endpoint then gets only events about these products; null means every event',
  ),
};

const CreateWebhookEndpointInput = z.strictObject({
  url,
  event_types: z._default(fields.event_types, ['*']),
  description: z._default(fields.description, null),
  products: z._default(fields.products, null),
  idempotency_key,
});
export type CreateWebhookEndpointInput = z.infer<typeof CreateWebhookEndpointInput>;

export const createWebhookEndpoint = {
  ...action,
  ...sendsEvents,
  vault: true,
  operation: 'create_webhook_endpoint',
  path: '/api/v1/brand/webhook-endpoints',
  summary: 'Create a webhook endpoint',
  description:
    'Sends the chosen events to this address from now on, signed as in Standard Webhooks. Only this answer ' +
    'shows the secret. A brand can have 50 endpoints.',
  input: CreateWebhookEndpointInput,
  example: { url: example.endpoint.url, event_types: ['license.*'], description: 'Shop' },
  success: [
    {
      status: 201,
      description: 'The new endpoint with its secret',
      body: EndpointWithSecret,
      example: { ...example.endpoint, secret: example.SECRET },
    },
  ],
  refusals: ['product_not_found', 'too_many_webhook_endpoints', 'idempotency_key_reused'],
} as const satisfies Route;

export const listWebhookEndpoints = {
  ...reads,
  operation: 'list_webhook_endpoints',
  path: '/api/v1/brand/webhook-endpoints',
  summary: 'List webhook endpoints',
  description: 'Lists all endpoints of the brand, newest first. It never shows their secrets.',
  input: PageInput,
  example: {},
  success: [
    {
      status: 200,
      description: 'One page',
      body: WebhookEndpointList,
      example: { webhook_endpoints: [{ ...example.endpoint, ...example.speed }], next_cursor: null },
    },
  ],
  refusals: ['cursor_invalid'],
} as const satisfies Route;

const EndpointInput = z.strictObject({ endpoint_id: uuid });
export type EndpointInput = z.infer<typeof EndpointInput>;

export const getWebhookEndpoint = {
  ...reads,
  operation: 'get_webhook_endpoint',
  path: '/api/v1/brand/webhook-endpoints/{endpoint_id}',
  summary: 'Retrieve a webhook endpoint',
  description: 'Shows the endpoint with its health and the progress of its replays.',
  input: EndpointInput,
  example: call,
  success: [
    {
      status: 200,
      description: 'The endpoint',
      body: EndpointWithState,
      example: { ...example.endpoint, ...example.speed, health: null, replay: example.replay, catch_up: null },
    },
  ],
  refusals: ['webhook_endpoint_not_found'],
} as const satisfies Route;

const UpdateWebhookEndpointInput = z.extend(EndpointInput, {
  url: z.optional(url),
  event_types: z.optional(fields.event_types),
  description: z.optional(fields.description),
  products: z.optional(fields.products),
});
export type UpdateWebhookEndpointInput = z.infer<typeof UpdateWebhookEndpointInput>;

export const updateWebhookEndpoint = {
  ...writes,
  ...sendsEvents,
  operation: 'update_webhook_endpoint',
  method: 'PATCH',
  path: '/api/v1/brand/webhook-endpoints/{endpoint_id}',
  summary: 'Update a webhook endpoint',
  description:
    'Changes apply to waiting messages too. A new URL starts without the failures of the old one. A stopped ' +
    'endpoint stays stopped.',
  input: UpdateWebhookEndpointInput,
  example: { ...call, event_types: ['license.*', 'seat.deactivated'] },
  success: [{ ...changed, example: { ...example.endpoint, event_types: ['license.*', 'seat.deactivated'] } }],
  refusals: ['webhook_endpoint_not_found', 'product_not_found'],
} as const satisfies Route;

const DeleteEndpointInput = z.extend(EndpointInput, { reason });
export type DeleteEndpointInput = z.infer<typeof DeleteEndpointInput>;

export const deleteWebhookEndpoint = {
  ...writes,
  operation: 'delete_webhook_endpoint',
  method: 'DELETE',
  path: '/api/v1/brand/webhook-endpoints/{endpoint_id}',
  summary: 'Delete a webhook endpoint',
  description: 'Stops all messages to the endpoint, waiting ones included, and deletes its deliveries.',
  input: DeleteEndpointInput,
  example: { ...call, reason: 'the shop has moved' },
  success: [{ ...changed, description: 'The endpoint before its deletion', example: example.endpoint }],
  refusals: ['webhook_endpoint_not_found'],
} as const satisfies Route;

const EndpointCall = z.extend(EndpointInput, { idempotency_key });

export const pauseWebhookEndpoint = {
  ...action,
  operation: 'pause_webhook_endpoint',
  path: '/api/v1/brand/webhook-endpoints/{endpoint_id}/pause',
  summary: 'Pause a webhook endpoint',
  description:
    'Holds all messages until the endpoint is resumed; none is lost. A second call changes nothing. A disabled ' +
    'endpoint stays disabled.',
  input: EndpointCall,
  example: call,
  success: [{ ...changed, example: { ...example.endpoint, status: 'paused', stopped_at: '2026-11-23T12:00:00Z' } }],
  refusals: acting,
} as const satisfies Route;

export const resumeWebhookEndpoint = {
  ...action,
  ...sendsEvents,
  operation: 'resume_webhook_endpoint',
  path: '/api/v1/brand/webhook-endpoints/{endpoint_id}/resume',
  summary: 'Resume a webhook endpoint',
  description:
    'Starts a paused or disabled endpoint and forgets its failures. The events that it missed are sent at 600 ' +
    'messages per minute; `catch_up` of the endpoint shows the progress. An active endpoint stays as it is.',
  input: EndpointCall,
  example: call,
  success: [{ ...changed, body: Resumed, example: { ...example.endpoint, catch_up_from: '2026-11-23T11:00:00Z' } }],
  refusals: acting,
} as const satisfies Route;

const RotateSecretInput = z.extend(EndpointInput, {
  overlap_hours: describe(
    z._default(z.int().check(z.gte(0), z.lte(168)), 24),
    'How many hours the old secret signs too, at most 7 days; 0 ends it at once',
  ),
  idempotency_key,
});
export type RotateSecretInput = z.infer<typeof RotateSecretInput>;

export const rotateWebhookSecret = {
  ...action,
  vault: true,
  operation: 'rotate_webhook_secret',
  path: '/api/v1/brand/webhook-endpoints/{endpoint_id}/rotate-secret',
  summary: 'Rotate the secret of a webhook endpoint',
  description:
    'Only this answer shows the new secret. During the overlap each message carries both signatures, so the ' +
    'receiver can switch at any moment. A secret from an earlier rotation ends at once.',
  input: RotateSecretInput,
  example: { ...call, overlap_hours: 24 },
  success: [
    {
      status: 200,
      description: 'The endpoint with its new secret',
      body: EndpointWithSecret,
      example: { ...example.endpoint, old_secret_valid_until: '2026-11-24T12:00:00Z', secret: example.SECRET },
    },
  ],
  refusals: acting,
} as const satisfies Route;

const TestInput = z.strictObject({ endpoint_id: uuid, idempotency_key });
export type TestInput = z.infer<typeof TestInput>;

export const testWebhookEndpoint = {
  ...action,
  ...sendsEvents,
  vault: true,
  operation: 'test_webhook_endpoint',
  path: '/api/v1/brand/webhook-endpoints/{endpoint_id}/test',
  summary: 'Test a webhook endpoint',
  description:
    'Sends one signed `webhook.test` message at once, waits for the answer for 8 seconds at most, and shows the ' +
    'outcome. It also works for a stopped endpoint. The message is not retried, and a failure does not count ' +
    'against the endpoint.',
  input: TestInput,
  example: call,
  success: [
    { status: 200, description: 'The outcome of the attempt', body: TestOutcome, example: example.testOutcome },
  ],
  refusals: acting,
} as const satisfies Route;

const ReplayInput = z
  .strictObject({
    endpoint_id: uuid,
    from: describe(instant, 'The first second, at most 30 days ago; a date means the last second of that day in UTC'),
    to: describe(z.optional(instant), 'The last second. The default is now'),
    event_types: describe(z.optional(eventTypes), 'Only these types, among those that the endpoint subscribes to'),
    per_minute: describe(
      z._default(z.int().check(z.gte(1), z.lte(6000)), PER_MINUTE),
      'Messages per minute, in addition to new events',
    ),
    only_undelivered: describe(
      z._default(z.boolean(), false),
      'True leaves out the events that this endpoint has already received',
    ),
    idempotency_key,
  })
  .check(
    z.refine(({ from, to }) => to === undefined || from <= to, { message: 'must not be before from', path: ['to'] }),
  );
export type ReplayInput = z.infer<typeof ReplayInput>;

export const replayEvents = {
  ...action,
  ...sendsEvents,
  operation: 'replay_events',
  path: '/api/v1/brand/webhook-endpoints/{endpoint_id}/replay',
  summary: 'Replay events to a webhook endpoint',
  description:
    'Sends the past events of a period again, oldest first, with their original `webhook-id`. An endpoint can ' +
    'have one replay at a time; `replay` of the endpoint shows its progress.',
  input: ReplayInput,
  example: { ...call, from: '2026-11-22T00:00:00Z', to: '2026-11-22T23:59:59Z', event_types: ['license.*'] },
  success: [
    {
      status: 200,
      description: 'The replay that has begun',
      body: ReplayView,
      example: { ...example.replay, sent: 0 },
    },
  ],
  refusals: ['webhook_endpoint_not_found', 'webhook_endpoint_stopped', 'replay_under_way', 'idempotency_key_reused'],
} as const satisfies Route;

export const webhookEndpointRoutes: readonly Route[] = [
  createWebhookEndpoint,
  listWebhookEndpoints,
  getWebhookEndpoint,
  updateWebhookEndpoint,
  deleteWebhookEndpoint,
  pauseWebhookEndpoint,
  resumeWebhookEndpoint,
  rotateWebhookSecret,
  testWebhookEndpoint,
  replayEvents,
];
