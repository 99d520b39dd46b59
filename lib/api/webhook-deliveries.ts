import * as z from 'zod';
import { ATTEMPT_OUTCOMES, DELIVERY_STATUSES } from '../domain/webhook.ts';
import { PER_MINUTE } from '../domain/webhook-catch-up.ts';
import * as example from './webhook-examples.ts';
import { id, instant, nextCursor, page, text, time, uuid } from './fields.ts';
import { ENDPOINT, eventTypes, ReplayView, sendsEvents, webhook } from './webhooks.ts';
import type { Route } from './route.ts';

/** What was sent to a brand's webhook endpoints, and how to have it sent again. */
const idempotency_key = text(255).optional().meta({ description: 'Instead of the header `Idempotency-Key`' });

const Attempt = z.object({
  at: time,
  trigger: z.enum(['schedule', 'redelivery', 'replay', 'test']).meta({ description: 'What asked for it' }),
  outcome: z.enum(ATTEMPT_OUTCOMES).meta({ description: 'All but `delivered` are failures' }),
  status_code: z.number().int().nullable().meta({ description: 'Null where there was no answer' }),
  latency_ms: z.number().int(),
  response_body: z.string().nullable().meta({
    description: 'The first KB of the answer to a test message; of answers to events no text is kept',
  }),
});
const Delivery = z.object({
  id: id.meta({ description: 'The event’s id, which is the `webhook-id` of each request' }),
  endpoint_id: id,
  event_type: z
    .string()
    .meta({ description: 'As the message names it: `license.deactivated` where that was asked for' }),
  entity: z.object({ type: z.string(), id }),
  seq: z.number().int().meta({ description: 'The event’s number in the life of its entity; 0 for a test' }),
  occurred_at: time,
  status: z.enum(DELIVERY_STATUSES).meta({
    description:
      '`pending`: not tried yet. `waiting`: failed, and tried again at `next_attempt_at`. `exhausted`: tried to the end of the schedule, and kept. `canceled`: had nobody to go to any more',
  }),
  next_attempt_at: time.nullable(),
  attempts: z.array(Attempt).meta({ description: 'The last 20, oldest first' }),
  created_at: time,
});
export type DeliveryView = z.infer<typeof Delivery>;

const ListDeliveriesInput = z.strictObject({
  endpoint_id: uuid,
  status: z.enum(DELIVERY_STATUSES).optional().meta({ description: 'Only those that stand so' }),
  event_id: uuid.optional().meta({ description: 'Only that of this event' }),
  ...page,
});
export type ListDeliveriesInput = z.infer<typeof ListDeliveriesInput>;
const EventDeliveriesInput = z.strictObject({ event_id: uuid });
export type EventDeliveriesInput = z.infer<typeof EventDeliveriesInput>;
const RedeliverInput = z.strictObject({ endpoint_id: uuid, delivery_id: uuid, idempotency_key });
export type RedeliverInput = z.infer<typeof RedeliverInput>;
const TestInput = z.strictObject({ endpoint_id: uuid, idempotency_key });
export type TestInput = z.infer<typeof TestInput>;
const ReplayInput = z
  .strictObject({
    endpoint_id: uuid,
    from: instant.meta({
      description: 'The first second, at most 30 days back; a date alone means its last second in UTC',
    }),
    to: instant.optional().meta({ description: 'The last second; now unless given' }),
    event_types: eventTypes.optional().meta({ description: 'Only these of what the endpoint wants' }),
    per_minute: z
      .int()
      .min(1)
      .max(6000)
      .default(PER_MINUTE)
      .meta({ description: 'Messages a minute, beside those that go out anyway' }),
    only_undelivered: z
      .boolean()
      .default(false)
      .meta({ description: 'Whether to leave out what this endpoint has got already' }),
    idempotency_key,
  })
  .refine(({ from, to }) => to === undefined || from <= to, { message: 'must not be before from', path: ['to'] });
export type ReplayInput = z.infer<typeof ReplayInput>;

