let aheadMs = 0;

/** The service's clock, in milliseconds since 1970. It is the machine's own unless `npm start` was told to move it. */
export const now = (): number => Date.now() + aheadMs;

/** Sets the clock to a time from which it goes on; on one machine only. False, and nothing moves, when that would be back in time. */
export function moveTo(timeMs: number): boolean {
  // The second that it shows already is no way back: times are given in seconds.
  const missing = timeMs - now();
  if (missing <= -1_000) return false;
  aheadMs += Math.max(0, missing);
  return true;
}
