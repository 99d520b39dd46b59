import { errorText } from '../process/error-text.ts';
import type { Key } from '../dynamo/schema.ts';
import { MINUTE_MS, isoSeconds, parseMs } from '../domain/time.ts';
import { decideBreaker, putOffUntil } from '../domain/webhook-health.ts';
import { isOpen } from '../domain/webhook-schedule.ts';
import { readDueGroup, type DueEntry } from '../table/due.ts';
import { RETRY, RETRY_SHARDS, retryGroup, webhookKeys } from '../table/keys.ts';
import { getMany, readItems } from '../dynamo/table.ts';
import { changeDelivery, parseDeliveryItem, isWaitingForRoom, type Delivery } from '../table/webhook-deliveries.ts';
import { parseReplayItem } from '../table/webhook-replays.ts';
import { buildReceiver, type Receiver } from './batch.ts';
import type { WebhookContext } from './context.ts';
import { cancel, pickLaterTime, putOff } from './deliver-one.ts';
import { computeRetryDeadline } from './hand-out.ts';
import { buildQueued } from './queues.ts';
import { refill } from './refill.ts';
import { stepReplay } from './replay.ts';
import { letWait, markWaiting } from './room.ts';

/**
 * `queued` counts queued messages, `replayed` events that replays fanned out. `finished` is true if nothing due is
 * left.
 */
export type SweptWebhooks = {
  found: number;
  queued: number;
  put_off: number;
  canceled: number;
  replayed: number;
  finished: boolean;
};

/** A page and the states of its endpoints fit into one read: three keys a delivery, of 100. */
const PAGE = 33;
const WORKERS = 4;
/** Sorts before every time. */
const FIRST = '0';
/** Sorts after every time. */
const EVER = '9';

/** The other items that a sweep finds: due replays, and endpoints whose deliveries wait in the table. */
type Besides = { replays: DueEntry[]; waiting: Map<string, Waiting> };
type Waiting = { brand: string; endpointId: string };

/**
 * Queues due retries, lets first attempts wait for their turn and refills the queue, postpones messages of stopped
 * endpoints, and advances each replay. Queued messages are due again later, in case they are lost; the revision skips
 * duplicates.
 * @param recover includes first attempts that are not due.
 */
export async function sweepWebhooks(ctx: WebhookContext, { recover }: { recover: boolean }): Promise<SweptWebhooks> {
  const swept: SweptWebhooks = { found: 0, queued: 0, put_off: 0, canceled: 0, replayed: 0, finished: false };
  const shards = Array.from({ length: RETRY_SHARDS }, (_, shard) => shard);
  const besides: Besides = { replays: [], waiting: new Map() };
  const isSwept = await inParallel(ctx, shards, (shard) => sweepShard(ctx, swept, besides, { shard, recover }));
  const isRefilled = await inParallel(ctx, [...besides.waiting.values()], async ({ brand, endpointId }) => {
    swept.queued += await refill(ctx, brand, endpointId, { isQueueLost: recover });
  });
  // After all retries, as a long replay takes a minute and more; in a varying order.
  const replays = rotated(besides.replays, Math.floor(ctx.now() / MINUTE_MS));
  const isReplayed = await inParallel(ctx, replays, (entry) => sweepReplay(ctx, swept, entry));
  swept.finished = !ctx.stop.aborted && isSwept && isRefilled && isReplayed;
  if (swept.found > 0 || !swept.finished)
    ctx.logger.info({ event: 'webhooks.swept', message: 'the webhook sweep ran', ...swept });
  return swept;
}

/**
 * Works through a list with a few workers. A failure is logged and left for the next minute; then the result is false.
 */
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
          event: 'webhooks.sweep_failed',
          message: 'a part of the webhook sweep failed',
          error: errorText(error),
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

async function sweepShard(
  ctx: WebhookContext,
  swept: SweptWebhooks,
  besides: Besides,
  { shard, recover }: { shard: number; recover: boolean },
): Promise<void> {
  const until = recover ? EVER : isoSeconds(ctx.now());
  // A recovery reads past the time to which it moves its results, and would find them again without end.
  const seen = new Set<string>();
  let after: Key | undefined;
  do {
    const { entries, last } = await readDueGroup(ctx.table(RETRY), retryGroup(shard), [FIRST, until], {
      limit: PAGE,
      after,
    });
    const fresh = entries.filter(({ key }) => !seen.has(nameOf(key)));
    for (const { key } of fresh) seen.add(nameOf(key));
    swept.found += fresh.length;
    const deliveries = fresh.filter(({ key }) => key.sk.startsWith('delivery#'));
    besides.replays.push(...fresh.filter(({ key }) => key.sk.startsWith('replay#')));
    for (const { brand, key } of fresh)
      if (key.sk === 'flow') besides.waiting.set(key.pk, { brand, endpointId: endpointIn(key) });
    if (deliveries.length > 0) await sweepDeliveries(ctx, swept, besides, { entries: deliveries, recover });
    after = last;
  } while (after !== undefined && !ctx.stop.aborted);
}

const nameOf = ({ pk, sk }: Key): string => `${pk}\n${sk}`;
const endpointIn = ({ pk }: Key): string => pk.slice(pk.lastIndexOf('#') + 1);

type Due = { brand: string; delivery: Delivery; receiver: Receiver };

