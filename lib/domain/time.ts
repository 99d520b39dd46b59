const DATE = /^(\d{4}-\d{2}-\d{2})$/;
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2})(?::(\d{2})(?:[.,]\d+)?)?([Zz]|[+-]\d{2}(?::?\d{2})?)$/;

export const MINUTE_S = 60;
export const HOUR_S = 3_600;
export const DAY_S = 86_400;
export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

const FIRST_MS = Date.parse('0000-01-01T00:00:00Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59Z');

/**
 * Parses ISO 8601 into `YYYY-MM-DDTHH:mm:ssZ`. Offsets are converted to UTC, fractions of a second dropped, and a date
 * alone means its last second in UTC. Undefined for a time without a zone, a date that does not exist and a year
 * outside 0000–9999.
 */
export function parseTime(text: string): string | undefined {
  const day = DATE.exec(text)?.[1];
  if (day !== undefined) return strictIso(`${day}T23:59:59Z`);

  const parts = DATE_TIME.exec(text);
  if (parts === null) return undefined;
  const [, date, minutes, seconds = '00', zone] = parts;
  const local = strictIso(`${date}T${minutes}:${seconds}Z`);
  const offset = offsetMs(String(zone));
  if (local === undefined || offset === undefined) return undefined;
  const ms = parseMs(local) - offset;
  return ms < FIRST_MS || ms > LAST_MS ? undefined : isoSeconds(ms);
}

/** Rounds milliseconds since 1970 down to the second: `YYYY-MM-DDTHH:mm:ssZ`. */
export function isoSeconds(ms: number): string {
  return `${new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, -5)}Z`;
}

export function parseMs(iso: string): number {
  return Date.parse(iso);
}

/** The time of the next change: now, but never before the last change, even if this machine's clock is behind. */
export function timeAfter(last: string, nowMs: number): string {
  const now = isoSeconds(nowMs);
  return now > last ? now : last;
}

/** The latest of the given times. */
export function findLatest(...times: (string | null | undefined)[]): string {
  return times.reduce<string>((last, time) => (time !== null && time !== undefined && time > last ? time : last), '');
}

/** The date that many days later (`YYYY-MM-DD`); earlier for a negative number. */
export function dayAfter(date: string, days: number): string {
  return isoSeconds(parseMs(`${date}T00:00:00Z`) + days * DAY_MS).slice(0, 10);
}

/** The time that many days later. It never passes the year 9999, the last one of ISO 8601. */
export const addDays = (iso: string, days: number): string =>
  isoSeconds(Math.min(parseMs(iso) + days * DAY_MS, LAST_MS));

/** True from the second of `expires_at` on; never for a license for life. */
export function isDue(expires_at: string | null, nowMs: number): boolean {
  return expires_at !== null && nowMs >= parseMs(expires_at);
}

/** `Date.parse` turns 30 February into March, so the text must round-trip. */
function strictIso(iso: string): string | undefined {
  const ms = Date.parse(iso);
  return !Number.isNaN(ms) && isoSeconds(ms) === iso ? iso : undefined;
}

function offsetMs(zone: string): number | undefined {
  if (zone === 'Z' || zone === 'z') return 0;
  const digits = zone.replaceAll(/\D/g, '');
  const [hours, minutes] = [Number(digits.slice(0, 2)), Number(digits.slice(2))];
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * MINUTE_MS;
}
