import { madeAt } from '../domain/ids.ts';
import { isoSeconds } from '../domain/time.ts';
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
import { webhookEndpointWith, type WebhookEndpoint } from '../table/webhook-endpoints.ts';
import { flowOf, putWaiting } from '../table/webhook-flow.ts';
import { putChangedReplay, type Replay } from '../table/webhook-replays.ts';
import { retry } from '../dynamo/outcome.ts';
import { transact } from '../dynamo/transact.ts';
import type { WebhookContext } from './context.ts';
import { deliveryFor, isWantedBy, lostFirstAt } from './hand-out.ts';
import { laterOn } from './deliver-one.ts';
import { refill } from './refill.ts';
import { markWaiting } from './room.ts';

/** The journal's index trails by a moment: a second is looked at when it has been over for so long. */
const SETTLED_AFTER_MS = 10_000;
const MINUTE_MS = 60_000;

/**
 * Takes a replay one step on: lets as much as it may send in a minute wait in the table, second by second and each
 * entity's events by `seq`, and brings up what the queue has room for. A step ends with a whole second, and the next one
 * waits longer for what that was too much. Answers with how many it handed out. A death in between repeats the step.
 */
export async function stepReplay(ctx: WebhookContext, brand: string, replay: Replay): Promise<number> {
  const flowKey = webhookKeys.flow(brand, replay.endpoint_id);
  const { endpoint, itemAt } = await webhookEndpointWith(ctx.table(brand), brand, replay.endpoint_id, [flowKey]);
  if (endpoint?.status !== 'active') {
    await save(ctx, brand, replay, endpoint === undefined ? { ...replay, state: 'done' } : replay, laterOn(ctx));
    return 0;
  }
  // What happens now goes first, and a receiver that is behind with that gets nothing on top.
  if (hasToWait(flowOf(itemAt(flowKey)), ctx.now(), ctx.mostQueued)) {
    await save(ctx, brand, replay, replay, isoSeconds(ctx.now() + MINUTE_MS));
    return 0;
  }
  const settled = isoSeconds(ctx.now() - SETTLED_AFTER_MS);
  const isWhole = replay.to <= settled;
  const until = isWhole ? replay.to : settled;
  let { position } = replay;
  let sent = 0;
  let isEnd = true;
  const from = isoSeconds(madeAt(position));
  const between = from <= until ? journalBetween(() => ctx.table(brand), brand, from, until) : [];
  for await (const { entries } of between) {
    if (ctx.stop.aborted || sent >= replay.per_minute) {
      isEnd = false;
      break;
    }
    const read = entries.flatMap((found) =>
      'entry' in found && found.entry.id > replay.position ? [found.entry] : [],
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
  // Nothing is sent before the mark: a step that dies until then doubles nothing when it is repeated.
  if (sent > 0) await markWaiting(ctx, brand, endpoint.id);
  await save(ctx, brand, replay, next, isoSeconds(ctx.now() + stepMs));
  if (sent > 0) await refill(ctx, brand, endpoint.id);
  return sent;
}

/** One that was replaced or taken away meanwhile stays as it is. */
async function save(ctx: WebhookContext, brand: string, previous: Replay, next: Replay, dueAt: string): Promise<void> {
  await transact(ctx.table(brand), [putChangedReplay(brand, previous, next, dueAt, retry)]);
}

function isAskedFor({ event_types }: Replay, endpoint: WebhookEndpoint, entry: JournalEntry): boolean {
  return isWantedBy(endpoint, entry) && (event_types === null || typeMatches(event_types, entry.type));
}

type Part = { endpoint: WebhookEndpoint; replay: Replay; entries: readonly JournalEntry[] };

/** Gives deliveries their places among those that wait. Answers with how many. */
async function handOut(ctx: WebhookContext, brand: string, { endpoint, replay, entries }: Part): Promise<number> {
  const placed = await Promise.all(
    entries.map(async (entry) => {
      const delivery = await renew(ctx, brand, { endpoint, replay, entry });
      if (delivery !== undefined) await putWaiting(ctx.table(brand), brand, delivery, ctx.now());
      return delivery !== undefined;
    }),
  );
  return placed.filter((isPlaced) => isPlaced).length;
}

/** A delivery that is to wait, be it made, made again or as it was; undefined where none is to be sent. */
async function renew(
  ctx: WebhookContext,
  brand: string,
  { endpoint, replay, entry }: Omit<Part, 'entries'> & { entry: JournalEntry },
): Promise<Delivery | undefined> {
  const table = ctx.table(brand);
  const nowMs = ctx.now();
  const delivery: Delivery = { ...deliveryFor(endpoint, entry, nowMs), waits: true };
  if (await putNewDelivery(table, brand, delivery, lostFirstAt(nowMs))) return delivery;
  const previous = await deliveryById(table, brand, endpoint.id, entry.id);
  if (previous === undefined) return undefined;
  // Its place may be missing: a step before this one may have died.
  if (isWaitingForRoom(previous)) return previous;
  // What is on its way keeps its place; a new revision would put what was put off behind later ones.
  const isUntried = previous.status === 'pending' && previous.attempts.length === 0;
  if (isUntried && !isPutOff(previous, nowMs)) return undefined;
  if (!isUntried && replay.only_undelivered && (isOpen(previous) || previous.status === 'delivered')) return undefined;
  const restart = isUntried ? { revision: previous.revision } : { ...renewed(nowMs), event_type: delivery.event_type };
  return changeDelivery(table, brand, previous, { ...restart, waits: true }, lostFirstAt(nowMs));
}

const isPutOff = ({ next_attempt_at }: Delivery, nowMs: number): boolean =>
  next_attempt_at !== null && next_attempt_at > isoSeconds(nowMs);