const TestOutcome = Attempt.pick({ outcome: true, status_code: true, latency_ms: true, response_body: true }).extend({
  id: id.meta({ description: 'The message’s `webhook-id`, and its delivery’s id' }),
});
export type TestOutcome = z.infer<typeof TestOutcome>;

const list = z.object({ deliveries: z.array(Delivery), next_cursor: nextCursor });
/** A delivery tells an event's id, type, entity and time, as the journal does. */
const read = { ...webhook, ...sendsEvents, method: 'GET', access: 'read' } as const;
const action = { ...webhook, ...sendsEvents, method: 'POST', access: 'write', vault: 'on_demand', once: true } as const;
const call = { endpoint_id: example.ENDPOINT_ID };
const shown = {
  status: 200,
  description: 'One page',
  body: list,
  example: { deliveries: [example.delivery], next_cursor: null },
} as const;

export const listDeliveries = {
  ...read,
  operation: 'list_webhook_deliveries',
  path: `${ENDPOINT}/deliveries`,
  summary: 'What was sent to a webhook endpoint',
  description: 'By the time of the events, newest first, with every attempt. Kept for 30 days.',
  input: ListDeliveriesInput,
  example: { ...call, status: 'delivered' },
  success: [shown],
  refusals: ['webhook_endpoint_not_found', 'cursor_invalid'],
} as const satisfies Route;

export const listEventDeliveries = {
  ...read,
  operation: 'list_event_deliveries',
  path: '/api/v1/brand/events/{event_id}/deliveries',
  summary: 'Where an event was sent',
  description: 'Its delivery to each of the brand’s endpoints that it went to, on one page.',
  input: EventDeliveriesInput,
  example: { event_id: example.delivery.id },
  success: [shown],
  refusals: ['delivery_not_found'],
} as const satisfies Route;

export const redeliver = {
  ...action,
  operation: 'redeliver_webhook',
  path: `${ENDPOINT}/deliveries/{delivery_id}/redeliver`,
  summary: 'Send a message again',
  description:
    'Once and now, however it stands, with the same `webhook-id`; its schedule goes on beside it. Look at the delivery again for what came of it.',
  input: RedeliverInput,
  example: { ...call, delivery_id: example.delivery.id },
  success: [{ status: 200, description: 'The delivery, queued', body: Delivery, example: example.delivery }],
  refusals: ['webhook_endpoint_not_found', 'delivery_not_found', 'webhook_endpoint_stopped', 'idempotency_key_reused'],
} as const satisfies Route;

export const testEndpoint = {
  ...action,
  vault: true,
  operation: 'test_webhook_endpoint',
  path: `${ENDPOINT}/test`,
  summary: 'Send a test message',
  description:
    'A `webhook.test`, signed like any other, at once; the answer tells what came of it. It waits 8 seconds at most. It goes to a stopped endpoint too, is not tried again, and does not count among an endpoint’s failures.',
  input: TestInput,
  example: call,
  success: [{ status: 200, description: 'What came of it', body: TestOutcome, example: example.testOutcome }],
  refusals: ['webhook_endpoint_not_found', 'idempotency_key_reused'],
} as const satisfies Route;

export const replayEvents = {
  ...action,
  operation: 'replay_webhooks',
  path: `${ENDPOINT}/replay`,
  summary: 'Send events of the past again',
  description:
    'All that happened from one second to another and that the endpoint wants, oldest first, with the `webhook-id` of the first time, at a rate of its own. One at a time for each endpoint; `replay` of the endpoint tells how far it is.',
  input: ReplayInput,
  example: { ...call, from: '2026-11-22T00:00:00Z', to: '2026-11-22T23:59:59Z', event_types: ['license.*'] },
  success: [
    { status: 200, description: 'The replay, begun', body: ReplayView, example: { ...example.replay, sent: 0 } },
  ],
  refusals: ['webhook_endpoint_not_found', 'webhook_endpoint_stopped', 'replay_under_way', 'idempotency_key_reused'],
} as const satisfies Route;

export const webhookDeliveryRoutes: readonly Route[] = [
  listDeliveries,
  listEventDeliveries,
  redeliver,
  testEndpoint,
  replayEvents,
];
