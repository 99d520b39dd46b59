import { transact, type Write } from '../../table/transact.ts';
import type { Table } from '../../table/table.ts';

/** What one call of an erasure has overwritten so far, and how much more it may: a brand route has ten seconds. */
export type Tally = {
  left: number;
  done: { licenses: number; activations: number; journal_entries: number; answers: number };
};

const WRITES_A_CALL = 1000;
const AT_ONCE = 50;

export const openTally = (): Tally => ({
  left: WRITES_A_CALL,
  done: { licenses: 0, activations: 0, journal_entries: 0, answers: 0 },
});

/** Writes as many as the call has left, counted as `what`; false when that was not all. Every write must be safe to repeat. */
export async function writeWithin(
  table: Table,
  tally: Tally,
  what: 'activations' | 'journal_entries',
  writes: readonly Write<never>[],
): Promise<boolean> {
  const now = writes.slice(0, tally.left);
  for (let from = 0; from < now.length; from += AT_ONCE) {
    const batch = now.slice(from, from + AT_ONCE);
    await transact<never>(table, batch);
    tally.left -= batch.length;
    tally.done[what] += batch.length;
  }
  return now.length === writes.length;
}
