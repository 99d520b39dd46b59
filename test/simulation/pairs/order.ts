import type { Request } from '../world/parts.ts';
import { isOfHistory, isOfSigningKeys, readFootprint, type Footprint } from '../world/footprint.ts';
import { serveRequest } from '../world/network.ts';
import { settle } from '../world/scheduler.ts';
import type { Container, SimulatedWorld, Wait } from '../world/parts.ts';

const meets = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean => [...one].some((key) => other.has(key));

const areApart = (one: Footprint, other: Footprint): boolean =>
  !one.hasAll &&
  !other.hasAll &&
  !meets(one.writes, other.writes) &&
  !meets(one.writes, other.reads) &&
  !meets(one.reads, other.writes);

/** Counters of calls and the data key: what every call does, and what is raced by itself. */
function isAside(request: Request): boolean {
  if (request.service !== 'dynamodb') return !isOfSigningKeys(request) && !isOfHistory(request);
  const { reads, writes, hasAll } = readFootprint(request);
  const keys = [...reads, ...writes];
  return !hasAll && keys.every((key) => /#(?:rate|failed|data-key)#|^@platform#data-key/.test(key));
}

/** The party of a race: one call, whose waits end when they are chosen. */
export type Party = { start: () => Promise<unknown>; containers: Set<Container>; answer?: unknown; pending: Wait[] };

type Step = { chosen: number; enabled: readonly number[]; asleep: ReadonlySet<number>; request: string };
export type Run = { steps: Step[]; isPruned: boolean };

/** Sorts the waits of a world by party, while a race is on. */
export type Race = {
  parties: Party[];
  starting: Party | undefined;
  onWait: (wait: Wait) => void;
  world: () => SimulatedWorld;
};

export function openRace(world: () => SimulatedWorld): Race {
  const race: Race = {
    parties: [],
    starting: undefined,
    world,
    onWait(wait) {
      const party = race.parties.find(({ containers }) => containers.has(wait.container)) ?? race.starting;
      if (party === undefined || isAside(wait.request)) {
        queueMicrotask(() => wait.resume(serveRequest(world(), wait.request)));
        return;
      }
      party.containers.add(wait.container);
      party.pending.push(wait);
    },
  };
  return race;
}

const nextOf = ({ pending: [first] }: Party): Footprint | undefined => first && readFootprint(first.request);

/** Lets all parties run until each waits for its turn, or has ended. */
async function reachWaits({ parties, world }: Race): Promise<void> {
  await settle();
  const isReady = (): boolean => parties.every(({ pending, answer }) => pending.length > 0 || answer !== undefined);
  if (!isReady()) await world().scheduler.run(isReady);
}

/** Ends the first wait of a party: its request is executed, and it goes on. */
export async function endWait(race: Race, party: Party): Promise<string> {
  const wait = party.pending.shift();
  if (wait === undefined) throw new Error('a party that does not wait was chosen');
  wait.resume(serveRequest(race.world(), wait.request));
  await reachWaits(race);
  return wait.request.operation;
}

/**
 * Runs a race in one order: first as `prefix` says, then the first party that may. `asleep` are parties whose next step
 * needs no turn here, because an order in which it came before was run already and differs in nothing.
 */
export async function runOrder(race: Race, prefix: readonly number[], asleep: ReadonlySet<number>): Promise<Run> {
  const { parties } = race;
  await startAll(race);
  const steps: Step[] = [];
  let sleeping: ReadonlySet<number> = new Set();
  for (;;) {
    if (steps.length === prefix.length - 1) sleeping = asleep;
    const enabled = parties.flatMap(({ pending }, i) => (pending.length > 0 ? [i] : []));
    if (enabled.length === 0) return { steps, isPruned: false };
    const chosen = prefix[steps.length] ?? enabled.find((i) => !sleeping.has(i));
    const party = chosen === undefined ? undefined : parties[chosen];
    if (chosen === undefined || party === undefined) return { steps, isPruned: true };
    const footprint = nextOf(party);
    const before = sleeping;
    sleeping = new Set(
      [...sleeping].filter((i) => {
        const other = parties[i] && nextOf(parties[i]);
        return i !== chosen && other !== undefined && footprint !== undefined && areApart(other, footprint);
      }),
    );
    steps.push({ chosen, enabled, asleep: before, request: await endWait(race, party) });
  }
}

export async function startAll(race: Race): Promise<void> {
  for (const party of race.parties) {
    race.starting = party;
    void party.start().then((answer) => {
      party.answer = answer;
    });
    await settle();
    race.starting = undefined;
  }
  await reachWaits(race);
}

/** The orders that are still to be run after one was: each other turn that was possible, and is not the same. */
export function findOthers({ steps }: Run, from: number): { prefix: number[]; asleep: Set<number> }[] {
  return steps.flatMap(({ chosen, enabled, asleep }, at) =>
    at < from
      ? []
      : enabled
          .filter((other) => other !== chosen && !asleep.has(other))
          .map((other) => ({
            prefix: [...steps.slice(0, at).map((step) => step.chosen), other],
            asleep: new Set([...asleep, chosen]),
          })),
  );
}
