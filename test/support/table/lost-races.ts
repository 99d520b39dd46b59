import type { Table } from '../../../lib/dynamo/table.ts';
import type { Wire } from '../../../lib/dynamo/wire.ts';
import type { FaultProxy } from './fault-proxy.ts';

type OpenTable = (...owners: string[]) => Table;

/** DynamoDB's error for a transaction of which one write, by default the first, found another state than expected. */
export function lostRace(writes: number, at = 0): Error {
  const CancellationReasons = Array.from({ length: writes }, (_, i) => ({
    Code: i === at ? 'ConditionalCheckFailed' : 'None',
  }));
  return Object.assign(new Error('lost'), { name: 'TransactionCanceledException', CancellationReasons });
}

type Intercept = (operation: string, input: object, forward: () => Promise<unknown>) => Promise<unknown>;

/** Opens the table so that each request goes through `intercept`. */
export function interceptTable(open: OpenTable, intercept: Intercept): OpenTable {
  return (...owners) => {
    const table = open(...owners);
    const wire = (operation: string, input: object, signal: AbortSignal): Promise<unknown> =>
      intercept(operation, input, () => table.wire(operation as 'GetItem', input as never, signal));
    return { ...table, wire: wire as unknown as Wire };
  };
}

/** Opens the table so that the first transactions lose a race, as if another writer had been faster. */
export function loseTransaction(open: OpenTable, times = 1): OpenTable {
  let left = times;
  return interceptTable(open, (operation, input, forward) => {
    if (operation !== 'TransactWriteItems' || left === 0) return forward();
    left -= 1;
    return Promise.reject(lostRace((input as { TransactItems: unknown[] }).TransactItems.length));
  });
}

const NOTHING: Readonly<Record<string, object>> = {
  GetItem: {},
  BatchGetItem: { Responses: {}, UnprocessedKeys: {} },
  Query: { Items: [], Count: 0, ScannedCount: 0 },
};

/**
 * The next reads that name `named` find nothing, as if it had been removed a moment before. `of` is the only operation
 * that counts as such a read.
 */
export function findNothing(
  proxy: FaultProxy,
  named: string,
  { times = 1, of }: { times?: number; of?: string } = {},
): void {
  let left = times;
  proxy.tamper = ({ operation, input }, forward) => {
    const nothing = of === undefined || of === operation ? NOTHING[operation] : undefined;
    if (left === 0 || nothing === undefined || !JSON.stringify(input).includes(named)) return forward();
    left -= 1;
    return Promise.resolve({ status: 200, body: JSON.stringify(nothing) });
  };
}
