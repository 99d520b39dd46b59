import * as z from 'zod/mini';
import { describe } from '../../domain/describe.ts';
import { ATTEMPT_OUTCOMES, DELIVERY_STATUSES } from '../../domain/webhook.ts';
import { EntityReference } from './event.ts';
import { id, nextCursor, time } from './fields.ts';

const Attempt = describe(
  z.object({
    at: time,
    trigger: describe(z.enum(['schedule', 'redelivery', 'replay', 'test']), 'What started the attempt'),
    outcome: describe(z.enum(ATTEMPT_OUTCOMES), 'Everything but `delivered` is a failure'),
    status_code: describe(z.nullable(z.int()), 'Null when there was no answer'),
    latency_ms: describe(z.int(), 'The duration of the attempt in milliseconds'),
    response_body: describe(
      z.nullable(z.string()),
      'The first KB of the answer to a test message. Answers to events are not stored',
    ),
  }),
  { id: 'WebhookAttempt', description: 'One request to the endpoint' },
);
export const Delivery = describe(
  z.object({
    id: describe(id, 'The id of the event, which is the `webhook-id` of each request'),
    endpoint_id: id,
    event_type: describe(
      z.string(),
      'As the message names it: `license.deactivated` where the endpoint asked for that name',
    ),
    entity: EntityReference,
    seq: describe(z.int(), 'The number of the event in the history of its entity; 0 for a test'),
    occurred_at: time,
    status: describe(
      z.enum(DELIVERY_STATUSES),
      '`pending`: not tried yet. `waiting`: failed, with a retry at `next_attempt_at`. `exhausted`: failed on ' +
        'every try, and kept. `canceled`: the endpoint does not want it any more',
    ),
    next_attempt_at: describe(z.nullable(time), 'Null when no attempt is scheduled'),
    attempts: describe(z.array(Attempt), 'The last 20 attempts, oldest first'),
    created_at: time,
  }),
  { id: 'WebhookDelivery', description: 'One message for one endpoint, with its attempts' },
);
export type DeliveryView = z.infer<typeof Delivery>;
export const DeliveryList = describe(
  z.object({
    deliveries: describe(z.array(Delivery), 'The deliveries of this page'),
    next_cursor: nextCursor,
  }),
  { id: 'WebhookDeliveryList' },
);

export const TestOutcome = describe(
  z.object({
    id: describe(id, 'The `webhook-id` of the message, which is the id of its delivery'),
    ...z.pick(Attempt, { outcome: true, status_code: true, latency_ms: true, response_body: true }).shape,
  }),
  { id: 'WebhookTestOutcome', description: 'The outcome of a test message' },
);
export type TestOutcome = z.infer<typeof TestOutcome>;
