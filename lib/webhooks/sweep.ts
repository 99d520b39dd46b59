import { isoSeconds, msOf } from '../domain/time.ts';
import { breakerOf, putOffUntil } from '../domain/webhook-health.ts';
import { isOpen } from '../domain/webhook-schedule.ts';
import { dueIn, type DueEntry } from '../table/due.ts';
import { RETRY, RETRY_SHARDS, retryGroup, webhookKeys, type Key } from '../table/keys.ts';
import { getMany } from '../table/table.ts';
import { changeDelivery, deliveryOf, expiryOf, isWaitingForRoom, type Delivery } from '../table/webhook-deliveries.ts';
import { noteWaiting, putWaiting } from '../table/webhook-flow.ts';
import { replayOf } from '../table/webhook-replays.ts';
import { receiverOf, type Receiver } from './batch.ts';
import type { WebhookContext } from './context.ts';
import { cancel, laterOn, putOff } from './deliver-one.ts';
import { lostFirstAt, lostRetryAt } from './hand-out.ts';
import { queuedOf } from './queues.ts';
import { refill } from './refill.ts';
import { stepReplay } from './replay.ts';
import { queueFirst } from './room.ts';

/** `queued`: handed to a queue. `replayed`: events that replays have handed out. Finished means that nothing that was due is left. */
export type SweptWebhooks = {
  found: number;
  queued: number;
  put_off: number;
  canceled: number;
  replayed: number;
  finished: boolean;
};

/** A page and what is known of its endpoints fit into one read: three keys a delivery, of 100. */
const PAGE = 33;
const WORKERS = 4;
/** Sorts before every time. */
const FIRST = '0';
/** Sorts after every time. */
const EVER = '9';

/**
 * Queues the deliveries whose time has come, puts off those whose endpoint is stopped or down without sending anything, and takes each replay one step on. What is queued is moved
 * on in the index and comes up once more, should its message be lost. A sweep beside this one may queue the same; of two messages for one state of a delivery the later is passed over.
 * @param recover finds what waits for its first attempt too, whatever its time: for when the queues have lost what was in them.
 */
export async function sweepWebhooks(ctx: WebhookContext, { recover = false } = {}): Promise<SweptWebhooks> {
  const swept: SweptWebhooks = { found: 0, queued: 0, put_off: 0, canceled: 0, replayed: 0, finished: false };
  const shards = Array.from({ length: RETRY_SHARDS }, (_, shard) => shard);
  const [replays, waiting]: [DueEntry[], DueEntry[]] = [[], []];
  const isSwept = await inParallel(ctx, shards, async (shard) => {
    const others = await sweepShard(ctx, swept, shard, recover);
    replays.push(...others.filter(({ key }) => key.sk.startsWith('replay#')));
    waiting.push(...others.filter(({ key }) => key.sk === 'flow'));
  });
  const isRefilled = await inParallel(ctx, waiting, async ({ brand, key }) => {
    swept.queued += await refill(ctx, brand, endpointIn(key));
  });
  // After all retries, as a long replay takes a minute and more; and not always the same ones first.
  const isReplayed = await inParallel(ctx, rotated(replays, Math.floor(ctx.now() / MINUTE_MS)), (entry) =>
    sweepReplay(ctx, swept, entry),
  );
  swept.finished = !ctx.stop.aborted && isSwept && isRefilled && isReplayed;
  if (swept.found > 0 || !swept.finished) ctx.logger.info({ message: 'webhooks swept', ...swept });
  return swept;
}

