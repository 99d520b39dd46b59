import { replayView } from '../views/webhook-endpoint-view.ts';
import { refuse, type FieldError, type Refusal } from '../domain/refusal.ts';
import { DAY_MS, isoSeconds } from '../domain/time.ts';
import type { BrandContext } from '../context.ts';
import type { ReplayInput } from '../api/webhook-endpoints.ts';
import type { ReplayView } from '../api/schemas/webhook-endpoint.ts';
import { commitOnce, buildOnce, readFirstAnswer as storedReplayOf, type Answer, type Try } from '../table/once.ts';
import { retry } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { checkWebhookEndpoint, readEndpointAndItems } from '../table/webhook-endpoints.ts';
import { positionBefore, putNewReplay, type Replay } from '../table/webhook-replays.ts';
import { typeFaults } from './webhook-endpoint-fields.ts';

const FURTHEST_BACK_MS = 30 * DAY_MS;

/** Starts a replay of past events to an endpoint. This call only records it; the sweep executes it. */
export function replayWebhooks(ctx: BrandContext, input: ReplayInput): Promise<Answer<ReplayView> | Refusal> {
  const brand = ctx.brand.key_prefix;
  const once = ctx.once && buildOnce(brand, ctx.credential, ctx.once);
  return retrying(ctx.table, async (): Promise<Try<ReplayView>> => {
    const { endpoint, itemAt } = await readEndpointAndItems(
      ctx.table,
      brand,
      input.endpoint_id,
      once ? [once.key] : [],
    );
    const stored = once && storedReplayOf<ReplayView>(ctx.vault, once, itemAt(once.key), ctx.nowMs);
    if (stored) return stored;
    if (endpoint === undefined) return refuse('webhook_endpoint_not_found');
    if (endpoint.status !== 'active') return refuse('webhook_endpoint_stopped', { endpoint_status: endpoint.status });
    const errors = [...spanFaults(input.from, ctx.nowMs), ...typeFaults(input.event_types ?? [])];
    if (errors.length > 0) return refuse('bad_request', { errors });
    const replay = newReplay(input, ctx.nowMs);
    return commitOnce({ table: ctx.table, vault: ctx.vault, once, nowMs: ctx.nowMs }, { body: replayView(replay) }, [
      // A replay of an endpoint that was deleted meanwhile would be found by nothing that removes it.
      checkWebhookEndpoint(brand, endpoint, retry),
      putNewReplay(brand, replay, ctx.nowMs, () => refuse('replay_under_way')),
    ]);
  });
}

function spanFaults(from: string, nowMs: number): FieldError[] {
  if (from > isoSeconds(nowMs)) return [{ pointer: '/from', message: 'must not be in the future' }];
  return from < isoSeconds(nowMs - FURTHEST_BACK_MS)
    ? [{ pointer: '/from', message: 'must be at most 30 days back' }]
    : [];
}

/** The end is never later than now: events from now on are sent anyway. */
function newReplay(
  { endpoint_id, from, to, event_types, per_minute, only_undelivered }: ReplayInput,
  nowMs: number,
): Replay {
  const now = isoSeconds(nowMs);
  return {
    endpoint_id,
    kind: 'replay',
    from,
    to: to !== undefined && to < now ? to : now,
    event_types: event_types ?? null,
    per_minute,
    only_undelivered,
    position: positionBefore(from),
    sent: 0,
    state: 'running',
    requested_at: now,
  };
}
