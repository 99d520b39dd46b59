import { openChance, type Chance } from '../../../bench/chaos/chance.ts';
import { HOUR_MS, SECOND_MS } from '../../../lib/domain/time.ts';
import { jobs } from '../../../lib/jobs.ts';
import { byOperation, eventFor, type Call } from '../../support/service/service.ts';
import type { Invoked, Request } from '../world/parts.ts';
import type { Evaluate } from '../world/bundle.ts';
import { callUntilAnswered, readReply, runIn, type ClientAnswer, type ClientReply } from '../world/calls.ts';
import type { Furnished, Things } from '../world/furnish.ts';
import { auditWorld, findPartitions, summarize } from '../world/inspect.ts';
import type { SimulatedWorld } from '../world/parts.ts';
import { openWorld } from '../world/world.ts';
import { findOthers, openRace, runOrder, startAll, endWait, type Party, type Race } from './order.ts';
import { inOrder, situations } from './situations.ts';
import type { Situation, Verb } from './verb.ts';
import type { Pair } from './verbs.ts';

/** What races run on: the service's code, and its things before each order. */
export type Ground = {
  evaluate: Evaluate;
  furnished: Furnished;
  tamper?: (request: Request) => Request;
  /** The things in each situation that a pair needs. */
  prepared: Map<string, Furnished>;
};

export type Broken = { pair: string; order: string; promises: string[]; story: string[] };
export type Raced = { orders: number; deaths: number; isSampled: boolean; broken: Broken[] };

/** What has more waits than this is sampled, unless all orders are asked for. */
const MOST_WAITS = 6;
const SAMPLED_DEATHS = 2;

async function prepare(ground: Ground, needs: readonly Situation[]): Promise<Furnished> {
  const name = needs.join(' ');
  const known = ground.prepared.get(name);
  if (known !== undefined) return known;
  const { furnished, evaluate } = ground;
  const { items, storage, secrets, endMs: startMs } = furnished;
  const world = openWorld({ evaluate, seed: 2, faults: [], items, storage, secrets, startMs });
  for (const need of needs)
    for (const step of situations[need](world.scheduler.nowMs())) {
      if ('passMs' in step) {
        await world.scheduler.pass(step.passMs);
        continue;
      }
      const { operation, call } = step;
      const answered = callUntilAnswered(world, 'set-up', operation, call(furnished.things));
      const { status, text } = await runIn(world, answered);
      if (status >= 300) throw new Error(`${need}: ${operation}: ${text}`);
    }
  const { storage: stored, secrets: held } = world;
  const changed = { items: world.engine.store.copy(), storage: stored, secrets: held };
  const prepared = { ...furnished, ...changed, endMs: world.scheduler.nowMs() };
  ground.prepared.set(name, prepared);
  return prepared;
}

const callOf = (call: (things: Things) => Call, i: number, { things }: Furnished): Call => {
  const made = call(things);
  return { ...made, headers: { 'idempotency-key': `race-${i}`, ...made.headers } };
};

const OPERATOR_S = 60;

function jobOf(world: SimulatedWorld, verb: Extract<Verb, { job: string }>, { things }: Furnished): Promise<Invoked> {
  const timeoutS = verb.job === 'operate' ? OPERATOR_S : jobs[verb.job].timeoutS;
  return world.invoke(verb.job, verb.event(things, world), timeoutS * SECOND_MS);
}

/** Begins a verb once. */
function beginVerb(world: SimulatedWorld, verb: Verb, i: number, furnished: Furnished): Promise<Invoked> {
  if ('job' in verb) return jobOf(world, verb, furnished);
  const route = byOperation(verb.operation);
  return world.invoke(route.function, eventFor(route, callOf(verb.call, i, furnished)));
}

/** A client calls again until it is answered; a queue hands its message out again. */
const repeatVerb = (world: SimulatedWorld, verb: Verb, i: number, furnished: Furnished): Promise<unknown> =>
  'job' in verb
    ? jobOf(world, verb, furnished)
    : callUntilAnswered(world, 'a second time', verb.operation, callOf(verb.call, i, furnished));

type Opened = { world: SimulatedWorld; race: Race; answers: () => ClientAnswer[] };

/** A world in which both verbs are about to start. */
function openPair(ground: Ground, pair: Pair, furnished: Furnished): Opened {
  const race = openRace(() => world);
  const { evaluate, tamper } = ground;
  const { items, storage, secrets, endMs } = furnished;
  const options = { evaluate, seed: 3, faults: [], items, storage, secrets, startMs: endMs + HOUR_MS };
  const world = openWorld({ ...options, onWait: race.onWait, ...(tamper ? { tamper } : {}) });
  world.weather.isCalm = pair.every(({ countsAll }) => countsAll);
  race.parties = pair.map((verb, i): Party => ({
    containers: new Set(),
    pending: [],
    start: () => beginVerb(world, verb, i, furnished),
  }));
  const answers = (): ClientAnswer[] =>
    race.parties.map(({ answer }) => readReply((answer ?? { kind: 'lost' }) as Parameters<typeof readReply>[0]));
  return { world, race, answers };
}

const codeOf = ({ body: { code } }: ClientReply): string => (typeof code === 'string' ? code : '');

/** What the things are after a race, and what both were answered: the same for no more orders than turns of two. */
const describeEnd = ({ world, answers }: Opened, known: ReadonlySet<string>): string => {
  const answered = answers().map((answer) => (answer === 'lost' ? 'lost' : `${answer.status} ${codeOf(answer)}`));
  return JSON.stringify([answered, summarize(world, known)]);
};

