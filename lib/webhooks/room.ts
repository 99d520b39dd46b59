import { hasToWait, NO_FLOW, type EndpointFlow } from '../domain/webhook-flow.ts';
import type { Table } from '../dynamo/table.ts';
import { changeDelivery, expiryOf, putNewDelivery, type Delivery } from '../table/webhook-deliveries.ts';
import { flowsOf, issueTickets, laneOf, noteWaiting, putWaiting } from '../table/webhook-flow.ts';
import type { WebhookContext } from './context.ts';
import { lostFirstAt } from './hand-out.ts';
import { queuedOf, type Queued } from './queues.ts';

/** How full the queue is for endpoints, as far as one call knows. */
export type Flows = {
  /** Those for whose endpoint the queue has no room. Reads what is not known yet. */
  waitingAmong: (deliveries: readonly Delivery[], nowMs: number) => Promise<Set<Delivery>>;
  learn: (endpointId: string, flow: EndpointFlow | 'waits') => void;
};

export function openFlows(table: Table<'BatchGetItem'>, brand: string, mostQueued: number): Flows {
  const known = new Map<string, EndpointFlow>();
  return {
    waitingAmong: async (deliveries, nowMs) => {
      const missing = deliveries.map(({ endpoint_id }) => endpoint_id).filter((id) => !known.has(id));
      for (const [id, flow] of await flowsOf(table, brand, missing)) known.set(id, flow);
      return new Set(
        deliveries.filter(({ endpoint_id }) => hasToWait(known.get(endpoint_id) ?? NO_FLOW, nowMs, mostQueued)),
      );
    },
    learn: (endpointId, flow) => {
      const before = known.get(endpointId) ?? NO_FLOW;
      // What this call has let wait goes on waiting for it, whatever others bring up meanwhile.
      known.set(endpointId, flow === 'waits' ? { ...before, waiting: 1 } : flow);
    },
  };
}

/**
 * Writes a delivery that waits in the table for a place in the queue. Its place is written before it, and that
 * something waits after it: so the worker that finds no place left and forgets that anything waits is refused where
 * this one came in between.
 */
export async function waitForRoom(
  ctx: WebhookContext,
  table: Table<'UpdateItem'>,
  { brand, delivery, onlyNew }: { brand: string; delivery: Delivery; onlyNew: boolean },
): Promise<void> {
  const nowMs = ctx.now();
  const put = () => putNewDelivery(table, brand, { ...delivery, waits: true }, lostFirstAt(nowMs));
  if (onlyNew && !(await put())) return;
  await putWaiting(table, brand, delivery, nowMs);
  if (!onlyNew) await put();
  await noteWaiting(table, { brand, endpointId: delivery.endpoint_id, nowMs });
  ctx.measure('webhook_held_in_table');
}

/**
 * Lets a delivery that is in the table already wait there for a place in the queue. It keeps its revision: should a
 * message of it stand in the queue after all, the later of the two is passed over. `markWaiting` has to follow.
 */
export async function letWait(ctx: WebhookContext, brand: string, delivery: Delivery): Promise<void> {
  const table = ctx.table(brand);
  const nowMs = ctx.now();
  await putWaiting(table, brand, delivery, nowMs);
  const kept = { revision: delivery.revision, waits: true as const, ttl: expiryOf(nowMs) };
  await changeDelivery(table, brand, delivery, kept, lostFirstAt(nowMs));
  if (delivery.waits !== true) ctx.measure('webhook_held_in_table');
}

/** Notes that deliveries wait for an endpoint, once they have their places. */
export const markWaiting = (ctx: WebhookContext, brand: string, endpointId: string): Promise<void> =>
  noteWaiting(ctx.table(brand), { brand, endpointId, nowMs: ctx.now() });

/**
 * `counted`: it is not in the queue yet. What may be there already, and is then dropped as a double, gets no ticket.
 */
export type FirstAttempt = { brand: string; delivery: Delivery; trigger: Queued['trigger']; counted?: boolean };

/**
 * Queues first attempts, each with the ticket by which its endpoint's queue is counted. Answers with how each
 * endpoint's queue then is.
 */
export async function queueFirst(
  ctx: WebhookContext,
  attempts: readonly FirstAttempt[],
): Promise<Map<string, EndpointFlow>> {
  const nowMs = ctx.now();
  const flows = new Map<string, EndpointFlow>();
  const tickets = new Map<FirstAttempt, number>();
  const byEndpoint = Map.groupBy(
    attempts.filter(({ counted = true }) => counted),
    ({ delivery }) => delivery.endpoint_id,
  );
  await Promise.all(
    [...byEndpoint].map(async ([endpointId, own]) => {
      const { brand } = own[0] ?? { brand: '' };
      const lanes = Map.groupBy(own, ({ delivery }) => laneOf(delivery.entity.id));
      const counts = new Map([...lanes].map(([lane, { length }]) => [lane, length]));
      const flow = await issueTickets(ctx.table(brand), { brand, endpointId, nowMs }, counts);
      flows.set(endpointId, flow);
      for (const [lane, queued] of lanes) {
        const last = flow.lanes[lane]?.issued ?? 0;
        for (const [i, attempt] of queued.entries()) tickets.set(attempt, last - queued.length + 1 + i);
      }
    }),
  );
  await ctx.queues.sendFirst(
    attempts.map((attempt) => queuedOf(attempt.brand, attempt.delivery, attempt.trigger, tickets.get(attempt) ?? null)),
  );
  return flows;
}
