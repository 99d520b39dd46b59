import { Unavailable } from './outage.ts';
import { randomFraction } from './random.ts';
import { sleep } from './timers.ts';

const BASE_MS = 20;
const CAP_MS = 800;

/**
 * Waits before attempt number `attempt` (1, 2 …): a random time up to a doubling bound, so that those who collided do
 * not meet again.
 */
export async function jitter(attempt: number, signal: AbortSignal): Promise<void> {
  const bound = Math.min(CAP_MS, BASE_MS * 2 ** attempt);
  try {
    await sleep(randomFraction() * bound, signal);
  } catch (cause) {
    throw new Unavailable('time ran out between two attempts', { cause });
  }
}
