import { hash } from 'node:crypto';
import { DAY_MS, HOUR_MS } from '../../lib/domain/time.ts';
import { jobs } from '../../lib/jobs.ts';
import type { Client, Shared } from './acts.ts';
import { LOTS } from './lots.ts';
import { askForWorkers } from './vendor-acts.ts';
import { findDisorder, findLostEvents, findStanding } from './views.ts';
import type { Request } from './world/parts.ts';
import type { Evaluate } from './world/bundle.ts';
import { runIn } from './world/calls.ts';
import type { FaultName } from './world/faults.ts';
import type { Furnished, Things } from './world/furnish.ts';
import { auditWorld } from './world/inspect.ts';
import type { SimulatedWorld } from './world/parts.ts';
import { openWorld } from './world/world.ts';

export type SeedOptions = {
  seed: number;
  days: number;
  clients: number;
  faults: readonly FaultName[];
  /** The most calls that all clients together make. */
  mostCalls: number;
  tamper?: (request: Request) => Request;
};

export type SeedRun = {
  calls: number;
  virtualDays: number;
  faults: ReadonlyMap<FaultName, number>;
  promises: string[];
  story: string[];
  digest: string;
};

/** A deployed sweep runs each minute, also when nothing is due. */
const SWEEP_EVERY_MS = 24 * HOUR_MS;
const MOST_ROUNDS = 60;
const LEAST_ROUNDS = 6;

async function live(client: Client, untilMs: number, left: { calls: number }, pauseMs: number): Promise<void> {
  const { chance, world, shared } = client;
  while (world.scheduler.nowMs() < untilMs && left.calls > 0) {
    left.calls -= 1;
    await chance.pick(LOTS)(client, chance.pick(shared));
    // Clients come in the same moments, so that they collide.
    const nextMs = chance.below(3) > 0 ? chance.below(50) : chance.below(pauseMs);
    await new Promise<void>((resolve) => {
      world.scheduler.after(nextMs, resolve);
    });
  }
}

async function sweepOnce(world: SimulatedWorld): Promise<void> {
  for (const name of ['sweep-due', 'sweep-webhooks'] as const)
    await world.invoke(name, {}, jobs[name].timeoutS * 1_000);
}

async function sweep(world: SimulatedWorld, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    await sweepOnce(world);
    await new Promise<void>((resolve) => {
      world.scheduler.after(SWEEP_EVERY_MS, resolve);
    });
  }
}

/** Everything calms down: what is on its way arrives, and what is due is done. */
async function calmDown(world: SimulatedWorld, things: Things): Promise<void> {
  world.weather.isCalm = true;
  await world.scheduler.pass(HOUR_MS);
  await runIn(world, askForWorkers(world, things));
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    await runIn(world, sweepOnce(world));
    await world.scheduler.pass(HOUR_MS / 2);
    const isIdle = world.stream.isIdle() && Object.values(world.queues).every((queue) => queue.isIdle());
    if (round > LEAST_ROUNDS && isIdle) return;
  }
  world.violations.push('messages are still on their way long after everything calmed down');
}

/** One seed: months of calls in bad weather, then a calm in which every promise is checked. */
export async function runSeed(evaluate: Evaluate, furnished: Furnished, options: SeedOptions): Promise<SeedRun> {
  const { seed, days, clients, faults, mostCalls, tamper } = options;
  const { things, items, storage, endMs: startMs } = furnished;
  const world = openWorld({ evaluate, seed, faults, items, storage, startMs, ...(tamper ? { tamper } : {}) });
  const untilMs = startMs + days * DAY_MS;
  const shared: Shared[] = things.licenses.map(({ id, keyId, key, product }) => ({
    ...{ id, keyId, key, product, sites: new Map(), isKnown: true, isBusy: false },
  }));
  const left = { calls: mostCalls };
  // Two of three calls follow at once, so that a third of them spans the days.
  const pauseMs = Math.floor((6 * days * DAY_MS * clients) / mostCalls);
  const state = { isOver: false };
  const living = Array.from({ length: clients }, (_, i) =>
    live({ name: `client-${i}`, chance: world.chance, world, things, shared, made: 0 }, untilMs, left, pauseMs),
  );
  const all = Promise.all(living).then(() => {
    state.isOver = true;
  });
  await runIn(world, Promise.all([all, sweep(world, () => state.isOver)]));
  await calmDown(world, things);
  const standing = findStanding(world).map(({ id, state }) => `the import ${id} is ${state} for ever`);
  const seen = [...world.violations, ...findLostEvents(world), ...findDisorder(world), ...standing];
  const promises = [...seen, ...(await auditWorld(world))];
  const table = JSON.stringify(world.engine.store.items());
  return {
    calls: world.story.length,
    virtualDays: (world.scheduler.nowMs() - startMs) / DAY_MS,
    faults: world.weather.struck,
    promises: [...new Set(promises)],
    story: world.story,
    digest: hash('sha256', `${table}${world.story.join('')}${world.arrivals.join('')}`),
  };
}
