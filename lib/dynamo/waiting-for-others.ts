import { isReadRegion } from '../process/config.ts';
import { isPassing, Unavailable } from '../process/outage.ts';
import { pauseForOthers } from './retrying.ts';
import { isContended, type Operations, type Wire } from './wire.ts';

/** Two regions that write would each grant the last seat: the table's replicas have no common condition. */
const WRITES: ReadonlySet<keyof Operations> = new Set(['UpdateItem', 'TransactWriteItems']);

/**
 * Repeats a write that another one holds up, until time runs out, and names an outage. The rules that both wires share,
 * above the attempts that each makes by itself.
 */
export function waitingForOthers(send: Wire): Wire {
  return async (operation, input, signal) => {
    if (WRITES.has(operation) && isReadRegion()) throw new Unavailable('a second region does not write');
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
