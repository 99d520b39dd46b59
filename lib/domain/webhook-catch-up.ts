import { HOUR_MS, MINUTE_MS, isoSeconds, parseMs } from './time.ts';

const BEFORE_MS = HOUR_MS;
const AFTER_MS = MINUTE_MS;

/** Messages a minute of a catch-up, and of a replay without a rate. */
export const PER_MINUTE = 600;

/**
 * The period that a resumed endpoint is caught up on. It begins before the stop, since recent events may not have been
 * fanned out by then, and ends after now, since some writers may still see the endpoint stopped. Delivered events are
 * left out.
 */
export function catchUpSpan(
  { stopped_at, created_at }: { stopped_at: string; created_at: string },
  nowMs: number,
): { from: string; to: string } {
  const from = isoSeconds(parseMs(stopped_at) - BEFORE_MS);
  return { from: from > created_at ? from : created_at, to: isoSeconds(nowMs + AFTER_MS) };
}
