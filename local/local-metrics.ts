import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { figureTexts } from '../lib/process/figure-texts.ts';
import { figures, type Figure, type FigureName, type Measure } from '../lib/process/figures.ts';
import { checkLicense, checkLicenseByPost } from '../lib/api/check.ts';
import { routeKey } from '../lib/api/route.ts';
import { readPath } from './event.ts';
import type { Gateway, GatewayResponse } from './gateway.ts';
import type { Served } from './server.ts';
import { HOUR_S, DAY_S } from '../lib/domain/time.ts';

const PATH = '/__local/metrics';
const PREFIX = 'license_service_';
const CHECKS = new Set([checkLicense, checkLicenseByPost].map(routeKey));
const BUCKETS = {
  Seconds: [1, 5, 15, 60, 300, 900, HOUR_S, DAY_S],
  Percent: [10, 25, 50, 75, 90, 99, 100, 150],
} as const;
const LATENCY_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3, 10];

export type LocalMetrics = {
  /** The figures of a container, which has no CloudWatch here. */
  measure: Measure;
  /** Figures that a deployed gateway counts itself, and those in the check's log lines there. */
  served: (served: Served) => void;
  /** `collects` collects garbage before: so memory that grows differs from memory that is not freed yet. */
  text: (collects: boolean) => Promise<string>;
};

/** The figures of this machine, since the start, as Prometheus reads them. */
export function openLocalMetrics(): LocalMetrics {
  const registers = [new Registry()];
  const [registry = new Registry()] = registers;
  const kept = new Map(Object.keys(figures).map((name) => [name, keeperOf(name as FigureName, registers)]));
  const requests = new Histogram({
    name: `${PREFIX}request_duration_seconds`,
    help: 'Calls by route and status, and how long they took',
    labelNames: ['route', 'status'],
    buckets: LATENCY_BUCKETS,
    registers,
  });
  const verdicts = new Counter({
    name: `${PREFIX}check_verdicts_total`,
    help: 'Checks by verdict or refusal',
    labelNames: ['code'],
    registers,
  });
  const memory = new Gauge({
    name: `${PREFIX}memory_bytes`,
    help: 'Memory in use after garbage was collected, as it was when that was last asked for',
    registers,
  });
  return {
    measure: (name, value = 1, by) => kept.get(name)?.(value, by),
    served: ({ response, ms }) => {
      const route = response.routeKey ?? '$default';
      requests.observe({ route, status: response.statusCode }, ms / 1000);
      if (CHECKS.has(route)) verdicts.inc({ code: codeIn(response) });
    },
    text: (collects) => {
      if (collects) memory.set(measureMemory());
      return registry.metrics();
    },
  };
}

function keeperOf(name: FigureName, registers: Registry[]): (value: number, by: string | undefined) => void {
  const { unit, by }: Figure = figures[name];
  const help = figureTexts[name];
  if (unit !== 'Count') {
    const histogram = new Histogram({ name: `${PREFIX}${name}`, help, buckets: [...BUCKETS[unit]], registers });
    return (value) => histogram.observe(value);
  }
  const counter = new Counter({
    name: `${PREFIX}${name}_total`,
    help,
    labelNames: by === undefined ? [] : [by],
    registers,
  });
  return (value, label) =>
    by === undefined || label === undefined ? counter.inc(value) : counter.inc({ [by]: label }, value);
}

function measureMemory(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** A check answers with its verdict, or with a problem, and both have a code. */
function codeIn({ body }: GatewayResponse): string {
  try {
    return String((JSON.parse(body.toString()) as { code?: unknown }).code);
  } catch {
    return 'none';
  }
}

/** The gateway, and before it the route that shows the figures, which there is on this machine only. */
export function addMetrics(gateway: Gateway, { text }: Pick<LocalMetrics, 'text'>): Gateway {
  return async (request) => {
    if (request.method !== 'GET' || readPath(request.target) !== PATH) return gateway(request);
    const collects = new URL(request.target, 'http://127.0.0.1').searchParams.has('collect');
    const headers = {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    };
    return { statusCode: 200, headers, cookies: [], body: Buffer.from(await text(collects)), routeKey: `GET ${PATH}` };
  };
}
