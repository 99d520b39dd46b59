import type { Rate, RateLimit } from '../table/rates.ts';
import { takeFromRates } from '../table/rates.ts';
import type { Table } from '../dynamo/table.ts';
import type { Caller } from './authenticate.ts';

const DEFAULT_PER_MINUTE = 1000;

/** The limits that a request counts against: the brand's, and the key's if it has its own. */
function limitsOf({ apiKey, brand }: Caller): readonly [RateLimit, ...RateLimit[]] {
  const own = apiKey.rate_limit_per_minute;
  const ofKey = (limit: number): RateLimit => ({ name: 'key', counter: apiKey.id, limit });
  if (brand === undefined) return [ofKey(own ?? DEFAULT_PER_MINUTE)];
  const limit = brand.settings.rate_limit_per_minute ?? DEFAULT_PER_MINUTE;
  return [{ name: 'brand', counter: 'brand', limit }, ...(own === null ? [] : [ofKey(own)])];
}

/** Counts a request against all of its limits, or against none when one is reached. */
export function takeRates(table: Table<'UpdateItem'>, caller: Caller, nowMs: number): Promise<Rate[]> {
  return takeFromRates(table, caller.owner, limitsOf(caller), nowMs);
}

/**
 * `RateLimit` and `RateLimit-Policy` as in draft-ietf-httpapi-ratelimit-headers, and the older `X-RateLimit-*` for the
 * limit that is nearest. No rates, no headers: the caller was not let in so far as to be counted.
 */
export function rateHeaders(rates: readonly Rate[]): Record<string, string> {
  const nearest = rates.toSorted((a, b) => a.remaining - b.remaining)[0];
  if (nearest === undefined) return {};
  return {
    ratelimit: rates
      .map(({ name, remaining, reset_seconds }) => `"${name}";r=${remaining};t=${reset_seconds}`)
      .join(', '),
    'ratelimit-policy': rates.map(({ name, limit }) => `"${name}";q=${limit};w=60`).join(', '),
    'x-ratelimit-limit': String(nearest.limit),
    'x-ratelimit-remaining': String(nearest.remaining),
    'x-ratelimit-reset': String(nearest.reset_seconds),
  };
}
