import type { JournalEntry } from '../events/entry.ts';
import { outgoing } from '../events/outgoing.ts';
import { isoSeconds } from '../domain/time.ts';
import { nameAskedFor } from '../domain/event-name.ts';
import { wants } from '../domain/webhook.ts';
import { newDelivery, type Delivery } from '../table/webhook-deliveries.ts';
import type { WebhookEndpoint } from '../table/webhook-endpoints.ts';

/**
 * After so long the sweep looks whether a first attempt that was queued has been made, should its message have been lost. Hours, as a long queue is no loss: sending one of it
 * by another way would break its order.
 */
const LOST_AFTER_MS = 6 * 3_600_000;
/** And so long after its time a retry that was queued with a delay. */
const RETRY_LOST_AFTER_MS = 15 * 60_000;

export const lostFirstAt = (nowMs: number): string => isoSeconds(nowMs + LOST_AFTER_MS);
export const lostRetryAt = (dueMs: number): string => isoSeconds(dueMs + RETRY_LOST_AFTER_MS);

/** Whether an endpoint is to get an entry by its choice of types and products. */
export function isWantedBy(endpoint: Pick<WebhookEndpoint, 'event_types' | 'products'>, entry: JournalEntry): boolean {
  const { type, entity } = entry;
  return wants(endpoint, { type, entity, productId: outgoing(entry, '').license?.product?.id });
}

/** Whether it was there, and not stopped, when that happened. What happened after it was stopped is for its resumption to bring. */
export function wasListening(
  { created_at, stopped_at }: WebhookEndpoint,
  { occurred_at }: Pick<JournalEntry, 'occurred_at'>,
): boolean {
  return created_at <= occurred_at && (stopped_at === null || occurred_at < stopped_at);
}

/** An entry's message for an endpoint, under the name by which the endpoint asked for it. The message keeps that name on every attempt, whatever the endpoint asks for later. */
export function deliveryFor(
  { id, event_types }: Pick<WebhookEndpoint, 'id' | 'event_types'>,
  entry: JournalEntry,
  nowMs: number,
): Delivery {
  return newDelivery(id, { ...entry, type: nameAskedFor(event_types, entry.type) ?? entry.type }, nowMs);
}
