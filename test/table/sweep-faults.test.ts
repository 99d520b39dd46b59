import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { License } from '../../lib/domain/license.ts';
import { dueGroup, keys } from '../../lib/table/keys.ts';
import { readMark } from '../../lib/table/due.ts';
import { transact } from '../../lib/dynamo/transact.ts';
import { openDocuments } from '../../local/create-table.ts';
import { openStock, type Stock, BOUGHT, EXPIRY, nearlyDue } from '../support/service/due-licenses.ts';
import { engineEndpoint } from '../support/run/engine-endpoint.ts';
import { errorAnswer, startFaultProxy, type FaultProxy } from '../support/table/fault-proxy.ts';
import { HOUR_S } from '../../lib/domain/time.ts';

let proxy: FaultProxy;
let stock: Stock;
beforeAll(async () => {
  proxy = await startFaultProxy(engineEndpoint());
});
beforeEach(async () => {
  proxy.tamper = undefined;
  proxy.asked.length = 0;
  stock = await openStock({ endpoint: proxy.endpoint, swept: '2027-01-01' });
});
afterAll(() => proxy.stop());

const stockUp = (count: number): Promise<License[]> =>
  Promise.all(Array.from({ length: count }, () => stock.add('WPR', BOUGHT, nearlyDue())));
const isFirst = (): (() => boolean) => {
  let seen = false;
  return () => {
    if (seen) return false;
    seen = true;
    return true;
  };
};
/** Expects exactly one announcement for each license. */
async function expectAllTold(licenses: readonly License[]): Promise<void> {
  const entries = await stock.journal();
  expect(entries.map(({ entity }) => entity.id).sort()).toEqual(licenses.map(({ id }) => id).sort());
}

test('a license renewed after a sweep has read it is not announced as expired', async () => {
  const [license] = await stockUp(1);
  const first = isFirst();
  proxy.tamper = async ({ operation, input }, forward) => {
    const answer = await forward();
    if (operation === 'BatchGetItem' && license && JSON.stringify(input).includes(license.anchor) && first()) {
      await stock.change('WPR', license, EXPIRY, { expires_at: '2028-01-01T12:00:00Z' });
    }
    return answer;
  };
  expect(await stock.sweep(EXPIRY)).toEqual({ visited: 0, expired: 0, announced: 0, left: 0, finished: true });
  expect(await stock.journal()).toEqual([]);
});

test('a sweep announces all licenses of its batches even if they change in the meantime', async () => {
  const licenses = await stockUp(60);
  let changed: Promise<unknown> | undefined;
  proxy.tamper = async ({ operation, input }, forward) => {
    const answer = await forward();
    // A seat of each is taken once the sweep has read some: the licenses are still due.
    if (operation === 'BatchGetItem' && JSON.stringify(input).includes('#seats#')) {
      changed ??= Promise.all(licenses.map((license) => stock.change('WPR', license, EXPIRY, { seats_used: 1 })));
      await changed;
    }
    return answer;
  };
  expect(await stock.sweep(EXPIRY)).toEqual({ visited: 60, expired: 60, announced: 0, left: 0, finished: true });
  await expectAllTold(licenses);
});

test('a sweep continues where an earlier one crashed and announces nothing twice', async () => {
  const licenses = await stockUp(120);
  let writes = 0;
  proxy.tamper = async ({ operation }, forward) => {
    if (operation !== 'TransactWriteItems') return writes < 6 ? forward() : 'lost';
    writes += 1;
    // The last one is committed, but its answer is lost.
    if (writes === 6) await forward();
    return writes < 6 ? forward() : 'lost';
  };
  const died = await stock.sweep(EXPIRY);
  expect(died.finished).toBe(false);
  expect(died.expired).toBeLessThan(120);
  proxy.tamper = undefined;
  expect(await stock.sweep('2027-01-01T12:01:00Z')).toMatchObject({ finished: true, left: 0 });
  await expectAllTold(licenses);
});

test('a stopped sweep finishes its current writes and leaves the rest to the next sweep', async () => {
  const licenses = await stockUp(120);
  const stop = new AbortController();
  proxy.tamper = async ({ operation }, forward) => {
    if (operation === 'TransactWriteItems') stop.abort();
    return forward();
  };
  const stopped = await stock.sweep(EXPIRY, { stop: stop.signal });
  expect(stopped.finished).toBe(false);
  expect(stopped.expired).toBe((await stock.journal()).length);
  expect(stopped.expired).toBeLessThan(120);
  expect(await stock.sweep('2027-01-01T12:01:00Z')).toMatchObject({ expired: 120 - stopped.expired, finished: true });
  await expectAllTold(licenses);
});

