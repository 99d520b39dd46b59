import { pick } from '../domain/pick.ts';
import type { Delivery } from '../table/webhook-deliveries.ts';

const DELIVERY = [
  'id',
  'endpoint_id',
  'event_type',
  'entity',
  'seq',
  'occurred_at',
  'status',
  'next_attempt_at',
  'attempts',
  'created_at',
] as const;
const ATTEMPT = ['at', 'trigger', 'outcome', 'status_code', 'latency_ms', 'response_body'] as const;

/** A delivery as the API shows it: without internal fields. */
export const deliveryView = (delivery: Delivery) =>
  pick(DELIVERY, {
    ...delivery,
    entity: pick(['type', 'id'], delivery.entity),
    attempts: delivery.attempts.map((attempt) => pick(ATTEMPT, attempt)),
  });
