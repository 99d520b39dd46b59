import * as z from 'zod/mini';
import { describe } from '../../domain/describe.ts';
import { ENDPOINT_STATUSES, EVENT_TYPE_PATTERN } from '../../domain/webhook.ts';
import { id, nextCursor, time } from './fields.ts';

export const eventTypes = z
  .array(
    z
      .string()
      .check(
        z.regex(
          EVENT_TYPE_PATTERN,
          'must be a type of event (license.renewed), all of a noun (license.*) or everything (*)',
        ),
      ),
  )
  .check(z.minLength(1), z.maxLength(100));

export const WebhookEndpoint = describe(
  z.object({
    id,
    url: describe(z.string(), 'The address that gets the messages'),
    description: describe(z.nullable(z.string()), 'Your own note'),
    event_types: describe(
      z.array(z.string()),
      'The events that it gets, such as `license.renewed`, `license.*` or `*`',
    ),
    products: describe(z.nullable(z.array(id)), 'The ids of the products; null means every event'),
    payload_version: describe(z.string(), 'The version of the payload; it is fixed at creation'),
    status: describe(
      z.enum(ENDPOINT_STATUSES),
      '`paused` by you or `disabled` by the service. Nothing is sent until the endpoint is resumed',
    ),
    disabled_reason: describe(
      z.nullable(z.enum(['gone', 'failing'])),
      '`gone`: it answered 410. `failing`: it only failed for five days',
    ),
    stopped_at: describe(z.nullable(time), 'Nothing has been sent since then'),
    old_secret_valid_until: describe(
      z.nullable(time),
      'The end of the overlap, during which the previous secret signs too',
    ),
    created_at: time,
    updated_at: time,
  }),
  { id: 'WebhookEndpoint', description: 'An address that gets messages about events' },
);
export type WebhookEndpointView = z.infer<typeof WebhookEndpoint>;

export const EndpointWithSecret = describe(
  z.extend(WebhookEndpoint, {
    secret: describe(z.string(), 'The secret that signs messages (Standard Webhooks). No other answer shows it'),
  }),
  { id: 'WebhookEndpointWithSecret', description: 'A webhook endpoint with its secret' },
);
export type WebhookEndpointWithSecret = z.infer<typeof EndpointWithSecret>;

export const ReplayView = describe(
  z.object({
    from: describe(time, 'Events from this time on'),
    to: describe(time, 'Events up to this time'),
    event_types: describe(z.nullable(z.array(z.string())), 'Null means all that the endpoint subscribes to'),
    per_minute: describe(z.int(), 'The messages that are queued per minute, at most'),
    only_undelivered: describe(z.boolean(), 'True when messages that arrived are left out'),
    state: describe(z.enum(['running', 'done']), 'The progress of the replay'),
    sent: describe(z.int(), 'The messages queued so far'),
    requested_at: time,
  }),
  { id: 'WebhookReplay', description: 'Past events that are sent to the endpoint again' },
);
export type ReplayView = z.infer<typeof ReplayView>;

const WithSpeed = describe(
  z.extend(WebhookEndpoint, {
    p95_ms: describe(
      z.nullable(z.int()),
      'The 95th percentile of its last 40 response times; null when there was none for a day',
    ),
    status_reason: describe(
      z.nullable(z.enum(['slow'])),
      '`slow`: it takes more than five seconds to answer, so its messages arrive late',
    ),
  }),
  { id: 'WebhookEndpointWithSpeed', description: 'A webhook endpoint with its response time' },
);
export type WebhookEndpointWithSpeed = z.infer<typeof WithSpeed>;
export const WebhookEndpointList = describe(
  z.object({
    webhook_endpoints: describe(z.array(WithSpeed), 'The endpoints of this page'),
    next_cursor: nextCursor,
  }),
  { id: 'WebhookEndpointList' },
);

const Health = describe(
  z.object({
    consecutive_failures: describe(z.int(), 'The failed attempts since the last success'),
    failing_since: describe(time, 'The time of the first of them'),
  }),
  { id: 'WebhookEndpointHealth', description: 'The failures of an endpoint since its last success' },
);
export const EndpointWithState = describe(
  z.extend(WithSpeed, {
    health: describe(z.nullable(Health), 'The failures since the last success; null when there are none'),
    replay: describe(z.nullable(ReplayView), 'The last replay'),
    catch_up: describe(z.nullable(ReplayView), 'The delivery of missed events after the last `resume`'),
  }),
  {
    id: 'WebhookEndpointWithState',
    description: 'A webhook endpoint with its response time, health and replays',
  },
);
export type WebhookEndpointWithState = z.infer<typeof EndpointWithState>;

export const Resumed = describe(
  z.extend(WebhookEndpoint, {
    catch_up_from: describe(
      z.nullable(time),
      'Undelivered events since then are sent now; null when the endpoint was not stopped',
    ),
  }),
  { id: 'ResumedWebhookEndpoint', description: 'A webhook endpoint after its resumption' },
);
export type ResumedWebhookEndpoint = z.infer<typeof Resumed>;
