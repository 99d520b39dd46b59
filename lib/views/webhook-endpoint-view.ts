import { pick } from '../domain/pick.ts';
import { isDue } from '../domain/time.ts';
import { computeP95, SLOW_MS, type EndpointFlow } from '../domain/webhook-flow.ts';
import type { EndpointHealth } from '../domain/webhook-health.ts';
import type { WebhookEndpoint } from '../table/webhook-endpoints.ts';
import type { Replay } from '../table/webhook-replays.ts';

const ENDPOINT = [
  'id',
  'url',
  'description',
  'event_types',
  'products',
  'payload_version',
  'status',
  'disabled_reason',
  'stopped_at',
  'old_secret_valid_until',
  'created_at',
  'updated_at',
] as const;

/** An endpoint as the API shows it: without its secrets. */
export function webhookEndpointView(endpoint: WebhookEndpoint, nowMs: number) {
  const until = endpoint.previous_secret_until;
  return pick(ENDPOINT, { ...endpoint, old_secret_valid_until: isDue(until, nowMs) ? null : until });
}

/** The endpoint's response time. A slow one gets all of its messages, later than others. */
export function webhookSpeedView(
  { status }: Pick<WebhookEndpoint, 'status'>,
  flow: Pick<EndpointFlow, 'samples'>,
  nowMs: number,
) {
  const p95_ms = computeP95(flow, nowMs);
  const isSlow = status === 'active' && p95_ms !== null && p95_ms > SLOW_MS;
  return { p95_ms, status_reason: isSlow ? ('slow' as const) : null };
}

/** The failures of an endpoint since its last success. */
export const webhookHealthView = ({ failures, failing_since }: EndpointHealth) => ({
  consecutive_failures: failures,
  failing_since,
});

const REPLAY = [
  'from',
  'to',
  'event_types',
  'per_minute',
  'only_undelivered',
  'state',
  'sent',
  'requested_at',
] as const;

/** A replay as the API shows it. */
export const replayView = (replay: Replay) => pick(REPLAY, replay);
