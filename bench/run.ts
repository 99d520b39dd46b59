import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEngine, type Engine, type EngineName } from '../local/engine.ts';
import { buildBundles } from './bundles.ts';
import { measureCapacity } from './capacity.ts';
import { measureColdStart } from './cold-start.ts';
import { startCountingProxy, type CountingProxy } from './counting-proxy.ts';
import { measureHandlerRatio } from './handler-ratio.ts';
import { measureLogLines } from './log-lines.ts';
import { measurePurchaseBursts } from './purchase-burst.ts';
import { measureRoundTrips } from './round-trips.ts';
import { failed, formatRows, notMeasured, type Row } from './rows.ts';
import { measureSeatRace } from './seat-race.ts';
import { openService, type BenchService } from './service.ts';
import { capturingStdout } from './stdout.ts';

const HELP = `npm run bench [-- --quick]

Measures what the service costs and how fast it is, and prints it beside its goals: exact counts first, then ratios.
  --quick   counts only: leaves out warm ratios and cold starts, which take most of the time
  --help    this text
Ends with 1 when an exact count misses its goal. Ratios are told, but do not count: they depend on the machine.
`;

type Part = (service: BenchService, engine: Engine, proxy: CountingProxy) => Promise<Row[]>;

/** Runs one part on its own table. The proxy makes every request slower, so timed parts call the engine directly. */
async function onFreshTable(engine: Engine, through: 'proxy' | 'engine', what: string, part: Part): Promise<Row[]> {
  process.stderr.write(`bench: ${what}, on ${engine.name} … `);
  const started = performance.now();
  const proxy = await startCountingProxy(engine.endpoint);
  const service = await openService(through === 'proxy' ? proxy.endpoint : engine.endpoint);
  try {
    const { result } = await capturingStdout(() => part(service, engine, proxy));
    process.stderr.write(`${((performance.now() - started) / 1000).toFixed(1)} s\n`);
    return result;
  } finally {
    service.close();
    await proxy.stop();
  }
}

async function onEngine(prefer: EngineName, measure: (engine: Engine) => Promise<Row[]>): Promise<Row[]> {
  const engine = await startEngine({ prefer });
  try {
    return await measure(engine);
  } finally {
    await engine.stop();
  }
}

const ratio: Part = (service, engine) => measureHandlerRatio(service, engine.name);

async function onDynamoDbLocal(quick: boolean, folder: string): Promise<Row[]> {
  return onEngine('dynamodb-local', async (engine) => {
    const rows = await onFreshTable(engine, 'proxy', 'round trips', (service, _, proxy) =>
      measureRoundTrips(service, proxy),
    );
    rows.push(...(await onFreshTable(engine, 'engine', 'log lines', measureLogLines)));
    rows.push(...(await onFreshTable(engine, 'engine', 'seats under contention', measureSeatRace)));
    rows.push(
      ...(await onFreshTable(engine, 'proxy', 'purchases of one customer', (service, _, proxy) =>
        measurePurchaseBursts(service, proxy),
      )),
    );
    const bundles = await buildBundles(folder);
    rows.push(...bundles.rows);
    if (quick) return rows;
    rows.push(...(await onFreshTable(engine, 'engine', 'warm check', ratio)));
    rows.push(
      ...(await onFreshTable(engine, 'engine', 'cold starts', (service) => measureColdStart(service, bundles, folder))),
    );
    return rows;
  });
}

/** DynamoDB Local reports wrong capacity for transactions; dynoxide counts as AWS does, and answers faster. */
async function onDynoxide(quick: boolean): Promise<Row[]> {
  return onEngine('dynoxide', async (engine) => {
    if (engine.name !== 'dynoxide') {
      const why = 'THE ENGINE @dynoxide/linux-x64 IS NOT INSTALLED HERE';
      return [notMeasured('Capacity units', 'all of them, and the warm check on a second engine', why)];
    }
    const rows = await onFreshTable(engine, 'proxy', 'capacity units', (service, _, proxy) =>
      measureCapacity(service, proxy),
    );
    if (!quick) rows.push(...(await onFreshTable(engine, 'engine', 'warm check', ratio)));
    return rows;
  });
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), 'license-service-bench-'));
  try {
    const capacity = await onDynoxide(values.quick);
    const others = await onDynamoDbLocal(values.quick, folder);
    const isCount = ({ goal }: Row): boolean => !goal.includes('then');
    const rows = [...others, ...capacity];
    const timed = new Set(rows.filter((row) => !isCount(row)).map(({ group }) => group));
    const inOrder = [...rows.filter(({ group }) => !timed.has(group)), ...rows.filter(({ group }) => timed.has(group))];
    process.stdout.write(`${formatRows(inOrder)}\n`);
    const missed = failed(inOrder);
    for (const { group, what, measured, goal } of missed)
      process.stderr.write(`bench: ${group}: ${what} is ${measured}, not ${goal}\n`);
    return missed.length > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

process.exitCode = await main();
