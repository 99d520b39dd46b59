import { Unavailable } from '../process/outage.ts';
import { jitter } from './jitter.ts';
import type { Table } from './table.ts';
import { Contention } from './wire.ts';

type Patience = Pick<Table, 'signal' | 'onContention'>;

/**
 * Runs an attempt until it is more than 'again', with jitter between; each attempt reads anew what the last one lost to somebody else.
 * Rejects with `Contention` when time runs out first.
 */
export async function retrying<T>(table: Patience, attempt: (count: number) => Promise<T | 'again'>): Promise<T> {
  for (let count = 1; ; count += 1) {
    const outcome = await attempt(count);
    if (outcome !== 'again') return outcome;
    await pauseForOthers(table, count);
  }
}

/** Waits with jitter before another try at something that others were changing; rejects with `Contention` when time is up. */
export async function pauseForOthers(table: Patience, count: number): Promise<void> {
  table.onContention?.();
  try {
    await jitter(count, table.signal);
  } catch (cause) {
    if (cause instanceof Unavailable) throw new Contention('others kept changing the same items', { cause });
    throw cause;
  }
}
