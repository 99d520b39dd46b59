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

/** The figures of functions are not kept by brand. */
const UNKEPT = /^(?:checks|refusals\.[a-z_]{1,64})$/;

export const isMetric = (name: string): boolean => METRICS.includes(name) || UNKEPT.test(name);

export type MetricKind =
  { kind: 'gauge'; field: Gauge } | { kind: 'flow'; field: Flow } | { kind: 'expiring' | 'failing' | 'unkept' };

export function readMetric(name: string): MetricKind {
  if (name === 'expiring') return { kind: 'expiring' };
  if (name === FAILING) return { kind: 'failing' };
  if (Object.hasOwn(GAUGE_OF, name)) return { kind: 'gauge', field: GAUGE_OF[name as keyof typeof GAUGE_OF] };
  const flow = FLOWS.find((candidate) => candidate === name);
  return flow === undefined ? { kind: 'unkept' } : { kind: 'flow', field: flow };
}

/** The most days that one call shows. */
export const ANALYTICS_DAYS = 400;
