import { DAY_MS, isoSeconds, parseMs } from './time.ts';

/** A duration that a request may name: years, months, weeks and days, at least one of them, no hours. */
export const DURATION = /^P(?=.*[1-9])(?:\d{1,2}Y)?(?:\d{1,3}M)?(?:\d{1,3}W)?(?:\d{1,5}D)?$/;

/** A sum of durations may have more digits. */
const ANY_DURATION = /^P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?$/;

const LAST_SECOND = '9999-12-31T23:59:59Z';

/**
 * Adds in UTC: months first, at most to the month's last day (31 January + `P1M` is 28 or 29 February), then days.
 * `day` replaces the day of the month to count from. The result never passes the year 9999, the last one of ISO 8601.
 */
export function addDuration(iso: string, duration: string, day?: number): string {
  const { months, days } = parseDuration(duration);
  return addMonths(iso, months, { days, day });
}

/** The same second so many months earlier, at most on the last day of that month. */
export const monthsBefore = (iso: string, months: number): string => addMonths(iso, -months, { days: 0 });

function addMonths(iso: string, months: number, { days, day }: { days: number; day?: number | undefined }): string {
  const from = new Date(parseMs(iso));
  const lastDay = new Date(from);
  lastDay.setUTCMonth(from.getUTCMonth() + months + 1, 0);
  const date = Math.min(day ?? from.getUTCDate(), lastDay.getUTCDate());
  const ms = lastDay.setUTCDate(date) + days * DAY_MS;
  return ms <= parseMs(LAST_SECOND) ? isoSeconds(ms) : LAST_SECOND;
}

/** An expiry, and the day of the month that renewals return to; null if that is the expiry's own. */
export type AnchoredExpiry = { expires_at: string; expiry_day: number | null };

/**
 * Renews an expiry. A short month does not change the day for good: 31 January + `P1M` + `P1M` is 31 March. After weeks
 * and days, the resulting day of the month counts.
 */
export function extendExpiry({ expires_at, expiry_day }: AnchoredExpiry, duration: string): AnchoredExpiry {
  const wanted = expiry_day ?? dayOfMonth(expires_at);
  const extended = addDuration(expires_at, duration, wanted);
  const isCutShort = parseDuration(duration).days === 0 && dayOfMonth(extended) < wanted;
  return { expires_at: extended, expiry_day: isCutShort ? wanted : null };
}

const dayOfMonth = (iso: string): number => new Date(parseMs(iso)).getUTCDate();

/** Adds months to months and days to days. */
export function sumDurations(first: string, second: string): string {
  const a = parseDuration(first);
  const b = parseDuration(second);
  const months = a.months + b.months;
  const days = a.days + b.days;
  return `P${months > 0 ? `${months}M` : ''}${days > 0 ? `${days}D` : ''}`;
}

function parseDuration(duration: string): { months: number; days: number } {
  const parts = ANY_DURATION.exec(duration);
  if (parts === null) throw new RangeError(`not a duration: ${duration}`);
  const [, years = '0', months = '0', weeks = '0', days = '0'] = parts;
  return { months: Number(years) * 12 + Number(months), days: Number(weeks) * 7 + Number(days) };
}
