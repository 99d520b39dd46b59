import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ENGINE_NAMES, startEngine, type Engine, type EngineName } from '../local/engine.ts';
import { buildBundles, type Bundles } from './bundles.ts';
import { measureCapacity } from './capacity.ts';
import { measureColdStart } from './cold-start.ts';
import { startCountingProxy, type CountingProxy } from './counting-proxy.ts';
import { compareCounted } from './cost/counted.ts';
import { measureCpuTime } from './cpu-time.ts';
import { measureHandlerRatio } from './handler-ratio.ts';
import { measureLogLines } from './log-lines.ts';
import { measurePurchaseBursts } from './purchase-burst.ts';
import { measureRoundTrips } from './round-trips.ts';
import { failed, formatRows, notMeasured, type Row } from './rows.ts';
import { measureSeatRace } from './seat-race.ts';
import { openService, type BenchService } from './service.ts';
import { capturingStdout } from './stdout.ts';

type Bench = { service: BenchService; engine: EngineName; proxy: CountingProxy; folder: string; bundles: Bundles };
/** The proxy makes every request slower, so timed parts call the engine directly. */
type Part = {
  name: string;
  engines: readonly EngineName[];
  through: 'proxy' | 'engine';
  timed: boolean;
  measure: (bench: Bench) => Row[] | Promise<Row[]>;
};

const LOCAL = ['dynamodb-local'] as const;
const counted = { engines: LOCAL, through: 'proxy', timed: false } as const;
const direct = { engines: LOCAL, through: 'engine', timed: false } as const;
const timed = { engines: ENGINE_NAMES, through: 'engine', timed: true } as const;

/** Every part, in the order of the table. DynamoDB Local reports capacity wrong for transactions. */
const PARTS: readonly Part[] = [
  { name: 'round-trips', ...counted, measure: ({ service, proxy }) => measureRoundTrips(service, proxy) },
  { name: 'log', ...direct, measure: ({ service }) => measureLogLines(service) },
  { name: 'seats', ...direct, measure: ({ service }) => measureSeatRace(service) },
  { name: 'purchases', ...counted, measure: ({ service, proxy }) => measurePurchaseBursts(service, proxy) },
  {
    name: 'capacity',
    ...counted,
    engines: ['dynoxide'],
    measure: ({ service, proxy }) => measureCapacity(service, proxy),
  },
  {
    name: 'cost',
    ...counted,
    engines: ['dynoxide'],
    measure: ({ service, proxy }) => compareCounted(service, proxy),
  },
  { name: 'bundles', ...direct, measure: ({ bundles }) => bundles.rows },
  { name: 'cpu', ...timed, measure: ({ service, engine }) => measureCpuTime(service, engine) },
  { name: 'warm-check', ...timed, measure: ({ service, engine }) => measureHandlerRatio(service, engine) },
  {
    name: 'cold-start',
    ...timed,
    engines: LOCAL,
    measure: ({ service, engine, bundles, folder }) => measureColdStart(service, engine, bundles, folder),
  },
];

const HELP = `npm run bench [-- --quick] [-- --only NAME] [-- --engine NAME]

Measures what the service costs and how fast it is, and prints it beside its goals: exact counts first, then times and
ratios.
  --quick       counts only: leaves out CPU times, warm ratios and cold starts, which take most of the time
  --only NAME   one part only, may be given more than once: ${PARTS.map(({ name }) => name).join(', ')}
  --engine NAME only what is measured on this engine: ${ENGINE_NAMES.join(', ')}
  --help        this text
Ends with 1 when an exact count or a bundle misses its goal. Times and ratios are printed, but do not count: they depend
on the machine.
`;

/** Runs one part on its own table. */
async function onFreshTable(engine: Engine, part: Part, folder: string, bundles: Bundles): Promise<Row[]> {
  process.stderr.write(`bench: ${part.name}, on ${engine.name} … `);
  const started = performance.now();
  const proxy = await startCountingProxy(engine.endpoint);
  const service = await openService(part.through === 'proxy' ? proxy.endpoint : engine.endpoint);
  try {
    const bench = { service, engine: engine.name, proxy, folder, bundles };
    const { result } = await capturingStdout(async () => part.measure(bench));
    process.stderr.write(`${((performance.now() - started) / 1000).toFixed(1)} s\n`);
    return result;
  } finally {
    service.close();
    await proxy.stop();
  }
}

/** Runs the parts that belong to one engine, each on its own table. */
async function onEngine(
  name: EngineName,
  parts: readonly Part[],
  folder: string,
  bundles: Bundles,
): Promise<Map<Part, Row[]>> {
  const own = parts.filter(({ engines }) => engines.includes(name));
  const rows = new Map<Part, Row[]>();
  if (own.length === 0) return rows;
  const engine = await startEngine({ prefer: name });
  try {
    for (const part of own) {
      if (engine.name === name) rows.set(part, await onFreshTable(engine, part, folder, bundles));
      else rows.set(part, [notMeasured(part.name, `on ${name}`, `THE ENGINE ${name} CANNOT RUN HERE`)]);
    }
    return rows;
  } finally {
    await engine.stop();
  }
}

function choose(only: readonly string[], quick: boolean): Part[] {
  const unknown = only.find((wanted) => !PARTS.some(({ name }) => name === wanted));
  if (unknown !== undefined)
    throw new Error(`--only takes ${PARTS.map(({ name }) => name).join(', ')}, not ${unknown}`);
  return PARTS.filter((part) => (only.length === 0 || only.includes(part.name)) && !(quick && part.timed));
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      engine: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const engines = ENGINE_NAMES.filter((name) => name === (values.engine ?? name));
  if (engines.length === 0) throw new Error(`--engine takes ${ENGINE_NAMES.join(' or ')}`);
  const parts = choose(values.only, values.quick);
  const folder = mkdtempSync(join(tmpdir(), 'license-service-bench-'));
  try {
    const bundles = buildBundles(folder);
    const measured: Map<Part, Row[]>[] = [];
    for (const name of engines) measured.push(await onEngine(name, parts, folder, bundles));
    const rows = parts.flatMap((part) => measured.flatMap((byPart) => byPart.get(part) ?? []));
    process.stdout.write(`${formatRows(rows)}\n`);
    const missed = failed(rows);
    for (const { group, what, measured, goal } of missed)
      process.stderr.write(`bench: ${group}: ${what} is ${measured}, not ${goal}\n`);
    return missed.length > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

process.exitCode = await main();
