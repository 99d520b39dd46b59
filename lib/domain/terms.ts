import type { Policy } from './policy.ts';
import { addDays, isDue } from './time.ts';

/** The seat limit and expiry basis when neither request nor policy sets one. */
export const DEFAULT_SEAT_LIMIT = 1;
export const DEFAULT_EXPIRY_BASIS = 'provision';

type Overage = NonNullable<Policy['overage']>;

/** Computed in quarters of the seat limit: 1.25 × limit is not exact in binary fractions. */
const QUARTERS: Record<Exclude<Overage, 'unlimited'>, number> = { none: 4, '1.25x': 5, '1.5x': 6, '2x': 8 };

/** The number of seats that may be used: floor(limit × overage), or Infinity. */
export function seatCeiling(seat_limit: number | null, policy: Policy): number {
  const overage = policy.overage ?? 'none';
  if (seat_limit === null || overage === 'unlimited') return Infinity;
  return Math.floor((seat_limit * QUARTERS[overage]) / 4);
}

/** The second in which the grace period ends; the expiry itself if the policy has no grace. */
export function computeGraceEnd(expires_at: string | null, policy: Policy): string | null {
  return expires_at === null ? null : addDays(expires_at, policy.grace_days ?? 0);
}

/** Expired, but still within the grace period. */
export function isInGrace(expires_at: string | null, policy: Policy, nowMs: number): boolean {
  return isDue(expires_at, nowMs) && !isDue(computeGraceEnd(expires_at, policy), nowMs);
}
