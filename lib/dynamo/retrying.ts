import { Unavailable } from '../process/outage.ts';
import { jitter } from '../process/jitter.ts';
import { settled, type Outcome, type Refused } from './outcome.ts';
import type { Table } from './table.ts';
import { Contention } from './wire.ts';

type Patience = Pick<Table, 'signal' | 'onContention'>;

/**
 * Repeats a try until no other writer interferes, with jitter between the tries. Each try reads everything again.
 * Rejects with `Contention` when time runs out first.
 */
export async function retrying<T, R extends Refused = never>(
  table: Patience,
  attempt: (count: number) => Promise<Outcome<T, R>>,
): Promise<T | R> {
  for (let count = 1; ; count += 1) {
    const outcome = await attempt(count);
    if (outcome.kind !== 'retry') return settled(outcome);
    await pauseForOthers(table, count);
  }
}

/** Waits with jitter before the next try. Rejects with `Contention` when time is up. */
export async function pauseForOthers(table: Patience, count: number): Promise<void> {
  table.onContention?.();
  await jitter(count, table.signal).catch((cause: unknown) => {
    throw new Contention('others kept changing the same items', { cause });
  });
}

/** True for a fault that may be over soon: the table or a bucket is unavailable, or others keep changing an item. */
export const isTemporary = (error: unknown): boolean => error instanceof Unavailable || error instanceof Contention;
