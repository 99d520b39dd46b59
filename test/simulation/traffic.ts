import { hash } from 'node:crypto';
import { DAY_MS, HOUR_MS } from '../../lib/domain/time.ts';
import { jobs } from '../../lib/jobs.ts';
import { newShared, type Client } from './acts.ts';
import { expectAnswered, type Emails } from './answered.ts';
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

/** A deployed sweep runs each minute. Here it runs while clients call, after each so many calls. */
const CALLS_A_SWEEP = 6;
const MOST_ROUNDS = 60;
const LEAST_ROUNDS = 6;
const DUE_ROUNDS = 2;

type SweepName = 'sweep-due' | 'sweep-webhooks';
const SWEEPS: readonly SweepName[] = ['sweep-due', 'sweep-webhooks'];

async function sweep(world: SimulatedWorld, names = SWEEPS): Promise<void> {
  for (const name of names) await world.invoke(name, {}, jobs[name].timeoutS * 1_000);
}

async function live(client: Client, untilMs: number, left: { calls: number }, pauseMs: number): Promise<void> {
  const { chance, world, shared } = client;
  while (world.scheduler.nowMs() < untilMs && left.calls > 0) {
    left.calls -= 1;
    await chance.pick(LOTS)(client, chance.pick(shared));
    if (chance.below(CALLS_A_SWEEP) === 0) await sweep(world);
    // Clients come in the same moments, so that they collide.
    const nextMs = chance.below(3) > 0 ? chance.below(50) : chance.below(pauseMs);
    await new Promise<void>((resolve) => {
      world.scheduler.after(nextMs, resolve);
    });
  }
}

/** Everything calms down: what is on its way arrives, and what is due is done. */
async function calmDown(world: SimulatedWorld, things: Things): Promise<void> {
  world.weather.isCalm = true;
  await world.scheduler.pass(HOUR_MS);
  await runIn(world, askForWorkers(world, things));
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    // Due licenses are announced in the first two rounds; messages need more.
    await runIn(world, sweep(world, round < DUE_ROUNDS ? SWEEPS : ['sweep-webhooks']));
    await world.scheduler.pass(HOUR_MS / 2);
    const isIdle = world.stream.isIdle() && Object.values(world.queues).every((queue) => queue.isIdle());
    if (round > LEAST_ROUNDS && isIdle) return;
  }
  world.violations.push('messages are still on their way long after everything calmed down');
}

/** One seed: months of calls in bad weather, then a calm in which every promise is checked. */
export async function runSeed(evaluate: Evaluate, furnished: Furnished, options: SeedOptions): Promise<SeedRun> {
  const { seed, days, clients, faults, mostCalls, tamper } = options;
  const { things, items, storage, secrets, endMs: startMs } = furnished;
  const kept = { items, storage, secrets, startMs };
  const world = openWorld({ evaluate, seed, faults, ...kept, ...(tamper ? { tamper } : {}) });
  const untilMs = startMs + days * DAY_MS;
  const shared = things.licenses.map(({ id, keyId, key, product }) => newShared({ id, keyId, key, product }, true));
  const emails: Emails = new Map();
  const left = { calls: mostCalls };
  // Two of three calls follow at once, so that a third of them spans the days.
  const pauseMs = Math.floor((6 * days * DAY_MS * clients) / mostCalls);
  const living = Array.from({ length: clients }, (_, i) =>
    live({ name: `client-${i}`, chance: world.chance, world, things, shared, emails, made: 0 }, untilMs, left, pauseMs),
  );
  await runIn(world, Promise.all(living));
  await calmDown(world, things);
  await runIn(world, expectAnswered({ world, name: 'in the calm', things }, shared, emails));
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
