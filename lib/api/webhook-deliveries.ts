import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import { DELIVERY_STATUSES } from '../domain/webhook.ts';
import * as example from './examples/webhooks.ts';
import type { Route } from './route.ts';
import { idempotency_key, page, uuid } from './schemas/fields.ts';
import { Delivery, DeliveryList } from './schemas/webhook-delivery.ts';

/** A delivery shows the id, type, entity and time of its event, so these routes require the scope of events too. */
const shared = {
  function: 'webhook-endpoints',
  auth: 'brand',
  scope: 'webhooks:write',
  alsoScopes: ['events:read'],
} as const;
const reads = { ...shared, method: 'GET', access: 'read', vault: true } as const;
const onePage = {
  status: 200,
  description: 'One page',
  body: DeliveryList,
  example: { deliveries: [example.delivery], next_cursor: null },
} as const;

const ListDeliveriesInput = z.strictObject({
  endpoint_id: uuid,
  status: describe(z.optional(z.enum(DELIVERY_STATUSES)), 'Only deliveries with this status'),
  event_id: describe(z.optional(uuid), 'Only the delivery of this event'),
  ...page,
});
export type ListDeliveriesInput = z.infer<typeof ListDeliveriesInput>;

export const listDeliveries = {
  ...reads,
  operation: 'list_webhook_deliveries',
  path: '/api/v1/brand/webhook-endpoints/{endpoint_id}/deliveries',
  summary: "List a webhook endpoint's deliveries",
  description:
    'Lists the messages to this endpoint with every attempt, the newest events first. Deliveries are kept for 30 days.',
  input: ListDeliveriesInput,
  example: { endpoint_id: example.ENDPOINT_ID, status: 'delivered' },
  success: [onePage],
  refusals: ['webhook_endpoint_not_found', 'cursor_invalid'],
} as const satisfies Route;

const EventDeliveriesInput = z.strictObject({ event_id: uuid });
export type EventDeliveriesInput = z.infer<typeof EventDeliveriesInput>;

export const listEventDeliveries = {
  ...reads,
  operation: 'list_event_deliveries',
  path: '/api/v1/brand/events/{event_id}/deliveries',
  summary: "List an event's deliveries",
  description: 'Lists the delivery of this event to each endpoint of the brand, on one page.',
  input: EventDeliveriesInput,
  example: { event_id: example.delivery.id },
  success: [onePage],
  refusals: ['delivery_not_found'],
} as const satisfies Route;

const RedeliverInput = z.strictObject({ endpoint_id: uuid, delivery_id: uuid, idempotency_key });
export type RedeliverInput = z.infer<typeof RedeliverInput>;

export const redeliver = {
  ...shared,
  method: 'POST',
  access: 'write',
  vault: 'on_demand',
  operation: 'redeliver_webhook',
  path: '/api/v1/brand/webhook-endpoints/{endpoint_id}/deliveries/{delivery_id}/redeliver',
  summary: 'Redeliver an event to a webhook endpoint',
  description:
    'Sends the message again, whatever its status, with the same `webhook-id`. Its retries continue ' +
    'independently. List the deliveries again to see the outcome.',
  input: RedeliverInput,
  example: { endpoint_id: example.ENDPOINT_ID, delivery_id: example.delivery.id },
  success: [{ status: 200, description: 'The queued delivery', body: Delivery, example: example.delivery }],
  refusals: ['webhook_endpoint_not_found', 'delivery_not_found', 'webhook_endpoint_stopped', 'idempotency_key_reused'],
  once: true,
} as const satisfies Route;

export const webhookDeliveryRoutes: readonly Route[] = [listDeliveries, listEventDeliveries, redeliver];
