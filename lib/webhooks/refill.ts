import { MINUTE_MS, isoSeconds, parseMs } from '../domain/time.ts';
import { decideBreaker } from '../domain/webhook-health.ts';
import { queuedIn } from '../domain/webhook-flow.ts';
import { webhookKeys } from '../table/keys.ts';
import { getMany, readItems } from '../dynamo/table.ts';
import { transact } from '../dynamo/transact.ts';
import { changeDelivery, parseDeliveryItem, computeTtl, type Delivery } from '../table/webhook-deliveries.ts';
import {
  claimRefill,
  firstWaiting,
  forgetFlow,
  forgetTickets,
  forgetWaiting,
  releaseRefill,
  removeWaiting,
  type WaitingEntry,
} from '../table/webhook-flow.ts';
import { buildReceiver, type Receiver } from './batch.ts';
import type { WebhookContext } from './context.ts';
import { computeFirstDeadline } from './hand-out.ts';
import { queueFirst } from './room.ts';

/** One worker refills the queue; if it dies, another may do so after this. */
const CLAIMED_MS = 20_000;
/**
 * A position is written before its delivery: one without a delivery is kept while its writer may live, and then
 * deleted.
 */
const UNFINISHED_MS = 2 * MINUTE_MS;

/**
 * Queues an endpoint's waiting deliveries in their order, as far as there is room, and returns their number. A crash
 * repeats it: the queue drops duplicates, and the revision skips late ones.
 * @param isQueueLost ignores all tickets and claims, for a queue that has lost its messages.
 */
export async function refill(
  ctx: WebhookContext,
  brand: string,
  endpointId: string,
  { isQueueLost = false } = {},
): Promise<number> {
  const table = ctx.table(brand);
  const nowMs = ctx.now();
  const at = { brand, endpointId, nowMs };
  const claimed = await claimRefill(table, at, isoSeconds(nowMs + CLAIMED_MS), { isForced: isQueueLost });
  // Lost messages of a lane would else take up room until another message of that lane is handled.
  const flow = claimed && isQueueLost ? await forgetTickets(table, at, claimed) : claimed;
  if (flow === undefined) return 0;
  const [endpoint, health] = await getMany(table, [
    webhookKeys.endpoint(brand, endpointId),
    webhookKeys.health(brand, endpointId),
  ]);
  if (endpoint === undefined) {
    await transact<never>(table, [forgetFlow(brand, endpointId)]);
    return 0;
  }
  // Without room the claim is left to expire, so that the next message does not ask again.
  const free = ctx.mostQueued - queuedIn(flow, nowMs);
  const room = roomFor(buildReceiver(endpoint, health), free, nowMs);
  if (room <= 0) return 0;
  const waiting = await firstWaiting(table, brand, endpointId, room);
  const brought = await bringUp(ctx, brand, waiting);
  const isEmpty = waiting.length < room && brought.left === 0;
  if (!isEmpty || !(await forgetWaiting(table, at, flow))) await releaseRefill(table, at);
  return brought.queued;
}

/** Nothing is sent to an endpoint that is stopped or down; one message tests an endpoint that may be back. */
function roomFor({ endpoint, health }: Receiver, free: number, nowMs: number): number {
  const breaker = decideBreaker(health, nowMs);
  if (endpoint?.status !== 'active' || breaker === 'open') return 0;
  return breaker === 'half_open' ? Math.min(1, free) : free;
}

async function bringUp(
  ctx: WebhookContext,
  brand: string,
  waiting: readonly WaitingEntry[],
): Promise<{ queued: number; left: number }> {
  const table = ctx.table(brand);
  const nowMs = ctx.now();
  const itemAt = await readItems(
    table,
    waiting.map(({ delivery }) => delivery),
  );
  const ready: Delivery[] = [];
  const over: WaitingEntry[] = [];
  for (const entry of waiting) {
    const item = itemAt(entry.delivery);
    const delivery = item && parseDeliveryItem(item);
    if (delivery === undefined && nowMs - parseMs(entry.put_at) < UNFINISHED_MS) continue;
    over.push(entry);
    if (delivery?.status === 'pending') ready.push(delivery);
  }
  const [oldest] = ready;
  if (oldest)
    ctx.measure('webhook_held_seconds', Math.max(0, Math.round((nowMs - parseMs(oldest.occurred_at)) / 1000)));
  await queueFirst(
    ctx,
    ready.map((delivery) => ({ brand, delivery, trigger: triggerOf(delivery) })),
  );
  await Promise.all(
    ready.map((delivery) => {
      const queued = { revision: delivery.revision, waits: undefined, ttl: computeTtl(nowMs) };
      return changeDelivery(table, brand, delivery, queued, computeFirstDeadline(nowMs));
    }),
  );
  await removeWaiting(
    table,
    over.map(({ key }) => key),
  );
  return { queued: ready.length, left: waiting.length - over.length };
}

/** A replay renewed the delivery. One that was never tried is queued as it was the first time. */
const triggerOf = ({ attempts }: Delivery): 'schedule' | 'replay' =>
  attempts.some(({ trigger }) => trigger !== 'redelivery') ? 'replay' : 'schedule';
