import { beforeEach, describe, expect, test } from '@jest/globals';
import type { License } from '../../lib/domain/license.ts';
import { Unavailable } from '../../lib/process/outage.ts';
import { openStock, type Stock, BOUGHT, EXPIRY, nearlyDue } from '../support/service/due-licenses.ts';
import { interceptTable, loseTransaction } from '../support/table/lost-races.ts';

let stock: Stock;
beforeEach(async () => {
  stock = await openStock({ swept: '2027-01-01' });
});

describe('a sweep of one license', () => {
  const whole = { visited: 1, expired: 1, announced: 0, left: 0, finished: true };
  /** The table whose transactions fail in turn, and then work. */
  const failing = (...faults: (() => Error)[]) =>
    interceptTable(stock.table, (operation, _input, forward) => {
      const fault = operation === 'TransactWriteItems' ? faults.shift() : undefined;
      return fault === undefined ? forward() : Promise.reject(fault());
    });
  const bug = (): Error => new Error('a bug');
  const away = (): Error => new Unavailable('the table is away');

  test('tries it alone, and again, where others were faster', async () => {
    const license = await stock.add('WPR', BOUGHT, nearlyDue());
    expect(await stock.sweep(EXPIRY, { table: loseTransaction(stock.table, 2) })).toEqual(whole);
    expect((await stock.journal()).map(({ entity }) => entity.id)).toEqual([license.id]);
  });

  test('leaves it to the next sweep at a fault of its own', async () => {
    const license = await stock.add('WPR', BOUGHT, nearlyDue());
    const left = await stock.sweep(EXPIRY, { table: failing(bug, bug) });
    expect(left).toMatchObject({ visited: 0, left: 1, finished: false });
    expect(stock.errors).toMatchObject([{ event: 'sweep.license_left' }]);
    expect(await stock.sweep(EXPIRY)).toEqual(whole);
    expect((await stock.journal()).map(({ entity }) => entity.id)).toEqual([license.id]);
  });

  test('ends where the table goes away after such a fault', async () => {
    await stock.add('WPR', BOUGHT, nearlyDue());
    expect(await stock.sweep(EXPIRY, { table: failing(bug, away) })).toMatchObject({ left: 0, finished: false });
    expect(stock.errors).toMatchObject([{ event: 'sweep.stopped' }]);
  });

  test('does not try it alone once time is up', async () => {
    await stock.add('WPR', BOUGHT, nearlyDue());
    const stop = new AbortController();
    const table = failing(() => {
      stop.abort();
      return bug();
    });
    expect(await stock.sweep(EXPIRY, { table, stop: stop.signal })).toMatchObject({ left: 0, finished: false });
    expect(stock.errors).toEqual([]);
  });

  test('fails with any other fault of the table', async () => {
    const table = interceptTable(stock.table, () => Promise.reject(bug()));
    await expect(stock.sweep(EXPIRY, { table })).rejects.toThrow('a bug');
  });
});

describe('a sweep of a license whose sites may be free', () => {
  const RECOUNT = '2027-01-01T11:00:00Z';
  const addOne = (): Promise<License> =>
    stock.add('WPR', BOUGHT, { recount_at: RECOUNT, policy: { development_sites_free: true } });
  const isSettled = async (license: License): Promise<boolean> =>
    (await stock.stored('WPR', license)).recount_at === null;
  /** The second read of the license, before its sites are counted, finds it as `change` says. */
  const reading = (change: (item: Record<string, unknown>) => Record<string, unknown> | undefined) => {
    let reads = 0;
    return interceptTable(stock.table, async (operation, input, forward) => {
      if (operation !== 'BatchGetItem' || !JSON.stringify(input).includes('#seats#')) return forward();
      reads += 1;
      if (reads !== 2) return forward();
      const { Responses } = (await forward()) as { Responses: Record<string, Record<string, unknown>[]> };
      const items = Object.values(Responses)
        .flat()
        .flatMap((item) => change(item) ?? []);
      return { Responses: { [stock.tableName]: items } };
    });
  };

  test('settles it although others were faster once', async () => {
    const license = await addOne();
    expect(await stock.sweep(EXPIRY, { table: loseTransaction(stock.table) })).toMatchObject({ visited: 1, left: 0 });
    expect(await isSettled(license)).toBe(true);
  });

  test.each([
    ['is gone', () => undefined],
    ['was settled', (item: Record<string, unknown>) => ({ ...item, recount_at: { NULL: true } })],
  ])('changes nothing where it %s meanwhile', async (_, change) => {
    const license = await addOne();
    expect(await stock.sweep(EXPIRY, { table: reading(change) })).toMatchObject({ visited: 1, left: 0 });
    expect(await isSettled(license)).toBe(false);
  });

  test.each([
    ['a bug', new Error('a bug'), 'sweep.license_left'],
    ['an outage', new Unavailable('the table is away'), 'sweep.stopped'],
  ])('leaves it to the next sweep at %s', async (_, fault, event) => {
    const license = await addOne();
    const table = interceptTable(stock.table, (operation, _input, forward) =>
      operation === 'TransactWriteItems' ? Promise.reject(fault) : forward(),
    );
    expect((await stock.sweep(EXPIRY, { table })).finished).toBe(false);
    expect(stock.errors).toMatchObject([{ event }]);
    expect(await isSettled(license)).toBe(false);
  });

  test('leaves a second one to the next sweep once time is up', async () => {
    const licenses = await Promise.all(Array.from({ length: 40 }, addOne));
    const stop = new AbortController();
    const table = interceptTable(stock.table, (operation, _input, forward) => {
      if (operation === 'TransactWriteItems') stop.abort();
      return forward();
    });
    expect((await stock.sweep(EXPIRY, { table, stop: stop.signal })).finished).toBe(false);
    const settled = await Promise.all(licenses.map(isSettled));
    expect(settled).toContain(false);
    expect(settled).toContain(true);
  });
});