async function findBroken({ world, answers }: Opened): Promise<string[]> {
  const failure = world.failure();
  if (failure !== undefined) throw failure;
  const faulty = answers().flatMap((answer) =>
    answer !== 'lost' && answer.status === 500 ? [`a call was answered with 500: ${answer.text}`] : [],
  );
  return [...world.violations, ...faulty, ...(await auditWorld(world))];
}

/** One after the other, in both turns: the only two outcomes that a race may have. */
async function runInTurns(ground: Ground, pair: Pair, furnished: Furnished): Promise<Set<string>> {
  const ends = new Set<string>();
  for (const first of [0, 1]) {
    const opened = openPair(ground, pair, furnished);
    const { race } = opened;
    const order = first === 0 ? [...race.parties] : [...race.parties].reverse();
    const all = race.parties;
    for (const party of order) {
      race.parties = [party];
      await startAll(race);
      while (party.pending.length > 0) await endWait(race, party);
    }
    race.parties = all;
    ends.add(describeEnd(opened, findPartitions(furnished.items.keys())));
  }
  return ends;
}

/** `mostOrders` is the bound of a pair with many waits: all others are raced in all their orders. */
export type RaceOptions = {
  seed: number;
  mostOrders: number;
  isExhaustive: boolean;
  /** One broken order is enough: a fault is sought that was put in. */
  stopsWhenBroken?: true;
};

/** Races a pair in all orders of its waits, and lets each of both die after each of its waits. */
export async function racePair(ground: Ground, pair: Pair, options: RaceOptions): Promise<Raced> {
  const needs = inOrder(pair.flatMap(({ needs: need }) => need ?? []));
  const furnished = await prepare(ground, needs);
  const ends = await runInTurns(ground, pair, furnished);
  const hasWalk = pair.some(({ isWalk }) => isWalk === true);
  const chance = openChance(options.seed);
  const raced: Raced = { orders: 0, deaths: 0, isSampled: false, broken: [] };
  const open: { prefix: number[]; asleep: Set<number> }[] = [{ prefix: [], asleep: new Set() }];
  const waits = [0, 0];
  while (open.length > 0) {
    const [next] = open.splice(raced.isSampled ? chance.below(open.length) : open.length - 1, 1);
    if (next === undefined) break;
    const opened = openPair(ground, pair, furnished);
    const run = await runOrder(opened.race, next.prefix, next.asleep);
    open.push(...findOthers(run, next.prefix.length));
    if (run.isPruned) continue;
    raced.orders += 1;
    for (const i of [0, 1]) waits[i] = run.steps.filter(({ chosen }) => chosen === i).length;
    raced.isSampled ||= !options.isExhaustive && Math.max(...waits) > MOST_WAITS;
    const promises = await findBroken(opened);
    const end = describeEnd(opened, findPartitions(furnished.items.keys()));
    if (!hasWalk && !ends.has(end)) promises.push(`both together end as in no turn: ${end}\n${[...ends].join('\n')}`);
    const story = run.steps.map(({ chosen, request }) => `${pair[chosen]?.name ?? ''}: ${request}`);
    if (promises.length > 0) raced.broken.push({ pair: namePair(pair), order: story.join(', '), promises, story });
    if (options.stopsWhenBroken && raced.broken.length > 0) return raced;
    const isTooLong = raced.isSampled && raced.orders >= options.mostOrders;
    if (isTooLong && open.length > 0) break;
  }
  const deaths = waits.map((count) => chooseWaits(chance, count, options));
  await raceDeaths(ground, pair, furnished, deaths, raced);
  return raced;
}

/** The waits after which a party dies: all of them, or some where there are many. */
function chooseWaits(chance: Chance, count: number, { isExhaustive }: RaceOptions): number[] {
  const all = Array.from({ length: count }, (_, i) => i + 1);
  if (isExhaustive || count <= MOST_WAITS) return all;
  return [...new Set(Array.from({ length: SAMPLED_DEATHS }, () => chance.pick(all)))].sort((one, other) => one - other);
}

export const namePair = ([one, other]: Pair): string => `${one.name} × ${other.name}`;

/** The first of both dies after one of its waits, the other one runs, and the first one's client calls again. */
async function raceDeaths(
  ground: Ground,
  pair: Pair,
  furnished: Furnished,
  deaths: readonly (readonly number[])[],
  raced: Raced,
): Promise<void> {
  for (const dying of [0, 1])
    for (const after of deaths[dying] ?? []) {
      const opened = openPair(ground, pair, furnished);
      const { race, world } = opened;
      const [first, second] = dying === 0 ? race.parties : [...race.parties].reverse();
      const verb = pair[dying];
      if (first === undefined || second === undefined || verb === undefined) return;
      race.parties = [first];
      await startAll(race);
      for (let step = 0; step < after && first.pending.length > 0; step += 1) {
        if (step === after - 1) for (const container of first.containers) container.isDead = true;
        await takeLast(race, first, step === after - 1);
      }
      race.parties = [second];
      await startAll(race);
      while (second.pending.length > 0) await endWait(race, second);
      race.parties = [];
      await runIn(world, repeatVerb(world, verb, dying, furnished));
      raced.deaths += 1;
      const promises = [...world.violations, ...(await auditWorld(world))];
      const order = `${verb.name} dies after wait ${after}`;
      if (promises.length > 0) raced.broken.push({ pair: namePair(pair), order, promises, story: [order] });
    }
}

/** A dead party's request is executed too, and nobody hears of it. */
async function takeLast(race: Race, party: Party, isDead: boolean): Promise<void> {
  if (!isDead) {
    await endWait(race, party);
    return;
  }
  party.answer = { kind: 'lost' };
  await endWait(race, party);
}
