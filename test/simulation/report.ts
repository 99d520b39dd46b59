import type { SeedOptions, SeedRun } from './traffic.ts';
import type { Done } from './tasks.ts';
import { FAULTS, type FaultName } from './world/faults.ts';

const MOST_LINES = 60;

/** The command that repeats a seed to the byte. */
function commandOf({ seed, days, clients, mostCalls, faults }: SeedOptions): string {
  const isAll = faults.length === Object.keys(FAULTS).length;
  const chosen = isAll ? '' : ` --faults ${JSON.stringify(faults.join(', '))}`;
  return `npm run simulate -- --seed ${seed} --days ${days} --clients ${clients} --calls ${mostCalls}${chosen}`;
}

export const printSeed = ({ seed, days }: SeedOptions, { calls, virtualDays, faults, digest }: SeedRun): string => {
  const struck = [...faults].sort().map(([name, times]) => `${String(times).padStart(6)}  ${name}`);
  const passed = `${Math.round(virtualDays)} days passed (${days} of them with clients), ${calls} answers`;
  return [`seed ${seed}: ${passed}`, ...struck, `digest ${digest}`].join('\n');
};

/** A failure: what was promised, and the shortest story that breaks it. */
export function printBroken(options: SeedOptions, { promises, story }: SeedRun): string {
  return [
    `BROKEN  seed ${options.seed}`,
    ...promises.map((promise) => `  ${promise}`),
    'the story:',
    ...(story.length > MOST_LINES ? [`  … ${story.length - MOST_LINES} lines before`] : []),
    ...story.slice(-MOST_LINES).map((line) => `  ${line}`),
    `to repeat it: ${commandOf(options)}`,
  ].join('\n');
}

export function printPair({ name, broken }: Extract<Done, { kind: 'pair' }>): string[] {
  return broken.map(({ order, promises }) =>
    [`BROKEN  ${name}`, ...promises.map((promise) => `  ${promise}`), `the order: ${order}`].join('\n'),
  );
}

/** The sums of a run with many tasks. */
export type Sums = {
  pairs: number;
  orders: number;
  deaths: number;
  sampled: string[];
  seeds: number;
  answers: number;
  days: number;
  struck: Map<FaultName, number>;
  broken: number;
};

export const openSums = (): Sums => ({
  ...{ pairs: 0, orders: 0, deaths: 0, sampled: [], seeds: 0, answers: 0, days: 0, struck: new Map(), broken: 0 },
});

export function addDone(sums: Sums, done: Done): void {
  if (done.kind === 'pair') {
    sums.pairs += 1;
    sums.orders += done.orders;
    sums.deaths += done.deaths;
    if (done.isSampled) sums.sampled.push(done.name);
    sums.broken += done.broken.length;
  } else if (done.kind === 'seed') {
    sums.seeds += 1;
    sums.answers += done.run.calls;
    sums.days += done.run.virtualDays;
    for (const [name, times] of done.run.faults) sums.struck.set(name, (sums.struck.get(name) ?? 0) + times);
    sums.broken += done.run.promises.length;
  }
}

export function printSums({ pairs, orders, deaths, sampled, seeds, answers, days, struck, broken }: Sums): string {
  const count = (number: number): string => Math.round(number).toLocaleString('en');
  const lines = [
    ...(pairs === 0
      ? []
      : [
          `${pairs} pairs of verbs raced in ${count(orders)} orders, with ${count(deaths)} deaths`,
          `  ${pairs - sampled.length} of them in all orders, ${sampled.length} sampled (all: --exhaustive)`,
        ]),
    ...(seeds === 0 ? [] : [`${seeds} seeds: ${count(days)} days passed, ${count(answers)} answers`]),
    ...[...struck].sort().map(([name, times]) => `${String(times).padStart(8)}  ${name}`),
    broken === 0 ? 'simulation: every promise was kept' : `THE SIMULATION BROKE PROMISES: ${broken}`,
  ];
  return lines.join('\n');
}
