import { readIdTime } from '../domain/ids.ts';
import { required } from '../domain/invariant.ts';
import type { Refusal } from '../domain/refusal.ts';
import { isoSeconds, timeAfter } from '../domain/time.ts';
import { catchUpSpan, PER_MINUTE } from '../domain/webhook-catch-up.ts';
import type { BrandContext } from '../context.ts';
import type { EndpointInput } from '../api/webhook-endpoints.ts';
import type { ResumedWebhookEndpoint } from '../api/schemas/webhook-endpoint.ts';
import { webhookKeys } from '../table/keys.ts';
import { retry } from '../dynamo/outcome.ts';
import type { Answer } from '../table/once.ts';
import type { WebhookEndpoint } from '../table/webhook-endpoints.ts';
import { forgetHealth } from '../table/webhook-health.ts';
import {
  positionBefore,
  putChangedReplay,
  putNewReplay,
  parseReplayItem,
  type Replay,
} from '../table/webhook-replays.ts';
import { changeWebhookEndpoint, updated } from './webhook-endpoint-change.ts';

/**
 * Resumes a paused or disabled endpoint: its failures are forgotten, and a catch-up of the missed events starts. An
 * active endpoint stays as it is.
 */
export function resumeWebhookEndpoint(
  ctx: BrandContext,
  { endpoint_id }: EndpointInput,
): Promise<Answer<ResumedWebhookEndpoint> | Refusal> {
  const brand = ctx.brand.key_prefix;
  const nowMs = ctx.nowMs;
  const catchUpKey = webhookKeys.replay(brand, endpoint_id, 'catch_up');
  return changeWebhookEndpoint<Pick<ResumedWebhookEndpoint, 'catch_up_from'>>(
    ctx,
    endpoint_id,
    (previous, itemAt) => {
      if (previous.status === 'active') return { endpoint: previous, more: { catch_up_from: null } };
      const endpoint: WebhookEndpoint = { ...previous, status: 'active', disabled_reason: null, stopped_at: null };
      const item = itemAt(catchUpKey);
      const last = item && parseReplayItem(item);
      const unfinished = last?.state === 'running' ? last : undefined;
      const catchUp = catchUpOf(previous, unfinished, nowMs);
      const begins = unfinished
        ? putChangedReplay(brand, unfinished, catchUp, isoSeconds(nowMs), retry)
        : putNewReplay(brand, catchUp, nowMs, retry);
      const event = required(updated(previous, endpoint), 'a resumed endpoint has another status');
      return {
        endpoint,
        event,
        alsoWrites: [forgetHealth(brand, previous.id), begins],
        more: { catch_up_from: catchUp.from },
      };
    },
    [catchUpKey],
  );
}

/** Catches up from the stop, or from the position of an earlier catch-up that the stop interrupted. */
function catchUpOf(previous: WebhookEndpoint, unfinished: Replay | undefined, nowMs: number): Replay {
  const span = catchUpSpan(
    { stopped_at: previous.stopped_at ?? previous.updated_at, created_at: previous.created_at },
    nowMs,
  );
  const left = unfinished && isoSeconds(readIdTime(unfinished.position));
  const from = left !== undefined && left < span.from ? left : span.from;
  return {
    endpoint_id: previous.id,
    kind: 'catch_up',
    from,
    to: span.to,
    event_types: null,
    per_minute: PER_MINUTE,
    only_undelivered: true,
    position: positionBefore(from),
    sent: 0,
    state: 'running',
    requested_at: timeAfter(previous.updated_at, nowMs),
  };
}
