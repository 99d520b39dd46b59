import { randomBelow } from '../process/random.ts';
import type { Key } from '../dynamo/schema.ts';
import { readIdTail } from '../domain/ids.ts';
import { callKeys } from './keys.ts';
import { countInMinute, lastSeen, computeMinute, type Limits, type Minute } from './minute-counters.ts';
import type { Table } from '../dynamo/table.ts';

/** A limit above this is counted in several items: one item takes a hundred writes a second at most. */
export const MOST_PER_PART = 6000;

/** One limit that a request counts against: its owner, its number a minute, and its counter. */
export type RateLimit = { name: 'brand' | 'key'; counter: string; limit: number };

/** The state of a limit after a request: `remaining` requests in the `reset_seconds` that are left of this minute. */
export type Rate = {
  name: RateLimit['name'];
  limit: number;
  remaining: number;
  reset_seconds: number;
  exceeded: boolean;
};

/** An item of this minute with a part of each limit, under the attribute that counts it. */
type Part = { key: Key; limits: Limits };

/**
 * Counts one request against all of its limits in this fixed minute, or against none if one of them is reached. The
 * first limit gives the items their name and number. A second one is counted in the same items: one write contains
 * both, so a crash cannot separate them.
 */
export async function takeFromRates(
  table: Table<'UpdateItem'>,
  owner: string,
  limits: readonly [RateLimit, ...RateLimit[]],
  nowMs: number,
): Promise<Rate[]> {
  const minute = computeMinute(nowMs);
  const parts = partsOf(owner, limits, minute);
  const from = randomBelow(parts.length);
  for (const part of [...parts.slice(from), ...parts.slice(0, from)])
    if (await countInMinute(table, part.key, part.limits, minute))
      return limits.map((limit) => rateAfter(limit, parts, part, minute));
  return ratesReached(limits, parts, minute);
}

function partsOf(owner: string, limits: readonly [RateLimit, ...RateLimit[]], minute: Minute): Part[] {
  const [{ counter, limit }] = limits;
  const count = Math.ceil(limit / MOST_PER_PART);
  return Array.from({ length: count }, (_, part) => ({
    key: callKeys.rate(owner, counter, minute.number, part),
    limits: Object.fromEntries(limits.map((each) => [attributeOf(each), shareOf(each.limit, count, part)])),
  }));
}

/** Splits a limit into whole numbers that add up to it. */
const shareOf = (limit: number, parts: number, part: number): number =>
  Math.floor(limit / parts) + (part < limit % parts ? 1 : 0);

/** A brand's item counts its keys by the random end of their ids: with sixty of them it is 1 KB, one write unit. */
const attributeOf = ({ name, counter }: RateLimit): string =>
  name === 'brand' ? 'count' : `key_${readIdTail(counter)}`;

const leftIn = ({ key, limits }: Part, attribute: string): number =>
  Math.max(0, Number(limits[attribute]) - lastSeen(key, attribute));

/**
 * Exact for a limit in one item. With several parts only one was read: each other part that is not known to be full is
 * assumed to be like it.
 */
function rateAfter(limit: RateLimit, parts: readonly Part[], counted: Part, { reset_seconds }: Minute): Rate {
  const attribute = attributeOf(limit);
  const left = leftIn(counted, attribute);
  const others = parts.filter((part) => part !== counted && leftIn(part, attribute) > 0).length;
  const remaining = left + others * Math.max(1, left);
  return { name: limit.name, limit: limit.limit, remaining, reset_seconds, exceeded: false };
}

/**
 * Every part refused. The refusal names the limit that has nothing left in any part, or else the key's limit, which is
 * used up in some.
 */
function ratesReached(limits: readonly RateLimit[], parts: readonly Part[], { reset_seconds }: Minute): Rate[] {
  const rates = limits.map((limit) => {
    const remaining = parts.reduce((sum, part) => sum + leftIn(part, attributeOf(limit)), 0);
    return { name: limit.name, limit: limit.limit, remaining, reset_seconds, exceeded: remaining === 0 };
  });
  if (rates.some(({ exceeded }) => exceeded)) return rates;
  return [...rates.slice(0, -1), ...rates.slice(-1).map((last) => ({ ...last, remaining: 0, exceeded: true }))];
}
