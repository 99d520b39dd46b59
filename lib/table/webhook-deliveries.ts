import type { Attempt, DeliveryStatus } from '../domain/webhook.ts';
import type { Item } from './table.ts';

/**
 * One message for one endpoint. Its id is the event's, which is the `webhook-id` of each request: the same on every retry and replay. What is sent is made of the journal
 * entry each time, so that no copy of it lies here.
 */
export type Delivery = {
  id: string;
  endpoint_id: string;
  event_type: string;
  entity: { type: string; id: string };
  /** The event's number in the life of its entity: with `entity` it leads to the journal entry. */
  seq: number;
  occurred_at: string;
  status: DeliveryStatus;
  /** Attempts that the schedule counts; a redelivery by hand is none of them. */
  scheduled_attempts: number;
  next_attempt_at: string | null;
  /** The newest, at most `KEPT_ATTEMPTS`, oldest first. */
  attempts: Attempt[];
  created_at: string;
  /** Seconds since 1970: 30 days after it was made. */
  ttl: number;
};

export const KEPT_ATTEMPTS = 20;

export const deliveryOf = ({ pk: _pk, sk: _sk, due_pk: _duePk, due_sk: _dueSk, ...delivery }: Item): Delivery => delivery as Delivery;
