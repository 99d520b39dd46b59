import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { pairs } from './pairs/verbs.ts';
import { runTasks } from './pool.ts';
import { graveFaults } from './prove.ts';
import { addDone, openSums, printBroken, printPair, printSeed, printSums } from './report.ts';
import { shrinkSeed } from './shrink.ts';
import { openBench, type Done, type Task } from './tasks.ts';
import { runSeed, type SeedOptions } from './traffic.ts';
import { FAULTS, type FaultName } from './world/faults.ts';

const HELP = `Runs the service in a simulated world that is meaner than AWS, and checks every promise.

  npm run simulate                       races all pairs of verbs, then runs seeds, for two minutes together
  npm run simulate -- --minutes M        for so long; the pairs are always raced to their end
  npm run simulate -- --seeds N          all pairs and so many seeds; fails if --minutes are over before
  npm run simulate -- --seed N           one seed: the same traffic and faults each time, to the byte
  npm run simulate -- --forever          seeds from a random one on, until one breaks a promise or --minutes are over
  npm run simulate -- --pairs            the pairs alone
  npm run simulate -- --exhaustive       the pairs alone, those with many waits in all orders too
  npm run simulate -- --prove            puts grave faults back into the service, and shows that each is found
  npm run simulate -- --help             shows this text

  --days D --clients C --calls N         the size of a seed (60 days, 4 clients, 60 calls)
  --faults "A, B"                        only these faults; --faults "" has none
  --workers W                            processes at once (2, or as many as there are processors)

A seed that breaks a promise is shrunk, and its story is printed with the command that repeats it. Progress goes to
stderr. The exit code is 0 when every promise was kept (with --prove: when every fault was found), else 1.
`;

const OPTIONS = {
  seed: { type: 'string' },
  seeds: { type: 'string' },
  minutes: { type: 'string' },
  days: { type: 'string', default: '60' },
  clients: { type: 'string', default: '4' },
  calls: { type: 'string', default: '60' },
  faults: { type: 'string' },
  workers: { type: 'string', default: String(Math.min(2, availableParallelism())) },
  forever: { type: 'boolean', default: false },
  pairs: { type: 'boolean', default: false },
  exhaustive: { type: 'boolean', default: false },
  prove: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h' },
} as const;

const LINE_EVERY_MS = 5_000;
const MOST_SEED = 2 ** 32 - 1;

function readNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (!(value > 0 && value <= most)) throw new Error(`--${name} must be a number up to ${most}, not ${text}.`);
  return value;
}

function readFaults(text: string | undefined): FaultName[] {
  const known = Object.keys(FAULTS) as FaultName[];
  if (text === undefined) return known;
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => name !== '' && !known.includes(name as FaultName));
  if (unknown !== undefined)
    throw new Error(`--faults names ${JSON.stringify(unknown)}. The faults are:\n  ${known.join('\n  ')}`);
  return known.filter((name) => names.includes(name));
}

/** One seed in this process. A failure is shrunk and printed. */
async function runOne(options: SeedOptions): Promise<number> {
  const bench = await openBench();
  const run = await runSeed(bench.evaluate, bench.furnished, options);
  console.log(printSeed(options, run));
  if (run.promises.length === 0) {
    console.log('simulation: every promise was kept');
    return 0;
  }
  console.error('simulation: a promise is broken, the seed is being shrunk');
  const shrunk = await shrinkSeed(bench, options);
  console.log(printBroken(shrunk.options, shrunk.run));
  return 1;
}

/** Tells from time to time how far a long run is. */
function openProgress(): (text: () => string) => void {
  let shownMs = Date.now();
  return (text) => {
    if (Date.now() - shownMs < LINE_EVERY_MS) return;
    shownMs = Date.now();
    console.error(`simulation: ${text()}`);
  };
}

type Many = {
  workers: number;
  endsMs: number;
  hasPairs: boolean;
  isExhaustive: boolean;
  firstSeed: number;
  mostSeeds: number;
  size: Omit<SeedOptions, 'seed'>;
};

