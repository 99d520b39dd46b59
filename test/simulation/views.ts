import { isDeepStrictEqual } from 'node:util';
import { fromAttributes } from '../../lib/dynamo/attributes.ts';
import type { BusEvent, SimulatedWorld } from './world/parts.ts';

type Sent = { type: string; seq: number; data: { entity: { id: string } } };

const nameOf = ({ seq, data }: Sent): string => `${data.entity.id} ${seq}`;
const ERASED = '[erased]';

/**
 * First attempts of the messages about one thing are made in its order, and each message reaches its receiver. None has
 * another content at a later attempt, unless its customer was erased meanwhile.
 */
export function findDisorder({ attempts, arrivals }: SimulatedWorld): string[] {
  const first = new Map<string, string>();
  const lastSeq = new Map<string, number>();
  const broken: string[] = [];
  for (const body of attempts) {
    const sent = JSON.parse(body) as Sent;
    const { type, seq, data } = sent;
    const name = nameOf(sent);
    const known = first.get(name);
    if (known !== undefined && known !== body && !body.includes(ERASED))
      broken.push(`the message ${type} ${name} has another content`);
    if (known !== undefined) continue;
    first.set(name, body);
    if ((lastSeq.get(data.entity.id) ?? 0) >= seq)
      broken.push(`the message ${type} ${name} was sent after a later one`);
    lastSeq.set(data.entity.id, seq);
  }
  const taken = new Set(arrivals.map((body) => nameOf(JSON.parse(body) as Sent)));
  const lost = [...first.keys()].filter((name) => !taken.has(name));
  return [...broken, ...lost.map((name) => `the message about ${name} never reached its receiver`)];
}

/** Imports that nobody works on any more, and that have not ended. */
export function findStanding(world: SimulatedWorld): { id: string; state: string }[] {
  return world.engine.store
    .items()
    .filter(({ sk }) => sk?.S?.startsWith('import#'))
    .map((item) => fromAttributes(item) as { id: string; state: string })
    .filter(({ state }) => ['queued', 'running', 'undoing'].includes(state));
}

/** Each change's event came to the bus at least once, in the order of its thing, and never with other content. */
export function findLostEvents(world: SimulatedWorld): string[] {
  const first = new Map<string, BusEvent>();
  const lastSeq = new Map<string, number>();
  const broken: string[] = [];
  for (const event of world.busEvents) {
    const known = first.get(event.id);
    if (known !== undefined) {
      if (!isDeepStrictEqual(known, event)) broken.push(`the event ${event.id} came with another content`);
      continue;
    }
    first.set(event.id, event);
    const { id } = event.entity;
    if ((lastSeq.get(id) ?? 0) >= event.seq) broken.push(`${event.type} ${event.seq} of ${id} came after a later one`);
    lastSeq.set(id, event.seq);
  }
  const written = world.engine.store.items().filter(({ sk }) => sk?.S?.startsWith('journal#'));
  for (const item of written.map(fromAttributes)) {
    const { id, type, occurred_at: at } = item as { id: string; type: string; occurred_at?: string };
    const isBefore = at !== undefined && Date.parse(at) < world.startMs;
    if (!isBefore && !first.has(id)) broken.push(`the event ${type} ${id} never came to the bus`);
  }
  const dead = Object.values(world.queues).flatMap((queue) => queue.dead);
  return [...broken, ...dead.map(({ body }) => `a message of a queue was given up: ${body}`)];
}