async function sweepDeliveries(
  ctx: WebhookContext,
  swept: SweptWebhooks,
  besides: Besides,
  { entries, recover }: { entries: readonly DueEntry[]; recover: boolean },
): Promise<void> {
  const trying = new Set<Receiver>();
  const retries: Due[] = [];
  const first: Due[] = [];
  const notNow: Promise<'put_off' | 'canceled'>[] = [];
  const found = (await readDue(ctx, entries)).filter(({ delivery }) => isDue(ctx, delivery, recover));
  measureOldest(ctx, found);
  for (const due of found) {
    const { brand, delivery, receiver } = due;
    const isWaiting = isWaitingForRoom(delivery);
    const wait = isWaiting ? undefined : waitOf(ctx, due, trying);
    if (receiver.endpoint === undefined) notNow.push(cancel(ctx, brand, delivery));
    else if (wait !== undefined) notNow.push(putOff(ctx, brand, delivery, wait));
    else (delivery.status === 'pending' ? first : retries).push(due);
  }
  for (const outcome of await Promise.all(notNow)) swept[outcome] += 1;
  await letAllWait(ctx, besides, first);
  await ctx.queues.sendRetry(
    retries.map(({ brand, delivery }) => ({ ...buildQueued(brand, delivery, 'schedule'), delaySeconds: 0 })),
  );
  await Promise.all(retries.map((one) => moveOn(ctx, one)));
  swept.queued += retries.length;
}

/**
 * First attempts enter the queue by their positions in the table, as far as there is room: a receiver that is back
 * after an outage has very many due at once. One that has a position and was not queued gets a new one.
 */
async function letAllWait(ctx: WebhookContext, { waiting }: Besides, first: readonly Due[]): Promise<void> {
  await Promise.all(first.map(({ brand, delivery }) => letWait(ctx, brand, delivery)));
  const endpoints = new Map(
    first.map(({ brand, delivery: { endpoint_id: endpointId } }) => [endpointId, { brand, endpointId }]),
  );
  for (const [endpointId, { brand }] of endpoints) {
    await markWaiting(ctx, brand, endpointId);
    waiting.set(webhookKeys.flow(brand, endpointId).pk, { brand, endpointId });
  }
}

function measureOldest(ctx: WebhookContext, found: readonly Due[]): void {
  if (found.length === 0) return;
  const oldestMs = Math.min(...found.map(({ delivery }) => parseMs(delivery.occurred_at)));
  ctx.measure('webhook_oldest_waiting_seconds', Math.max(0, Math.round((ctx.now() - oldestMs) / 1000)));
}

/** Keeps the state in which it was queued; one that was handled since has its own time already. */
async function moveOn(ctx: WebhookContext, { brand, delivery }: Due): Promise<void> {
  const kept = { revision: delivery.revision };
  await changeDelivery(ctx.table(brand), brand, delivery, kept, computeRetryDeadline(ctx.now()));
}

/** Reads the deliveries that an index page names, consistently. One without an item is not due: the index trails. */
async function readDue(ctx: WebhookContext, entries: readonly DueEntry[]): Promise<Due[]> {
  const table = ctx.table(...new Set(entries.map(({ brand }) => brand)));
  const wanted = entries.map(({ brand, key }) => {
    const endpointId = endpointIn(key);
    return {
      brand,
      key,
      endpointKey: webhookKeys.endpoint(brand, endpointId),
      healthKey: webhookKeys.health(brand, endpointId),
    };
  });
  const itemAt = await readItems(
    table,
    wanted.flatMap(({ key, endpointKey, healthKey }) => [key, endpointKey, healthKey]),
  );
  const receivers = new Map<string, Receiver>();
  return wanted.flatMap(({ brand, key, endpointKey, healthKey }) => {
    const item = itemAt(key);
    const receiver = receivers.get(key.pk) ?? buildReceiver(itemAt(endpointKey), itemAt(healthKey));
    receivers.set(key.pk, receiver);
    return item === undefined ? [] : [{ brand, delivery: parseDeliveryItem(item), receiver }];
  });
}

/** A recovery queues deliveries that wait for their first attempt; later attempts have their time. */
function isDue(ctx: WebhookContext, delivery: Delivery, recover: boolean): boolean {
  const isOverdue = delivery.next_attempt_at !== null && delivery.next_attempt_at <= isoSeconds(ctx.now());
  return isOpen(delivery) && (recover ? isOverdue : true);
}

/** The time before which queueing is useless. One message tests an endpoint that may be back: the refill sends it. */
function waitOf(ctx: WebhookContext, { delivery, receiver }: Due, trying: Set<Receiver>): string | undefined {
  const { endpoint, health } = receiver;
  if (endpoint !== undefined && endpoint.status !== 'active') return pickLaterTime(ctx);
  const nowMs = ctx.now();
  const breaker = decideBreaker(health, nowMs);
  if (health === undefined || breaker === 'closed') return undefined;
  if (breaker === 'open') return putOffUntil(health, nowMs, ctx.random());
  if (delivery.status === 'pending') return undefined;
  if (trying.has(receiver)) return isoSeconds(nowMs + AFTER_TRIAL_MS * (1 + ctx.random()));
  trying.add(receiver);
  return undefined;
}

const AFTER_TRIAL_MS = MINUTE_MS;

async function sweepReplay(ctx: WebhookContext, swept: SweptWebhooks, { brand, key }: DueEntry): Promise<void> {
  const [item] = await getMany(ctx.table(brand), [key]);
  if (item) swept.replayed += await stepReplay(ctx, brand, parseReplayItem(item));
}
