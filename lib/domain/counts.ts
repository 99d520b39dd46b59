import type { RefusalCode } from './refusal.ts';
import { DAY_MS, dayAfter, parseMs } from './time.ts';

/** Numbers that a brand has at a moment. The first four are its licenses by status. */
export const GAUGES = [
  'licenses_valid',
  'licenses_expired',
  'licenses_suspended',
  'licenses_cancelled',
  'active_sites',
  'seats_used',
] as const;
export type Gauge = (typeof GAUGES)[number];

/** Numbers of things that happened on a day. */
export const FLOWS = [
  'provisioned',
  'renewed',
  'cancelled',
  'expired',
  'activations',
  'deactivations',
  'webhooks_failed',
] as const;
export type Flow = (typeof FLOWS)[number];

/** Numbers to add to counters, by name. */
export type Sums = Record<string, number>;

export function addSums(into: Sums, added: Sums): void {
  for (const [name, by] of Object.entries(added)) into[name] = (into[name] ?? 0) + by;
}

export const GRANULARITIES = ['day', 'week', 'month'] as const;
export type Granularity = (typeof GRANULARITIES)[number];

/** The day with which the period of a day begins: weeks on Monday, months on the first. */
function startPeriod(date: string, granularity: Granularity): string {
  if (granularity === 'day') return date;
  if (granularity === 'month') return `${date.slice(0, 7)}-01`;
  // The first day of 1970 was a Thursday.
  const daysSinceMonday = (parseMs(`${date}T00:00:00Z`) / DAY_MS + 3) % 7;
  return dayAfter(date, -daysSinceMonday);
}

/** All days from one to another, both included. */
export function listDays(from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = dayAfter(day, 1)) days.push(day);
  return days;
}

export type Point = { at: string; value: number | null };

/** Days become a period by the sum of what happened, by the last value of what is, or by the one value there is. */
const JOINED = {
  sum: (points: readonly Point[]) => sumValues(points),
  last: (points: readonly Point[]) => points.at(-1)?.value ?? null,
  any: (points: readonly Point[]) => points.find(({ value }) => value !== null)?.value ?? null,
};

/** Joins the points of days to those of periods. */
export function joinDays(days: readonly Point[], granularity: Granularity, joins: keyof typeof JOINED): Point[] {
  const periods = Map.groupBy(days, ({ at }) => startPeriod(at, granularity));
  return [...periods].map(([at, inside]) => ({ at, value: JOINED[joins](inside) }));
}

const sumValues = (points: readonly Point[]): number | null =>
  points.reduce<number | null>((sum, { value }) => (sum === null || value === null ? null : sum + value), 0);

/** The values of the days before, from the present one and the changes of each day; oldest first. */
export function valuesBackwards(present: number, changes: readonly { at: string; by: number }[]): Point[] {
  let value = present;
  return changes
    .toReversed()
    .map(({ at, by }) => {
      const point = { at, value };
      value -= by;
      return point;
    })
    .reverse();
}

/** The metrics of the API that counters know: numbers at the end of a period, and what happened within it. */
const GAUGE_OF = {
  active_licenses: 'licenses_valid',
  active_sites: 'active_sites',
  seats_used: 'seats_used',
} as const satisfies Record<string, Gauge>;

/** Webhook endpoints that fail now. No counter knows it, as nothing is written when one recovers. */
const FAILING = 'webhooks_failing';

export const METRICS = [...Object.keys(GAUGE_OF), ...FLOWS, FAILING, 'expiring'] as const;

/**
 * The refusals of sites that are counted by brand: those that only a license key that exists gets. Of any other call
 * the brand is what its text says, and anybody could fill a brand's numbers, or make up brands.
 */
export const SITE_REFUSALS = [
  'seat_limit_reached',
  'seat_moves_exhausted',
  'license_expired',
  'license_suspended',
  'license_cancelled',
  'license_key_replaced',
  'product_required',
  'product_not_on_key',
  'activation_not_found',
] as const satisfies readonly RefusalCode[];

/** The check in the protocol of Easy Digital Downloads, all of whose actions have one path. */
export const EDD_CHECK = 'check_license';

/** The calls of sites that a stage may count by brand, from the log lines of its functions. */
export const CALL_FIELDS = ['checks', ...SITE_REFUSALS.map((code) => `refusals.${code}` as const)] as const;
export type CallField = (typeof CALL_FIELDS)[number];

/** Refusals that no stage counts by brand. */
const UNKEPT = /^refusals\.[a-z_]{1,64}$/;

export const isMetric = (name: string): boolean => METRICS.includes(name) || name === 'checks' || UNKEPT.test(name);

export type MetricKind =
  | { kind: 'gauge'; field: Gauge }
  | { kind: 'flow'; field: Flow }
  | { kind: 'calls'; field: CallField }
  | { kind: 'expiring' | 'failing' | 'unkept' };

export function readMetric(name: string): MetricKind {
  if (name === 'expiring') return { kind: 'expiring' };
  if (name === FAILING) return { kind: 'failing' };
  if (Object.hasOwn(GAUGE_OF, name)) return { kind: 'gauge', field: GAUGE_OF[name as keyof typeof GAUGE_OF] };
  const call = CALL_FIELDS.find((candidate) => candidate === name);
  if (call !== undefined) return { kind: 'calls', field: call };
  const flow = FLOWS.find((candidate) => candidate === name);
  return flow === undefined ? { kind: 'unkept' } : { kind: 'flow', field: flow };
}

/** The most days that one call shows. */
export const ANALYTICS_DAYS = 400;
