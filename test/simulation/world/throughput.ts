import { SECOND_MS } from '../../../lib/domain/time.ts';
import type { Store } from '../engine/store.ts';
import type { AttributeItem } from '../engine/values.ts';
import { readFootprint, type Footprint } from './footprint.ts';
import type { Throughput } from './parts.ts';

/** DynamoDB gives each partition so many units in a second, as its documentation says. */
export const READ_UNITS = 3_000;
export const WRITE_UNITS = 1_000;
const READ_BYTES = 4_096;
const WRITE_BYTES = 1_024;

type Used = { reads: number; writes: number };

const sizes = new WeakMap<AttributeItem, number>();

/** An item never changes: a write puts another one in its place. */
function sizeOfItem(item: AttributeItem): number {
  const size = sizes.get(item) ?? JSON.stringify(item).length;
  sizes.set(item, size);
  return size;
}

const partitionOf = (name: string): string => name.slice(0, name.indexOf('\n'));

export function openThroughput(nowMs: () => number, store: Pick<Store, 'get'>): Throughput {
  let second = -1;
  const used = new Map<string, Used>();
  const usedOf = (pk: string): Used => {
    const present = Math.floor(nowMs() / SECOND_MS);
    if (present !== second) used.clear();
    second = present;
    const known = used.get(pk) ?? { reads: 0, writes: 0 };
    used.set(pk, known);
    return known;
  };
  const bytesOf = (name: string): number => {
    const pk = partitionOf(name);
    const item = store.get({ pk, sk: name.slice(pk.length + 1) });
    return item === undefined ? 2 : sizeOfItem(item);
  };
  const touched = ({ reads, writes }: Footprint): string[] => [...reads, ...writes].map(partitionOf);
  return {
    hasRoom: (request) =>
      touched(readFootprint(request)).every((pk) => {
        const { reads, writes } = usedOf(pk);
        return reads < READ_UNITS && writes < WRITE_UNITS;
      }),
    take(request) {
      const { reads, writes } = readFootprint(request);
      // A write of a transaction, and a condition of one, is charged twice.
      const times = request.operation === 'TransactWriteItems' ? 2 : 1;
      for (const name of reads) usedOf(partitionOf(name)).reads += times * Math.ceil(bytesOf(name) / READ_BYTES);
      for (const name of writes) usedOf(partitionOf(name)).writes += times * Math.ceil(bytesOf(name) / WRITE_BYTES);
    },
    heat(request) {
      for (const pk of touched(readFootprint(request)))
        Object.assign(usedOf(pk), { reads: READ_UNITS, writes: WRITE_UNITS });
    },
  };
}
