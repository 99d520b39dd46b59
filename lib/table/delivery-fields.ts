import type { Attempt } from '../domain/webhook.ts';
import type { Delivery } from './webhook-deliveries.ts';

/**
 * A delivery and its attempts hold nothing of a person's own words, so that an erasure passes them over. What is sent is made of the journal entry each time, and
 * what a receiver answers to an event is not kept. A new field does not compile until somebody has looked at it.
 */
export const deliveryFields: Readonly<Record<keyof Delivery, 'keeps'>> = {
  id: 'keeps',
  endpoint_id: 'keeps',
  event_type: 'keeps',
  entity: 'keeps',
  seq: 'keeps',
  occurred_at: 'keeps',
  status: 'keeps',
  scheduled_attempts: 'keeps',
  next_attempt_at: 'keeps',
  attempts: 'keeps',
  created_at: 'keeps',
  revision: 'keeps',
  waits: 'keeps',
  ttl: 'keeps',
};

export const attemptFields: Readonly<Record<keyof Attempt, 'keeps' | 'never written'>> = {
  at: 'keeps',
  trigger: 'keeps',
  outcome: 'keeps',
  status_code: 'keeps',
  latency_ms: 'keeps',
  response_body: 'never written',
};