async function runMany({ workers, endsMs, hasPairs, isExhaustive, firstSeed, mostSeeds, size }: Many): Promise<number> {
  const sums = openSums();
  const begunMs = Date.now();
  const tell = openProgress();
  const failing: Extract<Done, { kind: 'seed' }>[] = [];
  let [pair, seed] = [hasPairs ? 0 : pairs.length, firstSeed];
  const next = (): Task | undefined => {
    if (pair < pairs.length) {
      pair += 1;
      return { kind: 'pair', index: pair - 1, isExhaustive };
    }
    if (Date.now() >= endsMs || failing.length > 0 || seed >= firstSeed + mostSeeds) return undefined;
    seed += 1;
    return { kind: 'seed', options: { ...size, seed: seed - 1 } };
  };
  await runTasks(workers, next, (done) => {
    addDone(sums, done);
    if (done.kind === 'pair') for (const text of printPair(done)) console.log(text);
    if (done.kind === 'seed' && done.run.promises.length > 0) failing.push(done);
    tell(() => `${sums.pairs} of ${pairs.length} pairs, ${sums.seeds} seeds, ${sums.broken} broken promises`);
  });
  console.log(printSums(sums));
  console.log(`${((Date.now() - begunMs) / 60_000).toFixed(1)} minutes with ${workers} workers`);
  const [first] = failing;
  if (first !== undefined) await runOne(first.options);
  const isShort = Number.isFinite(mostSeeds) && sums.seeds < mostSeeds;
  if (isShort) console.log(`TOO FEW SEEDS: ${sums.seeds} of ${mostSeeds} were run in time`);
  return sums.broken === 0 && !isShort ? 0 : 1;
}

async function prove(workers: number): Promise<number> {
  let index = 0;
  let missed = 0;
  const next = (): Task | undefined => {
    if (index >= graveFaults.length) return undefined;
    index += 1;
    return { kind: 'fault', index: index - 1 };
  };
  await runTasks(workers, next, (done) => {
    if (done.kind !== 'fault') return;
    if (done.foundBy === undefined) missed += 1;
    console.log(
      done.foundBy === undefined
        ? `NOT FOUND  ${done.name}`
        : `found  ${done.name}\n         by ${done.foundBy}\n         ${(done.promise ?? '').split('\n', 1).join('')}`,
    );
  });
  console.log(missed === 0 ? `simulation: all ${graveFaults.length} faults were found` : `FAULTS NOT FOUND: ${missed}`);
  return missed === 0 ? 0 : 1;
}

async function main(args: readonly string[]): Promise<number> {
  const given = parseArgs({ args: [...args], options: OPTIONS }).values;
  if (given.help === true) {
    console.log(HELP);
    return 0;
  }
  const workers = readNumber('workers', given.workers, 64);
  if (given.prove) return prove(workers);
  const size = {
    days: readNumber('days', given.days, 10_000),
    clients: readNumber('clients', given.clients, 100),
    mostCalls: readNumber('calls', given.calls, 1_000_000),
    faults: readFaults(given.faults),
  };
  if (given.seed !== undefined) return runOne({ seed: readNumber('seed', given.seed, MOST_SEED), ...size });
  const isPairsOnly = given.pairs || given.exhaustive;
  const mostSeeds = given.seeds === undefined ? Infinity : readNumber('seeds', given.seeds, MOST_SEED);
  const hasTime = given.minutes !== undefined || (given.seeds === undefined && !given.forever);
  const minutes = hasTime ? readNumber('minutes', given.minutes ?? '2', 100_000) : Infinity;
  const firstSeed = given.forever ? 1 + (Date.now() % 1_000_000_000) : 1;
  const endsMs = isPairsOnly ? 0 : Date.now() + minutes * 60_000;
  const hasPairs = !given.forever;
  return runMany({ workers, endsMs, hasPairs, isExhaustive: given.exhaustive, firstSeed, mostSeeds, size });
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
