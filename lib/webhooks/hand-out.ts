import type { JournalEntry } from '../events/entry.ts';
import { outgoing } from '../events/outgoing.ts';
import { HOUR_MS, MINUTE_MS, isoSeconds } from '../domain/time.ts';
import { required } from '../domain/invariant.ts';
import { nameAskedFor } from '../domain/event-name.ts';
import { wants } from '../domain/webhook.ts';
import { newDelivery, type Delivery } from '../table/webhook-deliveries.ts';
import type { WebhookEndpoint } from '../table/webhook-endpoints.ts';

/**
 * After this long the sweep checks whether a queued first attempt was made, in case its message was lost. Hours, as a
 * long queue is no loss: sending a message by another path would break its order.
 */
const LOST_AFTER_MS = 6 * HOUR_MS;
/** The same for a retry that was queued with a delay. */
const RETRY_LOST_AFTER_MS = 15 * MINUTE_MS;

export const computeFirstDeadline = (nowMs: number): string => isoSeconds(nowMs + LOST_AFTER_MS);
export const computeRetryDeadline = (dueMs: number): string => isoSeconds(dueMs + RETRY_LOST_AFTER_MS);

/** True if an endpoint's subscription of types and products covers an entry that is not silent. */
export function isWantedBy(endpoint: Pick<WebhookEndpoint, 'event_types' | 'products'>, entry: JournalEntry): boolean {
  const { type, entity, silent } = entry;
  return silent !== true && wants(endpoint, { type, entity, productId: outgoing(entry, '').license?.product?.id });
}

/** True if the endpoint existed at the time, and was not stopped. Events after a stop are sent when it is resumed. */
export function wasListening(
  { created_at, stopped_at }: WebhookEndpoint,
  { occurred_at }: Pick<JournalEntry, 'occurred_at'>,
): boolean {
  return created_at <= occurred_at && (stopped_at === null || occurred_at < stopped_at);
}

/**
 * An entry's message for an endpoint, under the name in the endpoint's subscription. The message keeps that name on
 * every attempt, even if the subscription changes.
 */
export function buildDelivery(
  { id, event_types }: Pick<WebhookEndpoint, 'id' | 'event_types'>,
  entry: JournalEntry,
  nowMs: number,
): Delivery {
  const type = required(nameAskedFor(event_types, entry.type), 'an endpoint gets what it subscribes to');
  return newDelivery(id, { ...entry, type }, nowMs);
}
