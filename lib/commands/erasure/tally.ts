import { uptimeMs } from '../../process/clock.ts';
import { transact, type Write } from '../../dynamo/transact.ts';
import type { Table } from '../../dynamo/table.ts';

/** Counts the items that one call of an erasure has overwritten, and limits them: a brand route has ten seconds. */
export type Tally = {
  writesLeft: number;
  stepsLeft: number;
  endsAt: number;
  done: { licenses: number; activations: number; journal_entries: number; answers: number };
};

const WRITES_A_CALL = 1000;
/** Each step reads at most twice, and writes one page. */
const STEPS_A_CALL = 100;
const CALL_MS = 7_000;
const AT_ONCE = 50;

export const openTally = (): Tally => ({
  writesLeft: WRITES_A_CALL,
  stepsLeft: STEPS_A_CALL,
  endsAt: uptimeMs() + CALL_MS,
  done: { licenses: 0, activations: 0, journal_entries: 0, answers: 0 },
});

export const isSpent = ({ writesLeft, stepsLeft, endsAt }: Tally): boolean =>
  writesLeft <= 0 || stepsLeft <= 0 || uptimeMs() >= endsAt;

/** Writes a page and counts it as `what`. Every write must be safe to repeat. */
export async function writeCounted(
  table: Table,
  tally: Tally,
  what: 'activations' | 'journal_entries',
  writes: readonly Write<never>[],
): Promise<void> {
  for (let from = 0; from < writes.length; from += AT_ONCE) {
    const batch = writes.slice(from, from + AT_ONCE);
    await transact<never>(table, batch);
    tally.writesLeft -= batch.length;
    tally.done[what] += batch.length;
  }
}
