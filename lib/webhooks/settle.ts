import { errorText } from '../process/error-text.ts';
import { required } from '../domain/invariant.ts';
import { parseMs } from '../domain/time.ts';
import { hasFailedForLong } from '../domain/webhook-health.ts';
import { afterAttempt, isOpen, type Standing } from '../domain/webhook-schedule.ts';
import { changeDelivery, deliveryById, addAttempt, type Delivery } from '../table/webhook-deliveries.ts';
import { noteFailure, noteSuccess } from '../table/webhook-health.ts';
import type { Attempted } from './attempt.ts';
import type { Read } from './batch.ts';
import type { WebhookContext } from './context.ts';
import { disableEndpoint } from './disable.ts';
import { computeRetryDeadline } from './hand-out.ts';
import { LONGEST_DELAY_S, buildQueued } from './queues.ts';

type Made = Pick<Read, 'queued' | 'receiver'> & { delivery: Delivery };

/**
 * Records an attempt, schedules the next one, and updates its endpoint's health. A repetition after a crash gives the
 * same result, with one more attempt.
 */
export async function settle(ctx: WebhookContext, made: Made, attempted: Attempted): Promise<void> {
  ctx.measure('webhook_attempts', 1, attempted.attempt.outcome);
  const recorded = await record(ctx, made, attempted);
  if (recorded) measureOutcome(ctx, recorded);
  await noteHealth(ctx, made, attempted);
  if (recorded) await queueRetry(ctx, made, recorded);
}

function measureOutcome(ctx: WebhookContext, { status, scheduled_attempts, attempts, occurred_at }: Delivery): void {
  if (status === 'exhausted') ctx.measure('webhook_exhausted');
  const isPrompt = status === 'delivered' && scheduled_attempts === 1 && attempts.length === 1;
  if (isPrompt) ctx.measure('webhook_lag_seconds', Math.max(0, (ctx.now() - parseMs(occurred_at)) / 1000));
}

const TRIES = 5;

/**
 * The delivery afterwards; undefined if it has changed meanwhile, as another worker had the same message. A concurrent
 * redelivery does not count.
 */
async function record(
  ctx: WebhookContext,
  { queued, delivery }: Made,
  { attempt, retryAfterSeconds }: Attempted,
): Promise<Delivery | undefined> {
  const isByHand = queued.trigger === 'redelivery';
  const table = ctx.table(queued.brand);
  let previous: Delivery | undefined = delivery;
  for (
    let tries = 1;
    previous !== undefined && tries <= TRIES && (isByHand || previous.revision === queued.revision);
    tries += 1
  ) {
    const isDelivered = attempt.outcome === 'delivered';
    const when = { nowMs: ctx.now(), random: ctx.random() };
    const standing = afterAttempt(previous, { trigger: queued.trigger, isDelivered, retryAfterSeconds }, when);
    const changes = {
      ...standing,
      attempts: addAttempt(previous, attempt),
      ...(isByHand ? { revision: previous.revision } : {}),
    };
    const dueAt = isByHand && !isDelivered ? undefined : dueAtOf(standing, when.nowMs);
    const changed = await changeDelivery(table, queued.brand, previous, changes, dueAt);
    if (changed) return changed;
    previous = await deliveryById(table, queued.brand, delivery.endpoint_id, delivery.id);
  }
  ctx.logger.error({
    event: 'webhooks.attempt_unrecorded',
    message: 'the outcome of a webhook attempt was not recorded',
    endpoint_id: queued.endpoint_id,
    delivery_id: queued.delivery_id,
    outcome: attempt.outcome,
  });
  return undefined;
}

/** The time from which the sweep takes over: the due time, or a while after it if a queue delivers it. */
function dueAtOf({ status, next_attempt_at }: Standing, nowMs: number): string | null {
  if (!isOpen({ status }) || next_attempt_at === null) return null;
  const dueMs = parseMs(next_attempt_at);
  return dueMs - nowMs > LONGEST_DELAY_S * 1000 ? next_attempt_at : computeRetryDeadline(dueMs);
}

async function queueRetry(ctx: WebhookContext, { queued }: Made, delivery: Delivery): Promise<void> {
  if (queued.trigger === 'redelivery' || delivery.status !== 'waiting' || delivery.next_attempt_at === null) return;
  const delaySeconds = Math.ceil((parseMs(delivery.next_attempt_at) - ctx.now()) / 1000);
  if (delaySeconds > LONGEST_DELAY_S) return;
  try {
    await ctx.queues.sendRetry([{ ...buildQueued(queued.brand, delivery, 'schedule'), delaySeconds }]);
  } catch (error) {
    // The sweep finds it a quarter of an hour later.
    ctx.logger.error({
      event: 'webhooks.retry_unqueued',
      message: 'the retry of a webhook was not queued',
      delivery_id: delivery.id,
      error: errorText(error),
    });
  }
}

async function noteHealth(
  ctx: WebhookContext,
  { queued, receiver }: Made,
  { attempt, retryAfterSeconds }: Attempted,
): Promise<void> {
  const { brand, endpoint_id } = queued;
  const table = ctx.table(brand);
  if (attempt.outcome === 'delivered') {
    if (receiver.health) await noteSuccess(table, brand, endpoint_id);
    receiver.health = undefined;
    return;
  }
  receiver.health = await noteFailure(table, brand, endpoint_id, {
    known: receiver.health,
    nowMs: ctx.now(),
    retryAfterSeconds,
  });
  const reason = attempt.outcome === 'gone' ? 'gone' : hasFailedForLong(receiver.health) ? 'failing' : undefined;
  if (reason === undefined) return;
  await disableEndpoint(ctx, brand, endpoint_id, reason);
  receiver.endpoint = { ...required(receiver.endpoint, 'it got the message'), status: 'disabled' };
  receiver.health = undefined;
}
