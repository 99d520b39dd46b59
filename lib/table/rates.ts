import { keys } from './keys.ts';
import { countUp, type Table } from './table.ts';

const MINUTE_MS = 60_000;
/** Counters are of no use once their minute is over; TTL takes them away some time later. */
const KEPT_SECONDS = 3600;

/** One limit that a request counts against: whose, how many a minute, and what it counts by. */
export type RateLimit = { name: 'brand' | 'key'; counter: string; limit: number };

/** How a limit stands after a request: `remaining` requests in the `reset_seconds` that are left of this minute. */
export type Rate = {
  name: RateLimit['name'];
  limit: number;
  remaining: number;
  reset_seconds: number;
  exceeded: boolean;
};

/** Counts one request against a limit of this fixed minute. Never lets more than the limit through, however many call at once. */
export async function takeFromRate(
  table: Table<'UpdateItem'>,
  owner: string,
  { name, counter, limit }: RateLimit,
  nowMs: number,
): Promise<Rate> {
  const minute = Math.floor(nowMs / MINUTE_MS);
  const ends = (minute + 1) * MINUTE_MS;
  const count = await countUp(table, keys.rate(owner, counter, minute), limit, Math.floor(ends / 1000) + KEPT_SECONDS);
  return {
    name,
    limit,
    remaining: limit - (count ?? limit),
    reset_seconds: Math.ceil((ends - nowMs) / 1000),
    exceeded: count === undefined,
  };
}