/** Works a list off by a few workers. What fails is logged and left for the next minute, and the rest goes on; false when anything did. */
async function inParallel<T>(
  ctx: WebhookContext,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<boolean> {
  const left = [...items];
  let isWhole = true;
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined && !ctx.stop.aborted; item = left.shift()) {
      try {
        await work(item);
      } catch (error) {
        isWhole = false;
        ctx.logger.error({
          message: 'the sweep of webhooks left something',
          error: error instanceof Error ? error.message : '',
        });
      }
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
  return isWhole;
}

function rotated<T>(items: readonly T[], by: number): T[] {
  const at = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}

/** Sweeps the deliveries of one shard, and answers with what else is due there: replays, and endpoints for which something waits. */
async function sweepShard(
  ctx: WebhookContext,
  swept: SweptWebhooks,
  shard: number,
  recover: boolean,
): Promise<DueEntry[]> {
  const others: DueEntry[] = [];
  const until = recover ? EVER : isoSeconds(ctx.now());
  let after: Key | undefined;
  do {
    const { entries, last } = await dueIn(ctx.table(RETRY), retryGroup(shard), [FIRST, until], { limit: PAGE, after });
    swept.found += entries.length;
    const deliveries = entries.filter(({ key }) => key.sk.startsWith('delivery#'));
    others.push(...entries.filter(({ key }) => !key.sk.startsWith('delivery#')));
    if (deliveries.length > 0) await sweepDeliveries(ctx, swept, deliveries, recover);
    after = last;
  } while (after !== undefined && !ctx.stop.aborted);
  return others;
}

const endpointIn = ({ pk }: Key): string => pk.split('#').at(-1) ?? '';

type Due = { brand: string; delivery: Delivery; receiver: Receiver };

async function sweepDeliveries(
  ctx: WebhookContext,
  swept: SweptWebhooks,
  entries: readonly DueEntry[],
  recover: boolean,
): Promise<void> {
  const trying = new Set<Receiver>();
  const ready: Due[] = [];
  const notNow: Promise<'put_off' | 'canceled' | 'kept'>[] = [];
  const found = (await readDue(ctx, entries)).filter(({ delivery }) => isDue(ctx, delivery, recover));
  measureOldest(ctx, found);
  for (const due of found) {
    const { brand, delivery, receiver } = due;
    const wait = waitOf(ctx, receiver, trying);
    if (receiver.endpoint === undefined) notNow.push(cancel(ctx, brand, delivery));
    else if (isWaitingForRoom(delivery)) notNow.push(keepWaiting(ctx, due));
    else if (wait === undefined) ready.push(due);
    else notNow.push(putOff(ctx, brand, delivery, wait));
  }
  for (const outcome of await Promise.all(notNow)) if (outcome !== 'kept') swept[outcome] += 1;
  const [first, again] = [
    ready.filter(({ delivery }) => delivery.status === 'pending'),
    ready.filter(({ delivery }) => delivery.status !== 'pending'),
  ];
  await queueFirst(
    ctx,
    first.map(({ brand, delivery }) => ({ brand, delivery, trigger: 'schedule' })),
  );
  await ctx.queues.sendRetry(
    again.map(({ brand, delivery }) => ({ ...queuedOf(brand, delivery, 'schedule'), delaySeconds: 0 })),
  );
  await Promise.all([
    ...first.map((one) => moveOn(ctx, one, lostFirstAt(ctx.now()))),
    ...again.map((one) => moveOn(ctx, one, lostRetryAt(ctx.now()))),
  ]);
  swept.queued += ready.length;
}

function measureOldest(ctx: WebhookContext, found: readonly Due[]): void {
  if (found.length === 0) return;
  const oldestMs = Math.min(...found.map(({ delivery }) => msOf(delivery.occurred_at)));
  ctx.measure('webhook_oldest_waiting_seconds', Math.max(0, Math.round((ctx.now() - oldestMs) / 1000)));
}

/** Keeps the state in which it was queued; one that was handled since has its own time already. */
async function moveOn(ctx: WebhookContext, { brand, delivery }: Due, dueAt: string): Promise<void> {
  await changeDelivery(ctx.table(brand), brand, delivery, { revision: delivery.revision }, dueAt);
}

/** What waits for room is brought up by its place, in order; should that be lost, it gets it anew. */
async function keepWaiting(ctx: WebhookContext, { brand, delivery }: Due): Promise<'kept'> {
  const table = ctx.table(brand);
  const nowMs = ctx.now();
  await putWaiting(table, brand, delivery, nowMs);
  await noteWaiting(table, { brand, endpointId: delivery.endpoint_id, nowMs });
  const kept = { revision: delivery.revision, ttl: expiryOf(nowMs) };
  await changeDelivery(table, brand, delivery, kept, lostFirstAt(nowMs));
  return 'kept';
}

/** Reads what an index page names, consistently. What is not there is not due any more: the index trails. */
async function readDue(ctx: WebhookContext, entries: readonly DueEntry[]): Promise<Due[]> {
  const table = ctx.table(...new Set(entries.map(({ brand }) => brand)));
  const places = entries.map(({ brand, key }) => {
    const endpointId = endpointIn(key);
    return {
      endpoint: webhookKeys.endpoint(brand, endpointId),
      health: webhookKeys.health(brand, endpointId),
      delivery: key,
    };
  });
  const items = await getMany(
    table,
    places.flatMap(({ endpoint, health, delivery }) => [endpoint, health, delivery]),
  );
  const receivers = new Map<string, Receiver>();
  return entries.flatMap(({ brand, key }, i) => {
    const [endpoint, health, item] = items.slice(3 * i, 3 * i + 3);
    const receiver = receivers.get(key.pk) ?? receiverOf(endpoint, health);
    receivers.set(key.pk, receiver);
    return item === undefined ? [] : [{ brand, delivery: deliveryOf(item), receiver }];
  });
}

/** To recover means to queue what waits for its first attempt; what waits for a later one has its time. */
function isDue(ctx: WebhookContext, delivery: Delivery, recover: boolean): boolean {
  const isOverdue = delivery.next_attempt_at !== null && delivery.next_attempt_at <= isoSeconds(ctx.now());
  return isOpen(delivery) && (recover ? isOverdue : true);
}

/** Until when there is no use in queueing it. Of an endpoint that may be back one message goes, to see whether it is. */
function waitOf(ctx: WebhookContext, receiver: Receiver, trying: Set<Receiver>): string | undefined {
  const { endpoint, health } = receiver;
  if (endpoint !== undefined && endpoint.status !== 'active') return laterOn(ctx);
  const nowMs = ctx.now();
  const breaker = breakerOf(health, nowMs);
  if (health === undefined || breaker === 'closed') return undefined;
  if (breaker === 'open') return putOffUntil(health, nowMs, ctx.random());
  if (trying.has(receiver)) return isoSeconds(nowMs + AFTER_TRIAL_MS * (1 + ctx.random()));
  trying.add(receiver);
  return undefined;
}

const MINUTE_MS = 60_000;
const AFTER_TRIAL_MS = MINUTE_MS;

async function sweepReplay(ctx: WebhookContext, swept: SweptWebhooks, { brand, key }: DueEntry): Promise<void> {
  const [item] = await getMany(ctx.table(brand), [key]);
  if (item) swept.replayed += await stepReplay(ctx, brand, replayOf(item));
}
