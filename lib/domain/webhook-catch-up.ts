import { isoSeconds, msOf } from './time.ts';

const BEFORE_MS = 3_600_000;
const AFTER_MS = 60_000;

/** Messages a minute of a catch-up, and of a replay that names no rate. */
export const PER_MINUTE = 600;

/**
 * What an endpoint that stopped and begins again is caught up on. Earlier than the stop, because what had just happened then may not have been handed out yet; later than
 * now, because what happens just before this change holds may still see the endpoint stopped. What has been delivered is left out, so that neither sends anything twice.
 */
export function catchUpSpan(
  { stopped_at, created_at }: { stopped_at: string; created_at: string },
  nowMs: number,
): { from: string; to: string } {
  const from = isoSeconds(msOf(stopped_at) - BEFORE_MS);
  return { from: from > created_at ? from : created_at, to: isoSeconds(nowMs + AFTER_MS) };
}
