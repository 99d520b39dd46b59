import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exactly, type Row } from '../rows.ts';
import type { BenchService } from '../service.ts';
import type { CountingProxy } from '../counting-proxy.ts';
import { countOperations } from './count.ts';
import { find, type Counted, type Counts } from './model.ts';

/** The counts from which docs/cost.md is made. */
export const COUNTED_FILE = join(import.meta.dirname, 'counted.json');

export const readCounted = (): Counts => JSON.parse(readFileSync(COUNTED_FILE, 'utf8')) as Counts;

/** Counts again, and compares with the counts of docs/cost.md what does not depend on the machine. */
export async function compareCounted(service: BenchService, proxy: CountingProxy): Promise<Row[]> {
  const { operations: recorded } = readCounted();
  const shown = ({ readUnits, writeUnits, events }: Counted): string =>
    `${readUnits} read, ${writeUnits} write, ${events} events`;
  return (await countOperations(service, proxy, { timed: false })).map((counted) =>
    exactly('Units of docs/cost.md', counted.name, shown(find(recorded, counted.name)), shown(counted)),
  );
}
