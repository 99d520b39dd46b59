import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { importRow } from '../lib/commands/import-row.ts';
import type { ImportContext } from '../lib/commands/import/row.ts';
import { SECOND_MS } from '../lib/domain/time.ts';
import type { Wire } from '../lib/dynamo/wire.ts';
import { randomBytes } from '../lib/process/random.ts';
import { createTable, localClient } from '../local/create-table.ts';
import { ENGINE_NAMES, startEngine, type EngineName } from '../local/engine.ts';
import { furnishBrand, measureMemory } from './import/memory.ts';
import { engineWire, furnishShop, openBenchImport, openTable, parsedRowAt } from './import/shop.ts';

/**
 * Measures an import on both engines: what a row costs, how many rows go through in a second with 1 and 8 workers, and
 * what a worker keeps in memory. `npm run bench:import -- [--rows 1000] [--engine dynoxide] [--only rows|memory]
 * [--least 1000] [--most 1000000] [--mode run|dry_run]`.
 */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000' },
    least: { type: 'string', default: '1000' },
    most: { type: 'string', default: '100000' },
    mode: { type: 'string' },
    engine: { type: 'string' },
    only: { type: 'string' },
  },
});
const SEATS = [0, 3, 50, 250];
const WORKERS = [1, 8];
const MODES = (['run', 'dry_run'] as const).filter((mode) => values.mode === undefined || mode === values.mode);

const counted = { trips: 0, items: 0, units: 0 };
/** Counts round trips, written items and the write units that the engine says they cost, indexes included. */
const counting = (plain: Wire): Wire =>
  (async (operation: string, input: { TransactItems?: unknown[] }, signal: AbortSignal) => {
    counted.trips += 1;
    const asked = { ...input, ReturnConsumedCapacity: 'TOTAL' };
    const answer = await plain(operation as 'TransactWriteItems', asked as never, signal);
    if (operation !== 'TransactWriteItems') return answer;
    counted.items += input.TransactItems?.length ?? 0;
    for (const { CapacityUnits = 0 } of answer.ConsumedCapacity ?? []) counted.units += CapacityUnits;
    return answer;
  }) as Wire;

let made = 0;
const nextLine = (): number => {
  made += 1;
  return made;
};

async function costOfOne(context: ImportContext, line: number, seats: number) {
  const before = { ...counted };
  await importRow(context, { line, row: parsedRowAt(line, seats) });
  const [trips, items, units] = [
    counted.trips - before.trips,
    counted.items - before.items,
    counted.units - before.units,
  ];
  return `${String(trips)} round trips, ${String(items)} items, ${String(units)} write units`;
}

async function measureRows(context: ImportContext): Promise<void> {
  for (const seats of SEATS) {
    const line = nextLine();
    const row = parsedRowAt(line, seats);
    const dry = await importRow({ ...context, dryRun: true }, { line, row });
    const first = await costOfOne(context, line, seats);
    const second = await costOfOne({ ...context, importId: 'second' }, line, seats);
    const units = 'units' in dry ? String(dry.units) : '?';
    console.log(`a row with ${String(seats)} seats: ${first} (the dry run says ${units}); a second time: ${second}`);
  }
}

type BenchTable = { endpoint: string; name: string; dataKey: Buffer };

/** Each worker is a process. All begin at the same moment. */
async function measureWorkers({ endpoint, name, dataKey }: BenchTable, workers: number, rows: number): Promise<void> {
  const share = Math.ceil(rows / workers);
  const started = Array.from({ length: workers }, () => {
    const first = made + 1;
    made += share;
    const args = [join(import.meta.dirname, 'import/worker.ts'), endpoint, name, dataKey.toString('hex')];
    const child = spawn(process.execPath, [...args, String(first), String(share)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
  });
  for (const { lines } of started) await lines.next();
  const startedMs = performance.now();
  for (const { child } of started) child.stdin.write('go\n');
  await Promise.all(started.map(({ child }) => once(child, 'exit')));
  const perSecond = (share * workers * SECOND_MS) / (performance.now() - startedMs);
  console.log(`${String(workers)} workers, rows with 3 seats: ${perSecond.toFixed(0)} rows a second`);
}

/** The engine stores the job alone, so one engine is enough. */
async function measureFiles({ endpoint, name, dataKey }: BenchTable): Promise<void> {
  const table = openTable(name, engineWire(endpoint));
  for (let rows = Number(values.least); rows <= Number(values.most); rows *= 10)
    for (const mode of MODES) {
      const { mb, points, rowsPerSecond } = await measureMemory(table, dataKey, rows, mode);
      const rate = `${rowsPerSecond.toFixed(0)} rows a second without an engine`;
      const shown = points.map((point) => point.toFixed(1)).join(' ');
      console.log(`${mode} of ${String(rows)} rows: a worker keeps ${mb.toFixed(1)} MB (${shown}), ${rate}`);
    }
}

async function measureEngine(only: EngineName): Promise<void> {
  const engine = await startEngine({ only }).catch(() => undefined);
  if (engine === undefined) {
    console.log(`\n${only} does not run on this machine.`);
    return;
  }
  console.log(`\nOn ${engine.name}:`);
  const client = localClient(engine.endpoint);
  const name = `bench-${randomBytes(5).toString('hex')}`;
  const dataKey = randomBytes(64);
  await createTable(client, name);
  const table = openTable(name, counting(engineWire(engine.endpoint)));
  await furnishShop(table);
  const bench = { endpoint: engine.endpoint, name, dataKey };
  if (values.only !== 'memory') {
    await measureRows(await openBenchImport(table, dataKey));
    for (const workers of WORKERS) await measureWorkers(bench, workers, Number(values.rows));
  }
  if (values.only !== 'rows' && only === wanted[0]) {
    await furnishBrand(table);
    await measureFiles(bench);
  }
  client.destroy();
  await engine.stop();
}

const wanted = ENGINE_NAMES.filter((name) => values.engine === undefined || name === values.engine);
for (const name of wanted) await measureEngine(name);
process.exit(0);
