import type { Policy } from './policy.ts';
import { isDue, isoSeconds, msOf } from './time.ts';

/** What holds where neither request nor policy says anything. */
export const DEFAULT_SEAT_LIMIT = 1;
export const DEFAULT_EXPIRY_BASIS = 'provision';

export const OVERAGES = ['none', '1.25x', '1.5x', '2x', 'unlimited'] as const;
export type Overage = (typeof OVERAGES)[number];

/** What one may ask for: at least a day, years, months, weeks and days, no hours. `P1Y`, `P6M`, `P1Y6M`, `P2W`, `P30D`. */
export const DURATION = /^P(?=.*[1-9])(?:\d{1,2}Y)?(?:\d{1,3}M)?(?:\d{1,3}W)?(?:\d{1,5}D)?$/;

/** What one may add up to: a sum of durations may have more digits. */
const ANY_DURATION = /^P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?$/;

const DAY_MS = 86_400_000;
const LAST_SECOND = '9999-12-31T23:59:59Z';

/** Quarters of the seat limit, in whole numbers: 1.25 × limit in binary fractions is right only by luck. */
const QUARTERS: Record<Exclude<Overage, 'unlimited'>, number> = { none: 4, '1.25x': 5, '1.5x': 6, '2x': 8 };

/**
 * Calendar arithmetic in UTC: years and months first, held at the month's last day (31 January + `P1M` is 28 or 29 February), then weeks and days.
 * `day` is the day of the month to count from, where that is not the time's own. Never past the year 9999, the last one a time can be written in.
 */
export function addDuration(iso: string, duration: string, day?: number): string {
  const { months, days } = parseDuration(duration);
  const from = new Date(msOf(iso));
  const lastDay = new Date(from);
  lastDay.setUTCMonth(from.getUTCMonth() + months + 1, 0);
  const date = Math.min(day ?? from.getUTCDate(), lastDay.getUTCDate());
  const ms = lastDay.setUTCDate(date) + days * DAY_MS;
  return ms <= msOf(LAST_SECOND) ? isoSeconds(ms) : LAST_SECOND;
}

/** An expiry, and the day of the month that renewals return to; null where that is the expiry's own. */
export type AnchoredExpiry = { expires_at: string; expiry_day: number | null };

/**
 * The expiry after a renewal. A short month does not move the day for good: 31 January + `P1M` + `P1M` is 31 March.
 * Weeks and days leave the day of the month behind, so that the one they end on counts from then on.
 */
export function extendExpiry({ expires_at, expiry_day }: AnchoredExpiry, duration: string): AnchoredExpiry {
  const wanted = expiry_day ?? dayOfMonth(expires_at);
  const extended = addDuration(expires_at, duration, wanted);
  const isCutShort = parseDuration(duration).days === 0 && dayOfMonth(extended) < wanted;
  return { expires_at: extended, expiry_day: isCutShort ? wanted : null };
}

const dayOfMonth = (iso: string): number => new Date(msOf(iso)).getUTCDate();

/** One duration that counts as long as both: calendar months with months, days with days. */
export function sumDurations(first: string, second: string): string {
  const a = parseDuration(first);
  const b = parseDuration(second);
  const months = a.months + b.months;
  const days = a.days + b.days;
  return `P${months > 0 ? `${months}M` : ''}${days > 0 ? `${days}D` : ''}`;
}

/** How many seats may be taken: floor(limit × overage), or Infinity. */
export function seatCeiling(seat_limit: number | null, policy: Policy): number {
  const overage = policy.overage ?? 'none';
  if (seat_limit === null || overage === 'unlimited') return Infinity;
  return Math.floor((seat_limit * QUARTERS[overage]) / 4);
}

/** The second in which grace is over; the expiry itself where the policy grants none. */
export function graceEndsAt(expires_at: string | null, policy: Policy): string | null {
  return expires_at === null ? null : addDuration(expires_at, `P${policy.grace_days ?? 0}D`);
}

/** Due, but still within its grace days. */
export function isInGrace(expires_at: string | null, policy: Policy, nowMs: number): boolean {
  return isDue(expires_at, nowMs) && !isDue(graceEndsAt(expires_at, policy), nowMs);
}

function parseDuration(duration: string): { months: number; days: number } {
  const parts = ANY_DURATION.exec(duration);
  if (parts === null) throw new RangeError(`not a duration: ${duration}`);
  const [, years = '0', months = '0', weeks = '0', days = '0'] = parts;
  return { months: Number(years) * 12 + Number(months), days: Number(weeks) * 7 + Number(days) };
}
