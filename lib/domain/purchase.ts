import { addDuration } from './duration.ts';
import type { License } from './license.ts';
import type { Policy } from './policy.ts';
import { refuse, type Refusal } from './refusal.ts';
import { DEFAULT_EXPIRY_BASIS, DEFAULT_SEAT_LIMIT } from './terms.ts';
import { isDue, isoSeconds } from './time.ts';

/** The terms in a purchase; a product may have its own. Undefined means that the purchase does not set it. */
export type Terms = {
  max_seats?: number | null | undefined;
  expiration_date?: string | null | undefined;
  duration?: string | undefined;
  policy?: Policy | undefined;
};

/** The part of a license that a purchase decides. */
export type Granted = Pick<
  License,
  'seat_limit' | 'expires_at' | 'expiry_day' | 'duration' | 'starts_on_activation' | 'policy'
>;

/**
 * A product's own terms override the request's. A term about expiry also overrides the other kind of expiry term in the
 * request.
 */
export function mergeTerms(own: Terms, request: Terms): Terms {
  const saysExpiry = own.expiration_date !== undefined || own.duration !== undefined;
  return {
    max_seats: own.max_seats === undefined ? request.max_seats : own.max_seats,
    expiration_date: saysExpiry ? own.expiration_date : request.expiration_date,
    duration: saysExpiry ? own.duration : request.duration,
    policy: { ...request.policy, ...own.policy },
  };
}

/** Seats: the terms, else the policy, else 1. Expiry: the terms, else the policy's duration, else none. */
export function grant(terms: Terms, productPolicy: Policy, nowMs: number): Granted | Refusal {
  const policy = { ...productPolicy, ...terms.policy };
  const seat_limit = firstSaid(terms.max_seats, policy.seat_limit, DEFAULT_SEAT_LIMIT);
  const rest = { seat_limit, policy, expiry_day: null, duration: terms.duration ?? null };
  if (terms.expiration_date !== undefined) {
    const { expiration_date: expires_at } = terms;
    if (expires_at !== null && isDue(expires_at, nowMs))
      return refuse('expiry_in_the_past', { expiration_date: expires_at });
    return { ...rest, expires_at, starts_on_activation: null };
  }
  const duration = terms.duration ?? policy.duration ?? null;
  if (duration === null) return { ...rest, expires_at: null, starts_on_activation: null };
  const basis = policy.expiry_basis ?? DEFAULT_EXPIRY_BASIS;
  if (basis === 'first_activation') return { ...rest, expires_at: null, starts_on_activation: duration };
  return { ...rest, expires_at: addDuration(isoSeconds(nowMs), duration), starts_on_activation: null };
}

function firstSaid<T>(...given: (T | undefined)[]): T {
  const [first] = given.filter((value) => value !== undefined);
  return first as T;
}

/** Refuses a purchase that names a product twice: a key can carry a product only once. */
export function namedTwice(tags: readonly string[]): number | undefined {
  const index = tags.findIndex((tag, i) => tags.indexOf(tag) !== i);
  return index === -1 ? undefined : index;
}

/**
 * The newest key that has none of these products and room for them; undefined when a new key is needed. `held` is
 * newest first.
 */
export function findRoomyKey<K extends { tags: readonly string[] }>(
  held: readonly K[],
  tags: readonly string[],
  maximum: number,
): K | undefined {
  return held.find((key) => key.tags.length + tags.length <= maximum && !key.tags.some((tag) => tags.includes(tag)));
}
