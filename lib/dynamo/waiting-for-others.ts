import { isPassing, Unavailable } from '../process/outage.ts';
import { pauseForOthers } from './retrying.ts';
import { isContended, type Wire } from './wire.ts';

/**
 * Repeats a write that another one holds up, until time runs out, and names an outage. The rules that both wires share,
 * above the attempts that each makes by itself.
 */
export function waitingForOthers(send: Wire): Wire {
  return async (operation, input, signal) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await send(operation, input, signal);
      } catch (error) {
        const wasHeld = isContended(error) || (signal.aborted && attempt > 1);
        if (!wasHeld && !signal.aborted && !isPassing(error)) throw error;
        if (!wasHeld) throw new Unavailable(`DynamoDB did not answer ${operation}`, { cause: error });
      }
      await pauseForOthers({ signal }, attempt);
    }
  };
}
