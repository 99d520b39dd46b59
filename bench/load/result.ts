import type { Measured } from './routes.ts';
import type { ProcessUse } from './process-use.ts';

type Percentiles = { p50: number; p95: number; p99: number };
export type RouteResult = Percentiles & { name: string; requests: number; max: number; errors: Record<string, number> };

export type LoadResult = {
  measured_at: string;
  minutes: number;
  connections: number;
  /** Requests a second, all routes together. */
  throughput: number;
  cpuMsARequest: number;
  before: ProcessUse;
  after: ProcessUse;
  goals: Percentiles;
  routes: RouteResult[];
};

/** The goals of the service's specification, for every route. */
export const LOAD_GOALS: Percentiles = { p50: 100, p95: 300, p99: 500 };

export function summarizeRoutes(measured: ReadonlyMap<string, Measured>): RouteResult[] {
  return [...measured].map(([name, { latenciesMs, errors }]) => {
    const sorted = latenciesMs.toSorted((a, b) => a - b);
    const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
    return { name, requests: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1), errors };
  });
}

const keepsGoals = ({ p50, p95, p99 }: Percentiles, goals: Percentiles): boolean =>
  p50 < goals.p50 && p95 < goals.p95 && p99 < goals.p99;

/** More than this is growth. Connections to the engine come and go. */
const MOST_TIMES = 1.1;
const SPARE_HANDLES = 20;

/** The faults of a run: errors, and memory or handles that grow. */
export function findFaults({ routes, before, after }: LoadResult): string[] {
  const failed = routes.flatMap(({ name, errors }) =>
    Object.entries(errors).map(([status, times]) => `${name} was answered ${times} times with ${status}`),
  );
  return [
    ...failed,
    ...(after.usedMb <= before.usedMb * MOST_TIMES ? [] : [`memory grew from ${before.usedMb} to ${after.usedMb} MB`]),
    ...(after.handles > before.handles * MOST_TIMES + SPARE_HANDLES
      ? [`open handles grew from ${before.handles} to ${after.handles}`]
      : []),
  ];
}

export function printLoad(result: LoadResult): string {
  const { routes, goals, before, after } = result;
  const row = (cells: readonly (string | number)[]): string =>
    cells.map((cell, i) => (i === 0 ? String(cell).padEnd(26) : String(cell).padStart(10))).join('');
  const ms = (value: number): string => value.toFixed(1);
  return [
    row(['ms', 'requests', 'p50', 'p95', 'p99', 'max', 'errors', 'goals']),
    ...routes.map((route) =>
      row([
        route.name,
        route.requests,
        ms(route.p50),
        ms(route.p95),
        ms(route.p99),
        ms(route.max),
        Object.values(route.errors).reduce((sum, times) => sum + times, 0),
        keepsGoals(route, goals) ? 'kept' : 'missed',
      ]),
    ),
    row(['goal', '', `< ${goals.p50}`, `< ${goals.p95}`, `< ${goals.p99}`]),
    '',
    `${Math.round(result.throughput)} requests a second over ${result.connections} connections,`,
    `${result.cpuMsARequest.toFixed(2)} ms of CPU a request`,
    `memory in use ${before.usedMb} → ${after.usedMb} MB (of the process ${before.memoryMb} → ${after.memoryMb}),`,
    `open handles ${before.handles} → ${after.handles}`,
  ].join('\n');
}
