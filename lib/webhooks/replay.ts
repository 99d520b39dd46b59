import { readIdTime } from '../domain/ids.ts';
import { MINUTE_MS, isoSeconds } from '../domain/time.ts';
import { typeMatches } from '../domain/event-name.ts';
import { hasToWait } from '../domain/webhook-flow.ts';
import { isOpen } from '../domain/webhook-schedule.ts';
import type { JournalEntry } from '../events/entry.ts';
import { journalBetween } from '../table/journal-days.ts';
import { webhookKeys } from '../table/keys.ts';
import {
  changeDelivery,
  deliveryById,
  isWaitingForRoom,
  putNewDelivery,
  renewed,
  type Delivery,
} from '../table/webhook-deliveries.ts';
import { readEndpointAndItems, type WebhookEndpoint } from '../table/webhook-endpoints.ts';
import { parseFlowItem, putWaiting } from '../table/webhook-flow.ts';
import { putChangedReplay, type Replay } from '../table/webhook-replays.ts';
import { retry } from '../dynamo/outcome.ts';
import { transact } from '../dynamo/transact.ts';
import type { WebhookContext } from './context.ts';
import { buildDelivery, isWantedBy, computeFirstDeadline } from './hand-out.ts';
import { pickLaterTime } from './deliver-one.ts';
import { refill } from './refill.ts';
import { markWaiting } from './room.ts';

/** The journal's index lags: a second is read when it has been over for this long. */
const SETTLED_AFTER_MS = 10_000;

/**
 * Advances a replay by one step: fans out what it may send in a minute, second by second and each entity's events by
 * `seq`, and refills the queue. A step ends with a whole second, and the next one waits longer for any excess. Returns
 * the number of events. A crash repeats the step.
 */
export async function stepReplay(ctx: WebhookContext, brand: string, replay: Replay): Promise<number> {
  const flowKey = webhookKeys.flow(brand, replay.endpoint_id);
  const { endpoint, itemAt } = await readEndpointAndItems(ctx.table(brand), brand, replay.endpoint_id, [flowKey]);
  if (endpoint?.status !== 'active') {
    await save(ctx, brand, replay, endpoint === undefined ? { ...replay, state: 'done' } : replay, pickLaterTime(ctx));
    return 0;
  }
  // Present events go first, and a receiver that is behind with those gets nothing more.
  if (hasToWait(parseFlowItem(itemAt(flowKey)), ctx.now(), ctx.mostQueued)) {
    await save(ctx, brand, replay, replay, isoSeconds(ctx.now() + MINUTE_MS));
    return 0;
  }
  const settled = isoSeconds(ctx.now() - SETTLED_AFTER_MS);
  const isWhole = replay.to <= settled;
  const until = isWhole ? replay.to : settled;
  let { position } = replay;
  let sent = 0;
  let isEnd = true;
  const from = isoSeconds(readIdTime(position));
  const between = from <= until ? journalBetween(() => ctx.table(brand), brand, from, until) : [];
  for await (const { entries } of between) {
    if (ctx.stop.aborted || sent >= replay.per_minute) {
      isEnd = false;
      break;
    }
    const read = entries.flatMap((found) =>
      found.kind === 'entry' && found.entry.id > replay.position ? [found.entry] : [],
    );
    sent += await handOut(ctx, brand, {
      endpoint,
      replay,
      entries: read.filter((entry) => isAskedFor(replay, endpoint, entry)),
    });
    for (const { id } of read) if (id > position) position = id;
  }
  const stepMs = MINUTE_MS * Math.max(1, Math.ceil(sent / replay.per_minute));
  const isDone = isEnd && isWhole;
  const next: Replay = { ...replay, position, sent: replay.sent + sent, state: isDone ? 'done' : 'running' };
  // Nothing is sent before the progress is saved: a step that dies earlier duplicates nothing when it is repeated.
  if (sent > 0) await markWaiting(ctx, brand, endpoint.id);
  await save(ctx, brand, replay, next, isoSeconds(ctx.now() + stepMs));
  if (sent > 0) await refill(ctx, brand, endpoint.id);
  return sent;
}

/** A replay that was replaced or removed meanwhile stays as it is. */
async function save(ctx: WebhookContext, brand: string, previous: Replay, next: Replay, dueAt: string): Promise<void> {
  await transact(ctx.table(brand), [putChangedReplay(brand, previous, next, dueAt, retry)]);
}

function isAskedFor({ event_types }: Replay, endpoint: WebhookEndpoint, entry: JournalEntry): boolean {
  return isWantedBy(endpoint, entry) && (event_types === null || typeMatches(event_types, entry.type));
}

type Part = { endpoint: WebhookEndpoint; replay: Replay; entries: readonly JournalEntry[] };

/** Gives deliveries their positions among those that wait, and returns their number. */
async function handOut(ctx: WebhookContext, brand: string, { endpoint, replay, entries }: Part): Promise<number> {
  const waiting = await Promise.all(
    entries.map(async (entry) => {
      const delivery = await renew(ctx, brand, { endpoint, replay, entry });
      if (delivery !== undefined) await putWaiting(ctx.table(brand), brand, delivery, ctx.now());
      return delivery !== undefined;
    }),
  );
  return waiting.filter((isWaiting) => isWaiting).length;
}

/** A delivery that has to wait, either created, renewed or unchanged; undefined if none is to be sent. */
async function renew(
  ctx: WebhookContext,
  brand: string,
  { endpoint, replay, entry }: Omit<Part, 'entries'> & { entry: JournalEntry },
): Promise<Delivery | undefined> {
  const table = ctx.table(brand);
  const nowMs = ctx.now();
  const delivery: Delivery = { ...buildDelivery(endpoint, entry, nowMs), waits: true };
  if (await putNewDelivery(table, brand, delivery, computeFirstDeadline(nowMs))) return delivery;
  const previous = await deliveryById(table, brand, endpoint.id, entry.id);
  if (previous === undefined) return undefined;
  // Its position may be missing: a step before this one may have died.
  if (isWaitingForRoom(previous)) return previous;
  // A message on its way keeps its position; a new revision would put postponed ones behind later ones.
  const isUntried = previous.status === 'pending' && previous.attempts.length === 0;
  if (isUntried && !isPutOff(previous, nowMs)) return undefined;
  if (!isUntried && replay.only_undelivered && (isOpen(previous) || previous.status === 'delivered')) return undefined;
  const restart = isUntried ? { revision: previous.revision } : { ...renewed(nowMs), event_type: delivery.event_type };
  return changeDelivery(table, brand, previous, { ...restart, waits: true }, computeFirstDeadline(nowMs));
}

const isPutOff = ({ next_attempt_at }: Delivery, nowMs: number): boolean =>
  next_attempt_at !== null && next_attempt_at > isoSeconds(nowMs);
