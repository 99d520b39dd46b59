import { required } from '../domain/invariant.ts';
import { hasToWait, type EndpointFlow } from '../domain/webhook-flow.ts';
import type { Table } from '../dynamo/table.ts';
import { changeDelivery, computeTtl, putNewDelivery, type Delivery } from '../table/webhook-deliveries.ts';
import { readFlows, issueTickets, computeLane, noteWaiting, putWaiting } from '../table/webhook-flow.ts';
import type { WebhookContext } from './context.ts';
import { computeFirstDeadline } from './hand-out.ts';
import { buildQueued, type Queued } from './queues.ts';

/** The state of the queue for each endpoint, as one call knows it. */
export type Flows = {
  /** The deliveries whose endpoint has no room in the queue. Reads unknown states. */
  waitingAmong: (deliveries: readonly Delivery[], nowMs: number) => Promise<Set<Delivery>>;
  learn: (endpointId: string, flow: EndpointFlow | 'waits') => void;
};

export function openFlows(table: Table<'BatchGetItem'>, brand: string, mostQueued: number): Flows {
  const known = new Map<string, EndpointFlow>();
  return {
    waitingAmong: async (deliveries, nowMs) => {
      const missing = deliveries.map(({ endpoint_id }) => endpoint_id).filter((id) => !known.has(id));
      for (const [id, flow] of await readFlows(table, brand, missing)) known.set(id, flow);
      return new Set(
        deliveries.filter(({ endpoint_id }) =>
          hasToWait(required(known.get(endpoint_id), 'all flows are read'), nowMs, mostQueued),
        ),
      );
    },
    learn: (endpointId, flow) => {
      const before = required(known.get(endpointId), 'a flow is read before it is learned');
      // Deliveries that this call made wait keep waiting, whatever other workers refill meanwhile.
      known.set(endpointId, flow === 'waits' ? { ...before, waiting: 1 } : flow);
    },
  };
}

/**
 * Writes a delivery that waits in the table for room in the queue. Its position and the waiting mark are written before
 * it. So a worker that finds no position left and clears the mark is refused if this delivery was written in between.
 */
export async function waitForRoom(
  ctx: WebhookContext,
  table: Table<'UpdateItem'>,
  { brand, delivery, onlyNew }: { brand: string; delivery: Delivery; onlyNew: boolean },
): Promise<void> {
  const nowMs = ctx.now();
  const put = () => putNewDelivery(table, brand, { ...delivery, waits: true }, computeFirstDeadline(nowMs));
  if (onlyNew && !(await put())) return;
  await putWaiting(table, brand, delivery, nowMs);
  if (!onlyNew) await put();
  await noteWaiting(table, { brand, endpointId: delivery.endpoint_id, nowMs });
  ctx.measure('webhook_held_in_table');
}

/**
 * Makes an existing delivery wait for room in the queue. It keeps its revision: if one of its messages is in the queue,
 * the later of the two is skipped. `markWaiting` must follow.
 */
export async function letWait(ctx: WebhookContext, brand: string, delivery: Delivery): Promise<void> {
  const table = ctx.table(brand);
  const nowMs = ctx.now();
  await putWaiting(table, brand, delivery, nowMs);
  const kept = { revision: delivery.revision, waits: true as const, ttl: computeTtl(nowMs) };
  await changeDelivery(table, brand, delivery, kept, computeFirstDeadline(nowMs));
  if (delivery.waits !== true) ctx.measure('webhook_held_in_table');
}

/** Notes that deliveries wait for an endpoint, once they have their positions. */
export const markWaiting = (ctx: WebhookContext, brand: string, endpointId: string): Promise<void> =>
  noteWaiting(ctx.table(brand), { brand, endpointId, nowMs: ctx.now() });

/** `counted`: it is not in the queue yet. A possible duplicate, which the queue would drop, gets no ticket. */
export type FirstAttempt = { brand: string; delivery: Delivery; trigger: Queued['trigger']; counted?: boolean };

/**
 * Queues first attempts, each with a ticket that counts it in its endpoint's queue. Returns the state of each
 * endpoint's queue afterwards.
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
      const brand = String(own[0]?.brand);
      const lanes = Map.groupBy(own, ({ delivery }) => computeLane(delivery.entity.id));
      const counts = new Map([...lanes].map(([lane, { length }]) => [lane, length]));
      const flow = await issueTickets(ctx.table(brand), { brand, endpointId, nowMs }, counts);
      flows.set(endpointId, flow);
      for (const [lane, queued] of lanes) {
        const last = required(flow.lanes[lane], 'a flow has every lane').issued;
        for (const [i, attempt] of queued.entries()) tickets.set(attempt, last - queued.length + 1 + i);
      }
    }),
  );
  await ctx.queues.sendFirst(
    attempts.map((attempt) =>
      buildQueued(attempt.brand, attempt.delivery, attempt.trigger, tickets.get(attempt) ?? null),
    ),
  );
  return flows;
}
