import { spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { createTable, localClient, openDocuments } from '../local/create-table.ts';
import { startEngine } from '../local/engine.ts';
import { noMetrics } from '../lib/process/figures.ts';
import { sweepDue, type Swept } from '../lib/commands/sweep-due.ts';
import { newId } from '../lib/process/ids.ts';
import type { License } from '../lib/domain/license.ts';
import { MINUTE_MS, isoSeconds } from '../lib/domain/time.ts';
import { openJob } from '../lib/job.ts';
import { writeMark } from '../lib/table/due.ts';
import { keys } from '../lib/table/keys.ts';
import { licenseItem } from '../lib/table/licenses.ts';
import { sdkWire } from '../lib/dynamo/sdk-wire.ts';
import type { Table } from '../lib/dynamo/table.ts';
import type { Wire } from '../lib/dynamo/wire.ts';
import { sampleLicense } from '../test/support/service/sample-license.ts';

/**
 * Measures a sweep on a day on which many licenses expire in one second: `npm run bench:sweep -- [--licenses 100000]
 * [--engine dynoxide]`.
 */
const EXPIRY = '2027-01-01T23:59:59Z';
const BRANDS = ['WPR', 'IMG', 'RKM'];
const NOW_MS = Date.parse(EXPIRY) + MINUTE_MS;
/** The time limit of a run, as in the deployed function. */
const RUN_MS = 58_000;
const MB = 1024 * 1024;

const { values } = parseArgs({
  options: {
    licenses: { type: 'string', default: '100000' },
    engine: { type: 'string' },
    load: { type: 'string' },
    table: { type: 'string' },
  },
});
const count = Number(values.licenses);

function dueLicense(): License {
  return sampleLicense({
    id: newId(Date.parse('2026-01-01T00:00:00Z')),
    anchor: randomBytes(32).toString('base64url'),
    key_partition: randomBytes(32).toString('hex'),
    customer_partition: randomBytes(32).toString('hex'),
    policy: { duration: 'P1Y', grace_days: 7, overage: '1.25x' },
    metadata: { plan: 'plus', channel: 'shop' },
    expires_at: EXPIRY,
    due_at: EXPIRY,
    announced: { expires_at: EXPIRY, since: '2026-01-01T00:00:00Z', leads: [30, 7, 1], expired: false },
  });
}

/** Runs in its own process, so that its memory does not count as the sweep's. */
async function load(endpoint: string, tableName: string): Promise<void> {
  const documents = openDocuments(localClient(endpoint));
  let left = count;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      const size = Math.min(25, left);
      left -= size;
      let asked = Array.from({ length: size }, (_, i) => {
        const license = dueLicense();
        const brand = BRANDS[i % BRANDS.length] ?? '';
        return {
          PutRequest: { Item: { ...keys.license(brand, license.anchor), ...licenseItem(brand, license) } },
        };
      });
      while (asked.length > 0) {
        const { UnprocessedItems } = await documents.send(
          new BatchWriteCommand({ RequestItems: { [tableName]: asked } }),
        );
        asked = (UnprocessedItems?.[tableName] ?? []) as typeof asked;
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}

type Measured = Swept & {
  runs: number;
  seconds: number;
  cpuSeconds: number;
  trips: Map<string, number>;
  peakRssMb: number;
  grownMb: number;
};

async function measure(open: (trips: Map<string, number>) => Wire, tableName: string): Promise<Measured> {
  const trips = new Map<string, number>();
  const wire = open(trips);
  const before = process.memoryUsage().rss;
  let peak = before;
  const sampling = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 20);
  const started = performance.now();
  const cpu = process.cpuUsage();
  const total: Swept = { visited: 0, expired: 0, announced: 0, left: 0, finished: false };
  let runs = 0;
  do {
    const ends = performance.now() + RUN_MS;
    const logger = { info: () => undefined, error: console.error };
    const runtime = {
      stage: 'bench',
      tableName,
      wire,
      logger,
      metrics: noMetrics,
      now: () => NOW_MS,
      vault: () => Promise.reject(new Error('nothing is sealed')),
    };
    const swept = await sweepDue(
      openJob(runtime, { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => ends - performance.now() }),
    );
    runs += 1;
    for (const name of ['visited', 'expired', 'announced', 'left'] as const) total[name] += swept[name];
    total.finished = swept.finished;
  } while (!total.finished && runs < 20);
  clearInterval(sampling);
  const { user, system } = process.cpuUsage(cpu);
  return {
    ...total,
    runs,
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: (user + system) / 1e6,
    trips,
    peakRssMb: peak / MB,
    grownMb: (peak - before) / MB,
  };
}

function print(
  title: string,
  { runs, seconds, cpuSeconds, trips, peakRssMb, grownMb, visited, expired, announced, left, finished }: Measured,
): void {
  console.log(`\n${title}`);
  console.log(
    `  licenses visited ${visited} · events written ${expired} expired, ${announced} expiring` +
      ` · left ${left} · finished ${String(finished)}`,
  );
  console.log(
    `  ${seconds.toFixed(1)} s in ${runs} run(s) of at most ${(RUN_MS - 10_000) / 1000} s` +
      ` · ${Math.round(visited / seconds)} licenses a second · ${cpuSeconds.toFixed(1)} s of CPU`,
  );
  const all = [...trips.values()].reduce((sum, number) => sum + number, 0);
  console.log(`  round trips ${all}: ${[...trips].map(([operation, number]) => `${operation} ${number}`).join(' · ')}`);
  console.log(`  memory: peak RSS ${peakRssMb.toFixed(0)} MB, grown by ${grownMb.toFixed(0)} MB`);
}

async function main(): Promise<void> {
  if (values.load !== undefined) return load(values.load, values.table ?? '');
  const engine = await startEngine(values.engine === 'dynoxide' ? { prefer: 'dynoxide' } : {});
  const tableName = `bench-${randomUUID()}`;
  const client = localClient(engine.endpoint);
  await createTable(client, tableName);
  client.destroy();
  const started = performance.now();
  const args = ['bench/sweep.ts', '--load', engine.endpoint, '--table', tableName, '--licenses', String(count)];
  if (spawnSync(process.execPath, args, { stdio: 'inherit' }).status !== 0)
    throw new Error('the licenses were not loaded');
  const loadedIn = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${engine.name}: ${count} licenses of ${BRANDS.length} brands due at ${EXPIRY}, loaded in ${loadedIn} s`);

  const sdk = sdkWire({
    endpoint: engine.endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const counting =
    (trips: Map<string, number>): Wire =>
    (operation, input, signal) => {
      trips.set(operation, (trips.get(operation) ?? 0) + 1);
      return sdk(operation, input, signal);
    };
  const open = (...owners: string[]): Table => ({
    wire: sdk,
    name: tableName,
    owners,
    signal: AbortSignal.timeout(10_000),
  });
  await writeMark(open, isoSeconds(NOW_MS).slice(0, 10));
  print('First sweep', await measure(counting, tableName));
  print('Second sweep', await measure(counting, tableName));
  sdk.client.destroy();
  await engine.stop();
}

await main();
