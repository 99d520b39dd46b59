import type { Wire } from '../../../lib/dynamo/wire.ts';
import { awsError } from '../engine/errors.ts';
import { nameOfKey, type StoredKey } from '../engine/store.ts';
import type { AttributeItem } from '../engine/values.ts';
import type { SimulatedWorld } from './parts.ts';
import { openWorld, type WorldOptions } from './world.ts';

type Written = { key: StoredKey; after: AttributeItem | undefined; atMs: number };

/** A region with a replica of one table: a world of its own that remembers what was written in it. */
export type Region = { world: SimulatedWorld; written: Map<string, Written>; wire: Wire };

export function openRegion(options: WorldOptions): Region {
  const world = openWorld(options);
  const written = new Map<string, Written>();
  const { store } = world.engine;
  const { put } = store;
  store.put = (key, after) => {
    written.set(nameOfKey(key), { key, after, atMs: world.scheduler.nowMs() });
    return put(key, after);
  };
  const wire: Wire = (operation, input) => Promise.resolve(world.engine.execute(operation, input));
  return { world, written, wire };
}

/**
 * Copies what was written in one region to another, item by item as a global table does: the later write of an item
 * wins, whatever it was based on. `arrives` leaves items out that are still under way.
 */
export function replicate(from: Region, to: Region, arrives: (key: StoredKey) => boolean = () => true): void {
  for (const [name, { key, after, atMs }] of [...from.written]) {
    if (!arrives(key)) continue;
    const there = to.written.get(name);
    if (there !== undefined && there.atMs > atMs) continue;
    to.world.engine.store.put(key, after);
    to.written.set(name, { key, after, atMs });
  }
}

const WRITES = new Set(['TransactWriteItems', 'UpdateItem']);

/** Refuses writes as a table does whose resource policy denies them; replication goes on. */
export function fence({ world }: Region): void {
  const { engine } = world;
  world.engine = {
    ...engine,
    execute: (operation, input) => {
      if (WRITES.has(operation)) throw awsError('AccessDeniedException', 'explicit deny in a resource-based policy');
      return engine.execute(operation, input);
    },
  };
}
