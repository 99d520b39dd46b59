import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { checkLicense, checkLicenseByPost } from '../lib/api/check.ts';
import { routeKey } from '../lib/api/route.ts';
import { EDD_CHECK, SITE_REFUSALS } from '../lib/domain/counts.ts';
import { isoSeconds, parseMs, SECOND_MS } from '../lib/domain/time.ts';
import { brandCalls } from '../lib/process/figures.ts';
import { now } from '../lib/process/clock.ts';

/** The metrics of this machine, as much of CloudWatch as the service uses: calls by brand, since the start. */
export type LocalCloudWatch = {
  endpoint: string;
  /** Counts an answer as the metric filters of a stage count its log line. */
  note: (line: Readonly<Record<string, unknown>>) => void;
  stop: () => Promise<void>;
};

const HOST = '127.0.0.1';
const NAMESPACE = brandCalls.namespace('local');
const CHECKS: ReadonlySet<unknown> = new Set([checkLicense, checkLicenseByPost].map(routeKey));
const REFUSALS: ReadonlySet<unknown> = new Set(SITE_REFUSALS);

/** The variables that the stacks give to the functions that read the calls by brand. */
export const cloudWatchEnvironment = ({ endpoint }: Pick<LocalCloudWatch, 'endpoint'>) => ({
  [brandCalls.variables.namespace]: NAMESPACE,
  [brandCalls.variables.endpoint]: endpoint,
});

type Dimension = { Name: string; Value: string };
type Metric = { Namespace: string; MetricName: string; Dimensions: Dimension[] };
type Query = { Id: string; MetricStat: { Metric: Metric } };
type Asked = { MetricDataQueries: Query[]; StartTime: number; EndTime: number };

export async function startCloudWatch(): Promise<LocalCloudWatch> {
  /** The sums of each metric by day. */
  const sums = new Map<string, Map<string, number>>();
  const count = (name: string, ...dimensions: unknown[]): void => {
    const key = [name, ...dimensions].join('\n');
    const days = sums.get(key) ?? new Map<string, number>();
    const day = isoSeconds(now()).slice(0, 10);
    days.set(day, (days.get(day) ?? 0) + 1);
    sums.set(key, days);
  };
  const server = createServer((incoming, outgoing) => {
    answer(incoming, sums).then(
      (body) => outgoing.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body)),
      () => outgoing.destroy(),
    );
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  server.unref();
  server.on('connection', (socket) => socket.unref());
  return {
    endpoint: addressOf(server),
    note: ({ event, brand, code, status, route, action }) => {
      if (event !== 'call.answered' || typeof brand !== 'string') return;
      if (REFUSALS.has(code)) count(brandCalls.refusals, brand, code);
      if (status === 200 && (CHECKS.has(route) || action === EDD_CHECK)) count(brandCalls.checks, brand);
    },
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(incoming: IncomingMessage, sums: ReadonlyMap<string, ReadonlyMap<string, number>>) {
  const asked = JSON.parse(await text(incoming)) as Asked;
  const MetricDataResults = asked.MetricDataQueries.map(({ Id, MetricStat: { Metric } }) => {
    const key = [Metric.MetricName, ...Metric.Dimensions.map(({ Value }) => Value)].join('\n');
    const days = [...(sums.get(key) ?? [])]
      .map(([day, sum]) => ({ at: parseMs(`${day}T00:00:00Z`) / SECOND_MS, sum }))
      .filter(({ at }) => Metric.Namespace === NAMESPACE && at >= asked.StartTime && at < asked.EndTime);
    return { Id, StatusCode: 'Complete', Timestamps: days.map(({ at }) => at), Values: days.map(({ sum }) => sum) };
  });
  return { MetricDataResults, Messages: [] };
}

function addressOf(server: Server): string {
  const address = server.address();
  return `http://${HOST}:${String(typeof address === 'object' && address !== null ? address.port : 0)}`;
}
