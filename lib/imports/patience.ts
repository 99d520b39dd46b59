import { isTemporary } from '../dynamo/retrying.ts';
import { jitter } from '../process/jitter.ts';

/** Repeats the work of a call until what was away is back. Rejects once the call's time is nearly up. */
export async function retryWhileAway<T>(stop: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isTemporary(error) || stop.aborted) throw error;
    }
    await jitter(attempt, stop);
  }
}
