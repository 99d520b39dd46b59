import type { Analytics, AnalyticsInput } from '../api/analytics.ts';
import type { BrandContext } from '../context.ts';
import {
  ANALYTICS_DAYS,
  joinDays,
  listDays,
  readMetric,
  valuesBackwards,
  type MetricKind,
  type Point,
} from '../domain/counts.ts';
import { dayAfter, isoSeconds } from '../domain/time.ts';
import { findBrandCalls } from '../process/brand-calls.ts';
import { readCounter, readDayCounters, readGenerations } from '../table/counts.ts';
import type { Answer } from '../table/once.ts';
import { countFailingEndpoints } from '../table/webhook-endpoints.ts';

const DAYS_BY_DEFAULT = 30;
const EXPIRING_DAYS = 90;

const JOINS = { gauge: 'last', failing: 'any', calls: 'sum', flow: 'sum', expiring: 'sum', unkept: 'sum' } as const;

type Asking = Pick<BrandContext, 'table' | 'brand' | 'nowMs'>;

/** A metric of the brand over time, from its counters. */
export async function getAnalytics(ctx: Asking, input: AnalyticsInput): Promise<Answer<Analytics>> {
  const { table, brand, nowMs } = ctx;
  const { metric, granularity } = input;
  const kind = readMetric(metric);
  const span = spanOf(kind, input, isoSeconds(nowMs).slice(0, 10));
  const { shown: generation } = await readGenerations(table, brand.key_prefix);
  const total = await readCounter(table, brand.key_prefix, { of: 'total', generation, name: 'total' });
  const days = await readDays(ctx, kind, { ...span, generation, present: total.sums });
  const series = joinDays(days, granularity, JOINS[kind.kind]);
  return { body: { metric, granularity, series, as_of: total.as_of } };
}

type Span = { from: string; to: string; today: string };

/** Both days are included. One that is given alone is joined by the other of the default length. */
function spanOf({ kind }: MetricKind, { from, to }: AnalyticsInput, today: string): Span {
  const isAhead = kind === 'expiring';
  const length = isAhead ? EXPIRING_DAYS : DAYS_BY_DEFAULT - 1;
  const [first, last] = [from?.slice(0, 10), to?.slice(0, 10)];
  if (first !== undefined) {
    const end = last ?? findEarlier(dayAfter(first, ANALYTICS_DAYS - 1), isAhead ? dayAfter(today, length) : today);
    return { from: first, to: end < first ? first : end, today };
  }
  const end = last ?? (isAhead ? dayAfter(today, length) : today);
  return { from: dayAfter(end, -length), to: end, today };
}

const findEarlier = (one: string, other: string): string => (one < other ? one : other);

async function readDays(
  { table, brand: { key_prefix }, nowMs }: Asking,
  kind: MetricKind,
  { from, to, today, generation, present }: Span & { generation: number; present: Record<string, number> },
): Promise<Point[]> {
  const dates = listDays(from, to);
  if (kind.kind === 'unkept') return dates.map((at) => ({ at, value: null }));
  if (kind.kind === 'failing') {
    const failing = await countFailingEndpoints(table, key_prefix, nowMs);
    return dates.map((at) => ({ at, value: at === today ? failing : null }));
  }
  if (kind.kind === 'calls') {
    const asked = { brands: [key_prefix], fields: [kind.field], from, to };
    const calls = await findBrandCalls()?.(asked, table.signal);
    return dates.map((at) => ({ at, value: calls === undefined ? null : (calls.get(at)?.[kind.field] ?? 0) }));
  }
  if (kind.kind === 'gauge') {
    const until = to > today ? to : today;
    const changes = await readDayCounters(table, key_prefix, { of: 'day', generation, from, to: until });
    const since = [...changes].reduce((sum, [at, sums]) => (at > to ? sum + (sums[kind.field] ?? 0) : sum), 0);
    const within = dates.map((at) => ({ at, by: changes.get(at)?.[kind.field] ?? 0 }));
    return valuesBackwards((present[kind.field] ?? 0) - since, within);
  }
  const [of, field] = kind.kind === 'flow' ? (['day', kind.field] as const) : (['due', 'expiring'] as const);
  const sums = await readDayCounters(table, key_prefix, { of, generation, from, to });
  return dates.map((at) => ({ at, value: sums.get(at)?.[field] ?? 0 }));
}
