import { racePair, namePair, type Broken, type Ground } from './pairs/race.ts';
import { pairs } from './pairs/verbs.ts';
import { graveFaults, pairsNear } from './prove.ts';
import { runSeed, type SeedOptions, type SeedRun } from './traffic.ts';
import { compileService, type Evaluate } from './world/bundle.ts';
import { furnishBrand, type Furnished } from './world/furnish.ts';

/** A piece of work for one worker. It depends on nothing but itself. */
export type Task =
  | { kind: 'pair'; index: number; isExhaustive: boolean }
  | { kind: 'seed'; options: SeedOptions }
  | { kind: 'fault'; index: number };

export type Done =
  | { kind: 'pair'; name: string; orders: number; deaths: number; isSampled: boolean; broken: Broken[] }
  | { kind: 'seed'; seed: number; run: SeedRun; options: SeedOptions }
  | { kind: 'fault'; name: string; foundBy: string | undefined; promise: string | undefined };

const PAIR_SEED = 1;
/** Orders of a pair with many waits, which is sampled. */
const SAMPLED = 4;
/** Orders of such a pair while a fault is sought that was put back. */
const SOUGHT = 30;
/** Seeds in which a fault is sought that no pair showed. */
const SEEDS_EACH = 20;

export type Bench = { evaluate: Evaluate; furnished: Furnished };

export async function openBench(): Promise<Bench> {
  const evaluate = await compileService();
  return { evaluate, furnished: await furnishBrand(evaluate) };
}

export async function runTask(bench: Bench, task: Task): Promise<Done> {
  if (task.kind === 'seed') {
    const { options } = task;
    return { kind: 'seed', seed: options.seed, run: await runSeed(bench.evaluate, bench.furnished, options), options };
  }
  if (task.kind === 'fault') return seekFault(bench, task.index);
  const pair = pairs[task.index];
  if (pair === undefined) throw new Error(`there is no pair ${task.index}`);
  const ground: Ground = { ...bench, prepared: new Map() };
  const { isExhaustive } = task;
  const raced = await racePair(ground, pair, { seed: PAIR_SEED, mostOrders: SAMPLED, isExhaustive });
  return { kind: 'pair', name: namePair(pair), ...raced };
}

/** Puts a fault back and looks for it: first among the pairs near it, then in seeds of traffic. */
async function seekFault({ evaluate, furnished }: Bench, index: number): Promise<Done> {
  const fault = graveFaults[index];
  if (fault === undefined) throw new Error(`there is no fault ${index}`);
  const { name, tamper } = fault;
  const ground: Ground = { evaluate, furnished, tamper, prepared: new Map() };
  for (const pair of pairsNear(fault, pairs)) {
    const { broken } = await racePair(ground, pair, {
      ...{ seed: PAIR_SEED, mostOrders: SOUGHT, isExhaustive: false, stopsWhenBroken: true },
    });
    const [first] = broken;
    if (first !== undefined)
      return { kind: 'fault', name, foundBy: `${first.pair}: ${first.order}`, promise: first.promises[0] };
  }
  for (let seed = 1; seed <= SEEDS_EACH; seed += 1) {
    const options = { seed, days: 30, clients: 4, mostCalls: 60, faults: [], tamper };
    const { promises } = await runSeed(evaluate, furnished, options);
    if (promises.length > 0) return { kind: 'fault', name, foundBy: `seed ${seed}`, promise: promises[0] };
  }
  return { kind: 'fault', name, foundBy: undefined, promise: undefined };
}
