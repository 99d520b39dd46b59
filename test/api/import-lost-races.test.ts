import { beforeAll, describe, expect, test } from '@jest/globals';
import type { ImportContext } from '../../lib/commands/import/row.ts';
import type { Table } from '../../lib/dynamo/table.ts';
import { openBackOffice } from '../support/service/back-office.ts';
import { bringRow, openImport, sampleRow, undoRow } from '../support/service/import-rows.ts';
import { byOperation, type TestBrand } from '../support/service/service.ts';
import { useService } from '../support/service/started-service.ts';
import { interceptTable, lostRace, loseTransaction } from '../support/table/lost-races.ts';
import { upTo } from '../support/table/whole-table.ts';

/** More products than a key carries. */
const PRODUCTS = Object.fromEntries(upTo(21).map((n) => [`product-${String(n)}`, {}]));

const service = useService();
let brand: TestBrand;
beforeAll(async () => {
  brand = await service.brand({ products: { 'wp-rocket': {}, ...PRODUCTS } });
});

let imported = 0;
/** A key and a customer of its own. */
function newRow(sites = 1, license: Record<string, unknown> = {}) {
  imported += 1;
  const row = sampleRow(`lost-race-key-${String(imported)}`, sites, license);
  return { ...row, customer_email: `lost-${String(imported)}@example.com` };
}
const open = (changes: Partial<ImportContext> = {}): Promise<ImportContext> =>
  openImport(service, brand, { importId: `import-${String(imported)}`, ...changes });
/** A run to whose requests `over` happens. */
const openOver = async (
  over: (open: typeof service.table) => typeof service.table,
  changes: Partial<ImportContext> = {},
) => ({
  ...(await open(changes)),
  table: over(service.table)(brand.key_prefix) satisfies Table,
});
/** The first read of `operation` that names `named` finds nothing. */
const missing = (operation: string, named: string) => (table: typeof service.table) => {
  let left = 1;
  return interceptTable(table, (asked, input, forward) => {
    if (asked !== operation || left === 0 || !JSON.stringify(input).includes(named)) return forward();
    left -= 1;
    return Promise.resolve({ Responses: {} });
  });
};
const update = { onConflict: 'update' } as const;

describe('a row', () => {
  test('of more sites than a transaction takes is whole although another worker was faster once', async () => {
    const row = newRow(120, { seat_limit: 200 });
    expect(await bringRow(await openOver(loseTransaction), row)).toMatchObject({ kind: 'created' });
    expect(await bringRow(await open(), row, 2)).toMatchObject({ kind: 'unchanged' });
  });

  test('of more sites than a transaction takes writes nothing in a dry run', async () => {
    const row = newRow(120, { seat_limit: 200 });
    expect(await bringRow(await open({ dryRun: true }), row)).toMatchObject({ kind: 'created' });
    expect(await bringRow(await open(), row)).toMatchObject({ kind: 'created' });
  });

  test.each([
    ['changed', loseTransaction],
    ['moved', missing('BatchGetItem', '{"S":"license"}')],
  ])('updates its key although the license was %s meanwhile', async (_, over) => {
    const row = newRow();
    await bringRow(await open(), row);
    const licenses = row.licenses.map((license) => ({ ...license, seat_limit: 9 }));
    const run = await openOver(over, { ...update, importId: 'a-later-import' });
    expect(await bringRow(run, { ...row, licenses })).toMatchObject({ kind: 'updated' });
    const next = await open({ ...update, importId: 'the-last-import' });
    expect(await bringRow(next, { ...row, licenses })).toMatchObject({ kind: 'unchanged' });
  });

  test('adds no license to a key that carries as many as it can', async () => {
    const full = newRow(0);
    const [license] = full.licenses;
    const licenses = upTo(20).map((n) => ({ ...license, product: `product-${String(n)}` }));
    expect(await bringRow(await open(), { ...full, licenses })).toMatchObject({ kind: 'created' });
    const more = { ...full, licenses: [{ ...license, product: 'product-21' }] };
    expect(await bringRow(await open({ ...update, importId: 'a-later-import' }), more)).toMatchObject({
      kind: 'failed',
      fault: { code: 'too_many_licenses' },
    });
  });

  test('knows a key by the text that it got since, at the second look where the first one missed it', async () => {
    const office = openBackOffice(service, brand);
    const { keyId, email } = await office.buy();
    await office.rotate(keyId);
    const { key } = (await office.key(keyId)).body as { key: string };
    const row = { ...sampleRow(key, 0), customer_email: email };
    const run = await openOver(missing('GetItem', '#key#'), { importId: 'a-later-import' });
    expect(await bringRow(run, row)).toMatchObject({ kind: 'unchanged' });
  });

  test('tells a cancelled license without its time from none of its product', async () => {
    const row = newRow();
    const [live] = row.licenses;
    const cancelled = { ...live, status: 'cancelled', activations: [] };
    await bringRow(await open(), { ...row, licenses: [live, { ...cancelled, created_at: '2018-05-01T09:30:00Z' }] });
    const { created_at: _, ...timeless } = cancelled;
    const next = await open({ ...update, importId: 'a-later-import' });
    const again = await bringRow(next, { ...row, licenses: [live, timeless] });
    expect(again).toMatchObject({ kind: 'unchanged', notes: [] });
  });
});

describe('an undo', () => {
  /** Loses the race of one transaction. */
  const losing = (nth: number) => (table: typeof service.table) => {
    let count = 0;
    return interceptTable(table, (operation, input, forward) => {
      if (operation === 'TransactWriteItems') count += 1;
      const loses = operation === 'TransactWriteItems' && count === nth;
      return loses ? Promise.reject(lostRace((input as { TransactItems: [] }).TransactItems.length)) : forward();
    });
  };

  test('is whole although somebody else came before it removed the last seats', async () => {
    const row = newRow(150, { seat_limit: 200 });
    await bringRow(await open(), row);
    expect(await undoRow(await openOver(losing(2)), row)).toMatchObject({ removed: 1, left: 0 });
    expect(await bringRow(await open({ importId: 'a-later-import' }), row)).toMatchObject({ kind: 'created' });
  });

  test('takes a cancelled license off a key whose other one was changed since', async () => {
    const row = newRow(0);
    const [live] = row.licenses;
    const cancelled = { ...live, status: 'cancelled', created_at: '2018-05-01T09:30:00Z' };
    await bringRow(await open(), { ...row, licenses: [live, cancelled] });
    const query = { email: row.customer_email, status: 'valid' };
    const found = await service.call(byOperation('list_licenses'), { apiKey: brand.apiKey, query });
    const [{ id }] = found.body['licenses'] as [{ id: string }];
    expect((await openBackOffice(service, brand).change(id, { metadata: { seen: 'yes' } })).status).toBe(200);
    expect(await undoRow(await open(), { ...row, licenses: [live, cancelled] })).toMatchObject({ removed: 1, left: 1 });
  });

  test('of a row that no run can have written removes nothing', async () => {
    const row = newRow(1, { product: 'no-such-product' });
    expect(await undoRow(await open(), row)).toMatchObject({ removed: 0, left: 0 });
  });
});
