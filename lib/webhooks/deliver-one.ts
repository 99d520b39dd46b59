import { HOUR_S, isoSeconds } from '../domain/time.ts';
import { decideBreaker, putOffUntil } from '../domain/webhook-health.ts';
import { isOpen, withJitter } from '../domain/webhook-schedule.ts';
import { outgoing } from '../events/outgoing.ts';
import type { Journalled } from '../table/journal-stream.ts';
import { changeDelivery, computeTtl, type Delivery } from '../table/webhook-deliveries.ts';
import { takeTrial } from '../table/webhook-health.ts';
import { attempt } from './attempt.ts';
import type { Read, Receiver } from './batch.ts';
import type { SendingContext, WebhookContext } from './context.ts';
import { buildMessage } from './message.ts';
import type { Queued } from './queues.ts';
import { secretsInForce } from './secrets.ts';
import { settle } from './settle.ts';

/**
 * `skipped`: it is done already, or not to be sent in this state any more. `put_off`: it is postponed without an
 * attempt.
 */
export type DeliveryResult = 'delivered' | 'failed' | 'skipped' | 'put_off' | 'canceled';

/**
 * The outcome of a message, and the receiver's response time, if it was called and did not just refuse the connection.
 */
export type Handling = { done: DeliveryResult; latencyMs?: number };

/** The pause before a retry of a message that failed for a reason other than the receiver. */
const PUT_OFF_S = HOUR_S;

/** Sends one delivery, if it is still due and its receiver may get it now, and records the outcome. */
export async function deliverOne(
  ctx: SendingContext,
  { queued, delivery, journalled, receiver }: Read,
): Promise<Handling> {
  if (delivery === undefined || !isStillAsked(queued, delivery)) return { done: 'skipped' };
  const { endpoint } = receiver;
  if (endpoint === undefined) return { done: await cancel(ctx, queued.brand, delivery) };
  const slug = await ctx.brands.slugOf(queued.brand);
  if (journalled?.kind !== 'entry' || slug === undefined) {
    const reason = reasonOf(journalled);
    ctx.logger.error({
      event: 'webhooks.entry_unreadable',
      message: 'a webhook message cannot be made, as its journal entry cannot be read',
      endpoint_id: endpoint.id,
      delivery_id: delivery.id,
      reason,
    });
    return { done: await putOff(ctx, queued.brand, delivery, pickLaterTime(ctx)) };
  }
  const isByHand = queued.trigger === 'redelivery';
  if (endpoint.status !== 'active')
    return { done: isByHand ? 'skipped' : await putOff(ctx, queued.brand, delivery, pickLaterTime(ctx)) };
  const wait = isByHand ? undefined : await breakerWait(ctx, queued, receiver);
  if (wait !== undefined) return { done: await putOff(ctx, queued.brand, delivery, wait) };

  const event = { ...outgoing(journalled.entry, slug), type: delivery.event_type };
  const message = buildMessage(event, endpoint.payload_version);
  const secrets = secretsInForce(ctx.vault, queued.brand, endpoint, ctx.now());
  const made = await attempt(endpoint, secrets, message, { ...ctx.sending, now: ctx.now, trigger: queued.trigger });
  await settle(ctx, { queued, delivery, receiver }, made);
  const { outcome, status_code, latency_ms } = made.attempt;
  const hasAnswered = status_code !== null || outcome === 'timed_out';
  return {
    done: outcome === 'delivered' ? 'delivered' : 'failed',
    ...(hasAnswered ? { latencyMs: latency_ms } : {}),
  };
}

/** Why no webhook can be made, when there is no readable entry or no brand. */
function reasonOf(journalled: Journalled | undefined): string {
  if (journalled === undefined) return 'no such entry';
  return journalled.kind === 'unreadable' ? journalled.reason : 'no such brand';
}

const isStillAsked = ({ trigger, revision }: Queued, delivery: Delivery): boolean =>
  trigger === 'redelivery' || (isOpen(delivery) && delivery.revision === revision);

/** The time of the next try for a message that the service itself delays. */
export const pickLaterTime = (ctx: Pick<WebhookContext, 'now' | 'random'>): string =>
  isoSeconds(ctx.now() + withJitter(PUT_OFF_S, ctx.random()) * 1000);

/**
 * The time until which the circuit breaker delays a message; undefined if it can be sent, also as the trial message.
 */
async function breakerWait(
  ctx: WebhookContext,
  { brand, endpoint_id }: Queued,
  receiver: Receiver,
): Promise<string | undefined> {
  const { health } = receiver;
  const nowMs = ctx.now();
  const breaker = decideBreaker(health, nowMs);
  if (health === undefined || breaker === 'closed') return undefined;
  if (breaker === 'half_open' && (await takeTrial(ctx.table(brand), brand, endpoint_id, health, nowMs)))
    return undefined;
  return putOffUntil(health, nowMs, ctx.random());
}

/** Postpones a delivery, without counting an attempt. */
export async function putOff(
  ctx: WebhookContext,
  brand: string,
  delivery: Delivery,
  until: string,
): Promise<'put_off'> {
  await changeDelivery(
    ctx.table(brand),
    brand,
    delivery,
    { next_attempt_at: until, ttl: computeTtl(ctx.now()) },
    until,
  );
  ctx.measure('webhook_put_off');
  return 'put_off';
}

/** The endpoint is gone. Delivered messages stay delivered. */
export async function cancel(ctx: WebhookContext, brand: string, delivery: Delivery): Promise<'canceled'> {
  if (isOpen(delivery))
    await changeDelivery(ctx.table(brand), brand, delivery, { status: 'canceled', next_attempt_at: null }, null);
  return 'canceled';
}
