import { DAY_MS, MINUTE_MS, isoSeconds, parseMs } from './time.ts';
import { withJitter } from './webhook-schedule.ts';

/** An endpoint's recent failures; none exists while nothing has failed. */
export type EndpointHealth = {
  failures: number;
  failing_since: string;
  last_failed_at: string;
  open_until: string | null;
};

/** Consecutive failures. */
const FAILURES_TO_OPEN = 10;
const OPEN_FOR_MS = MINUTE_MS;
const DISABLED_AFTER_MS = 5 * DAY_MS;
/**
 * Longer than the longest wait between two attempts: if nothing failed for that long, nothing was tried, and the next
 * failure is a new outage.
 */
const QUIET_MS = 2 * DAY_MS;

/** `open`: nothing is sent. `half_open`: one message is sent to test whether the receiver is back. */
export function decideBreaker(health: EndpointHealth | undefined, nowMs: number): 'closed' | 'open' | 'half_open' {
  if (health === undefined) return 'closed';
  if (health.open_until !== null && nowMs < parseMs(health.open_until)) return 'open';
  return health.failures >= FAILURES_TO_OPEN ? 'half_open' : 'closed';
}

/**
 * The health after one more failure. A receiver that names a time to retry opens its breaker itself, so that it gets
 * nothing else meanwhile.
 */
export function afterFailure(health: EndpointHealth | undefined, nowMs: number, retryAfterSeconds = 0): EndpointHealth {
  const run = health !== undefined && nowMs - parseMs(health.last_failed_at) < QUIET_MS ? health : undefined;
  const failures = (run?.failures ?? 0) + 1;
  const openMs = Math.max(failures >= FAILURES_TO_OPEN ? OPEN_FOR_MS : 0, retryAfterSeconds * 1000);
  const now = isoSeconds(nowMs);
  const opened = openMs === 0 ? null : isoSeconds(nowMs + openMs);
  return {
    failures,
    failing_since: run?.failing_since ?? now,
    last_failed_at: now,
    open_until: later(run?.open_until ?? null, opened),
  };
}

/** When several fail at once, the longest requested pause wins. */
const later = (one: string | null, other: string | null): string | null =>
  one === null || (other !== null && other > one) ? other : one;

/** While one message tests whether the receiver is back, nothing else is sent until this time. */
export const trialUntil = (nowMs: number): string => isoSeconds(nowMs + OPEN_FOR_MS);

export function hasFailedForLong({ failing_since, last_failed_at }: EndpointHealth): boolean {
  return parseMs(last_failed_at) - parseMs(failing_since) >= DISABLED_AFTER_MS;
}

/**
 * The time of the next attempt for a message that the breaker held back. It is a quarter of the outage so far, between
 * a minute and an hour, as a receiver that is down for days may have very many messages waiting.
 */
export function putOffUntil(health: EndpointHealth, nowMs: number, random: number): string {
  const quarterMs = (nowMs - parseMs(health.failing_since)) / 4;
  const waitS = withJitter(Math.min(60 * MINUTE_MS, Math.max(MINUTE_MS, quarterMs)) / 1000, random);
  return isoSeconds(
    Math.max(nowMs + waitS * 1000, health.open_until === null ? 0 : parseMs(health.open_until) + MINUTE_MS * random),
  );
}
