import { Contention } from '../dynamo/wire.ts';
import { jitter } from '../process/jitter.ts';
import { Unavailable } from '../process/outage.ts';

/** The table, the bucket or the queue is unavailable, or others keep changing the same items. */
export const isPassing = (error: unknown): boolean => error instanceof Unavailable || error instanceof Contention;

/** Repeats the work of a call until what was away is back. Rejects once the call's time is nearly up. */
export async function retryWhileAway<T>(stop: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || stop.aborted) throw error;
    }
    await jitter(attempt, stop);
  }
}
