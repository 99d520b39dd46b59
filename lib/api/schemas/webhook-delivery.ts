import * as z from 'zod';
import { ATTEMPT_OUTCOMES, DELIVERY_STATUSES } from '../../domain/webhook.ts';
import { EntityReference } from './event.ts';
import { id, nextCursor, time } from './fields.ts';

const Attempt = z
  .object({
    at: time,
    trigger: z.enum(['schedule', 'redelivery', 'replay', 'test']).meta({ description: 'What started the attempt' }),
    outcome: z.enum(ATTEMPT_OUTCOMES).meta({ description: 'Everything but `delivered` is a failure' }),
    status_code: z.number().int().nullable().meta({ description: 'Null when there was no answer' }),
    latency_ms: z.number().int().meta({ description: 'The duration of the attempt in milliseconds' }),
    response_body: z.string().nullable().meta({
      description: 'The first KB of the answer to a test message. Answers to events are not stored',
    }),
  })
  .meta({ id: 'WebhookAttempt', description: 'One request to the endpoint' });
export const Delivery = z
  .object({
    id: id.meta({ description: 'The id of the event, which is the `webhook-id` of each request' }),
    endpoint_id: id,
    event_type: z
      .string()
      .meta({ description: 'As the message names it: `license.deactivated` where the endpoint asked for that name' }),
    entity: EntityReference,
    seq: z.number().int().meta({ description: 'The number of the event in the history of its entity; 0 for a test' }),
    occurred_at: time,
    status: z.enum(DELIVERY_STATUSES).meta({
      description:
        '`pending`: not tried yet. `waiting`: failed, with a retry at `next_attempt_at`. `exhausted`: failed on ' +
        'every try, and kept. `canceled`: the endpoint does not want it any more',
    }),
    next_attempt_at: time.nullable().meta({ description: 'Null when no attempt is scheduled' }),
    attempts: z.array(Attempt).meta({ description: 'The last 20 attempts, oldest first' }),
    created_at: time,
  })
  .meta({ id: 'WebhookDelivery', description: 'One message for one endpoint, with its attempts' });
export type DeliveryView = z.infer<typeof Delivery>;
export const DeliveryList = z
  .object({
    deliveries: z.array(Delivery).meta({ description: 'The deliveries of this page' }),
    next_cursor: nextCursor,
  })
  .meta({ id: 'WebhookDeliveryList' });

export const TestOutcome = z
  .object({
    id: id.meta({ description: 'The `webhook-id` of the message, which is the id of its delivery' }),
    ...Attempt.pick({ outcome: true, status_code: true, latency_ms: true, response_body: true }).shape,
  })
  .meta({ id: 'WebhookTestOutcome', description: 'The outcome of a test message' });
export type TestOutcome = z.infer<typeof TestOutcome>;
