let aheadMs = 0;

/** The service's clock, in milliseconds since 1970: the machine's own, unless `npm start` advances it. */
export const now = (): number => Date.now() + aheadMs;

/** Advances the clock, on one machine only. Returns false, and changes nothing, for a time in the past. */
export function moveTo(timeMs: number): boolean {
  // Times are given in seconds, so the clock's present second is not in the past.
  const missing = timeMs - now();
  if (missing <= -1_000) return false;
  aheadMs += Math.max(0, missing);
  return true;
}

/** The machine's own clock, for times that others compare with theirs: signatures and log lines. */
export const machineTime = (): Date => new Date();

/** Milliseconds since the process began. Nobody sets this clock, so it measures durations. */
export const uptimeMs = (): number => performance.now();

/** Counts down from this many milliseconds to 0, as Lambda's context does. */
export function countDown(fromMs: number): () => number {
  const endsAt = uptimeMs() + fromMs;
  return () => Math.max(0, Math.round(endsAt - uptimeMs()));
}
