import * as z from 'zod';
import { ENDPOINT_STATUSES, EVENT_TYPE_PATTERN } from '../../domain/webhook.ts';
import { id, nextCursor, time } from './fields.ts';

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

export const WebhookEndpoint = z
  .object({
    id,
    url: z.string().meta({ description: 'The address that gets the messages' }),
    description: z.string().nullable().meta({ description: 'Your own note' }),
    event_types: z
      .array(z.string())
      .meta({ description: 'The events that it gets, such as `license.renewed`, `license.*` or `*`' }),
    products: z.array(id).nullable().meta({ description: 'The ids of the products; null means every event' }),
    payload_version: z.string().meta({ description: 'The version of the payload; it is fixed at creation' }),
    status: z.enum(ENDPOINT_STATUSES).meta({
      description: '`paused` by you or `disabled` by the service. Nothing is sent until the endpoint is resumed',
    }),
    disabled_reason: z
      .enum(['gone', 'failing'])
      .nullable()
      .meta({ description: '`gone`: it answered 410. `failing`: it only failed for five days' }),
    stopped_at: time.nullable().meta({ description: 'Nothing has been sent since then' }),
    old_secret_valid_until: time
      .nullable()
      .meta({ description: 'The end of the overlap, during which the previous secret signs too' }),
    created_at: time,
    updated_at: time,
  })
  .meta({ id: 'WebhookEndpoint', description: 'An address that gets messages about events' });
export type WebhookEndpointView = z.infer<typeof WebhookEndpoint>;

export const EndpointWithSecret = WebhookEndpoint.extend({
  secret: z
    .string()
    .meta({ description: 'The secret that signs messages (Standard Webhooks). No other answer shows it' }),
}).meta({ id: 'WebhookEndpointWithSecret', description: 'A webhook endpoint with its secret' });
export type WebhookEndpointWithSecret = z.infer<typeof EndpointWithSecret>;

export const ReplayView = z
  .object({
    from: time.meta({ description: 'Events from this time on' }),
    to: time.meta({ description: 'Events up to this time' }),
    event_types: z.array(z.string()).nullable().meta({ description: 'Null means all that the endpoint subscribes to' }),
    per_minute: z.number().int().meta({ description: 'The messages that are queued per minute, at most' }),
    only_undelivered: z.boolean().meta({ description: 'True when messages that arrived are left out' }),
    state: z.enum(['running', 'done']).meta({ description: 'The progress of the replay' }),
    sent: z.number().int().meta({ description: 'The messages queued so far' }),
    requested_at: time,
  })
  .meta({ id: 'WebhookReplay', description: 'Past events that are sent to the endpoint again' });
export type ReplayView = z.infer<typeof ReplayView>;

const WithSpeed = WebhookEndpoint.extend({
  p95_ms: z.number().int().nullable().meta({
    description: 'The 95th percentile of its last 40 response times; null when there was none for a day',
  }),
  status_reason: z
    .enum(['slow'])
    .nullable()
    .meta({ description: '`slow`: it takes more than five seconds to answer, so its messages arrive late' }),
}).meta({ id: 'WebhookEndpointWithSpeed', description: 'A webhook endpoint with its response time' });
export type WebhookEndpointWithSpeed = z.infer<typeof WithSpeed>;
export const WebhookEndpointList = z
  .object({
    webhook_endpoints: z.array(WithSpeed).meta({ description: 'The endpoints of this page' }),
    next_cursor: nextCursor,
  })
  .meta({ id: 'WebhookEndpointList' });

const Health = z
  .object({
    consecutive_failures: z.number().int().meta({ description: 'The failed attempts since the last success' }),
    failing_since: time.meta({ description: 'The time of the first of them' }),
  })
  .meta({ id: 'WebhookEndpointHealth', description: 'The failures of an endpoint since its last success' });
export const EndpointWithState = WithSpeed.extend({
  health: Health.nullable().meta({ description: 'The failures since the last success; null when there are none' }),
  replay: ReplayView.nullable().meta({ description: 'The last replay' }),
  catch_up: ReplayView.nullable().meta({ description: 'The delivery of missed events after the last `resume`' }),
}).meta({
  id: 'WebhookEndpointWithState',
  description: 'A webhook endpoint with its response time, health and replays',
});
export type WebhookEndpointWithState = z.infer<typeof EndpointWithState>;

export const Resumed = WebhookEndpoint.extend({
  catch_up_from: time.nullable().meta({
    description: 'Undelivered events since then are sent now; null when the endpoint was not stopped',
  }),
}).meta({ id: 'ResumedWebhookEndpoint', description: 'A webhook endpoint after its resumption' });
export type ResumedWebhookEndpoint = z.infer<typeof Resumed>;
