import { isDeepStrictEqual } from 'node:util';
import { fromAttributes } from '../../lib/dynamo/attributes.ts';
import type { BusEvent, SimulatedWorld } from './world/parts.ts';

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
