import type { Table } from '../../../lib/dynamo/table.ts';
import type { Wire } from '../../../lib/dynamo/wire.ts';
import type { FaultProxy } from './fault-proxy.ts';

type OpenTable = (...owners: string[]) => Table;

/** DynamoDB's error for a transaction whose first write found another state than it expected. */
export function lostRace(writes: number): Error {
  const CancellationReasons = Array.from({ length: writes }, (_, i) => ({
    Code: i === 0 ? 'ConditionalCheckFailed' : 'None',
  }));
  return Object.assign(new Error('lost'), { name: 'TransactionCanceledException', CancellationReasons });
}

/** Opens the table so that the first transactions lose a race, as if another writer had been faster. */
export function loseTransaction(open: OpenTable, times = 1): OpenTable {
  let left = times;
  return (...owners) => {
    const table = open(...owners);
    const wire = (operation: string, input: { TransactItems: unknown[] }, signal: AbortSignal): Promise<unknown> => {
      if (operation !== 'TransactWriteItems' || left === 0)
        return table.wire(operation as 'TransactWriteItems', input as never, signal);
      left -= 1;
      return Promise.reject(lostRace(input.TransactItems.length));
    };
    return { ...table, wire: wire as unknown as Wire };
  };
}

const NOTHING: Readonly<Record<string, object>> = {
  GetItem: {},
  BatchGetItem: { Responses: {}, UnprocessedKeys: {} },
  Query: { Items: [], Count: 0, ScannedCount: 0 },
};

/** The next reads that name `named` find nothing, as if it had been removed a moment before. */
export function findNothing(proxy: FaultProxy, named: string, times = 1): void {
  let left = times;
  proxy.tamper = ({ operation, input }, forward) => {
    const nothing = NOTHING[operation];
    if (left === 0 || nothing === undefined || !JSON.stringify(input).includes(named)) return forward();
    left -= 1;
    return Promise.resolve({ status: 200, body: JSON.stringify(nothing) });
  };
}
