import { MINUTE_MS } from '../domain/time.ts';

/** A container remembers this many names and forgets the oldest: callers choose them. */
const REMEMBERED = 4_096;
const counts = new Map<string, { minute: number; count: number }>();

/**
 * Counts a call in this container alone, where an exact count is not worth a write. The seconds until the next minute
 * if the limit of this one was reached before, else undefined.
 */
export function countHere(name: string, limit: number, nowMs: number): number | undefined {
  const minute = Math.floor(nowMs / MINUTE_MS);
  const known = counts.get(name);
  const count = known?.minute === minute ? known.count : 0;
  if (count >= limit) return Math.ceil(((minute + 1) * MINUTE_MS - nowMs) / 1000);
  counts.delete(name);
  counts.set(name, { minute, count: count + 1 });
  for (const oldest of counts.keys()) {
    if (counts.size <= REMEMBERED) break;
    counts.delete(oldest);
  }
  return undefined;
}