test.each([
  ['throttled', errorAnswer('ProvisionedThroughputExceededException')],
  ['unavailable', { status: 503, body: '{}' }],
] as const)(
  'a sweep ends without an error if the table is %s, and the next sweep announces everything',
  async (_, answer) => {
    const licenses = await stockUp(30);
    proxy.tamper = ({ operation }, forward) =>
      operation === 'TransactWriteItems' ? Promise.resolve(answer) : forward();
    expect(await stock.sweep(EXPIRY)).toEqual({ visited: 0, expired: 0, announced: 0, left: 0, finished: false });
    proxy.tamper = undefined;
    expect(await stock.sweep('2027-01-01T12:01:00Z')).toMatchObject({ expired: 30, finished: true });
    await expectAllTold(licenses);
  },
);

test('a sweep that ends early records the last day that it finished', async () => {
  let queries = 0;
  const stop = new AbortController();
  proxy.tamper = ({ operation }, forward) => {
    if (operation === 'Query') queries += 1;
    if (queries === 200) stop.abort();
    return forward();
  };
  expect(await stock.sweep('2028-01-01T00:00:00Z', { stop: stop.signal })).toMatchObject({
    visited: 0,
    finished: false,
  });
  // 16 shards a day.
  expect(await readMark(stock.table)).toBe('2027-01-13');
});

test('a sweep retries after transaction conflicts with other writers', async () => {
  const licenses = await stockUp(30);
  let conflicts = 0;
  proxy.tamper = ({ operation }, forward) => {
    if (operation !== 'TransactWriteItems' || conflicts === 5) return forward();
    conflicts += 1;
    const reasons = [{ Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' }, { Code: 'None' }];
    return Promise.resolve(errorAnswer('TransactionCanceledException', { CancellationReasons: reasons }));
  };
  expect(await stock.sweep(EXPIRY)).toMatchObject({ expired: 30, left: 0, finished: true });
  await expectAllTold(licenses);
});

test('a sweep logs and skips an invalid license, keeps its day open and announces the others', async () => {
  const licenses = await stockUp(30);
  const [broken] = licenses;
  if (broken === undefined) throw new Error('there is no license');
  const set = { announced: { ...nearlyDue().announced, leads: undefined } };
  await transact<never>(stock.table('WPR'), [{ update: keys.license('WPR', broken.anchor), set }]);
  // A day later: without it, the first of January would be done.
  for (const now of ['2027-01-03T00:00:00Z', '2027-01-03T00:01:00Z'])
    expect(await stock.sweep(now)).toMatchObject({ left: 1, finished: false });
  expect(stock.errors[0]).toMatchObject({
    event: 'sweep.license_left',
    key: keys.license('WPR', broken.anchor).pk,
  });
  expect(stock.measured.filter(([, value]) => value !== 0)).toEqual([
    // Due at noon two days before.
    ['sweep_lag_seconds', 36 * HOUR_S],
    ['sweep_unfinished', 1],
    ['sweep_announced', 29],
    ['sweep_left', 1],
    ['sweep_unfinished', 1],
    ['sweep_left', 1],
  ]);
  expect(await readMark(stock.table)).toBe('2027-01-01');
  await expectAllTold(licenses.slice(1));
});

test('a sweep reads only licenses that are due, without a scan', async () => {
  await stockUp(10);
  await Promise.all(Array.from({ length: 40 }, () => stock.add('WPR', BOUGHT, { expires_at: '2028-01-01T12:00:00Z' })));
  await stock.sweep(EXPIRY);
  expect(new Set(proxy.asked.map(({ operation }) => operation))).toEqual(
    new Set(['GetItem', 'Query', 'BatchGetItem', 'TransactWriteItems']),
  );
  const read = proxy.asked
    .filter(({ operation }) => operation === 'BatchGetItem')
    .map(({ input }) => JSON.stringify(input));
  expect(read.join().match(/#seats#/g)).toHaveLength(10);
});

test('a sweep skips an index entry whose license is missing', async () => {
  const due = { due_pk: dueGroup('2027-01-01', 3), due_sk: `${EXPIRY}#WPR#gone` };
  const Item = { pk: 'WPR#seats#gone', sk: 'license', ...due };
  await openDocuments(stock.client).send(new PutCommand({ TableName: stock.tableName, Item }));
  proxy.tamper = ({ operation }, forward) =>
    operation === 'BatchGetItem'
      ? Promise.resolve({ status: 200, body: JSON.stringify({ Responses: {}, UnprocessedKeys: {} }) })
      : forward();
  expect(await stock.sweep(EXPIRY)).toMatchObject({ visited: 0, left: 0, finished: true });
});
