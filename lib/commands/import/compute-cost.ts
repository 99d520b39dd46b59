import type { Retry } from '../../dynamo/outcome.ts';
import type { Write } from '../../dynamo/transact.ts';
import type { ImportContext } from './row.ts';

/** The items of a row; and in a dry run, the write units that they would cost. */
export type Cost = { writes: number; units?: number };

export const computeCost = ({ dryRun }: Pick<ImportContext, 'dryRun'>, writes: readonly Write<Retry>[]): Cost => ({
  writes: writes.length,
  ...(dryRun ? { units: writes.reduce((sum, write) => sum + countUnits(write), 0) } : {}),
});

/** A transaction writes each item twice. */
const IN_TRANSACTION = 2;
const KB = 1024;
/** The indexes hold keys alone, so an entry costs one unit. */
const INDEX_ATTRIBUTES = ['group_pk', 'due_pk'] as const;

/** An item is stored a little shorter than as JSON. */
function countUnits(write: Write<Retry>): number {
  if (!('put' in write)) return IN_TRANSACTION;
  const { put } = write;
  const entries = INDEX_ATTRIBUTES.filter((name) => put[name] !== undefined).length;
  return IN_TRANSACTION * Math.ceil(Buffer.byteLength(JSON.stringify(put)) / KB) + entries;
}
