import { beforeAll, describe, expect, test } from '@jest/globals';
import type { ImportContext } from '../../lib/commands/import/row.ts';
import type { Wire } from '../../lib/dynamo/wire.ts';
import { byOperation, startService, type Reply, type Service, type TestBrand } from '../support/service/service.ts';
import { bringRow, openImport, sampleRow, undoRow } from '../support/service/import-rows.ts';
import { importedItems } from '../support/service/import-files.ts';

let service: Service;
let shop: TestBrand;
const products: string[] = [];
beforeAll(async () => {
  service = await startService();
  shop = await service.brand();
  for (let i = 0; i < 20; i += 1) {
    const slug = `plugin-${String(i)}`;
    await call('create_product', { slug, name: slug });
    products.push(slug);
  }
});

const call = (operation: string, body: object, brand = shop): Promise<Reply> =>
  service.call(byOperation(operation), { apiKey: brand.apiKey, body });
const open = (importId: string): Promise<ImportContext> =>
  openImport(service, shop, { importId, onConflict: 'update' });
type License = { product: { slug: string }; seats_used: number; external_id: string | null };
const licensesOf = async (license_key: string): Promise<License[]> => {
  const query = { license_key };
  const reply = await service.call(byOperation('list_licenses'), { apiKey: shop.apiKey, query });
  return (reply.body['licenses'] as License[]).toSorted((a, b) => (a.product.slug < b.product.slug ? -1 : 1));
};
/** A row with a license of each product. */
const rowOf = (key: string, given: readonly { product: string; sites?: number; external_id?: string }[]) => ({
  license_key: key,
  customer_email: `${key}@example.com`,
  licenses: given.flatMap(({ sites = 0, ...license }) => sampleRow(key, sites, license).licenses),
});
const seatsOf = async (): Promise<number> =>
  (await importedItems(service, shop)).filter(({ sk }) => sk.startsWith('seat#')).length;

describe('an update', () => {
  test('brings a license with more seats than a transaction holds, each seat once', async () => {
    const [a, b] = [{ product: 'plugin-0' }, { product: 'plugin-1', sites: 70 }];
    await bringRow(await open('update-1'), rowOf('many-seats-1', [a]));
    const before = await seatsOf();
    const row = rowOf('many-seats-1', [a, b]);
    expect(await bringRow(await open('update-2'), row)).toMatchObject({ kind: 'updated' });
    expect((await licensesOf('many-seats-1')).map(({ seats_used }) => seats_used)).toEqual([0, 70]);
    expect((await seatsOf()) - before).toBe(70);
    expect(await bringRow(await open('update-3'), row)).toMatchObject({ kind: 'unchanged' });
  });

  test('gives two licenses of a key the order number that the row has for both', async () => {
    const plain = [{ product: 'plugin-0' }, { product: 'plugin-1' }];
    await bringRow(await open('order-1'), rowOf('one-order-1', plain));
    const row = rowOf(
      'one-order-1',
      plain.map((license) => ({ ...license, external_id: 'one-order' })),
    );
    expect(await bringRow(await open('order-2'), row)).toMatchObject({ kind: 'updated' });
    expect((await licensesOf('one-order-1')).map(({ external_id }) => external_id)).toEqual(['one-order', 'one-order']);
    expect(await bringRow(await open('order-3'), row)).toMatchObject({ kind: 'unchanged' });
  });

  test('adds a license to an order that its key has already, and an undo takes only that one out of it', async () => {
    const [a, b] = ['plugin-0', 'plugin-1'].map((product) => ({ product, external_id: 'grown-order' }));
    if (a === undefined || b === undefined) throw new Error('two licenses are made');
    await bringRow(await open('grown-1'), rowOf('grown-order-1', [a]));
    const row = rowOf('grown-order-1', [a, b]);
    expect(await bringRow(await open('grown-2'), row)).toMatchObject({ kind: 'updated' });
    expect(await licensesOf('grown-order-1')).toHaveLength(2);
    const order = { customer_email: 'x@example.com', products: ['plugin-0'], external_id: 'grown-order' };
    expect((await call('provision_licenses', order)).body['license_ids']).toHaveLength(2);
    expect(await undoRow(await open('grown-2'), row)).toEqual({ removed: 1, left: 0 });
    expect((await call('provision_licenses', order)).body).toMatchObject({
      code: 'external_id_taken',
      license_ids: [expect.any(String)],
    });
  });

  test('writes a row of more items than a transaction holds license by license, and its undo counts each', async () => {
    await bringRow(await open('wide-1'), rowOf('wide-key-1', [{ product: 'plugin-0' }]));
    const added = ['plugin-1', 'plugin-2', 'plugin-3'].map((product) => ({ product, sites: 50, external_id: product }));
    const row = rowOf('wide-key-1', [{ product: 'plugin-0' }, ...added]);
    const ctx = await open('wide-2');
    expect(await bringRow(ctx, row)).toMatchObject({ kind: 'updated' });
    expect((await licensesOf('wide-key-1')).map(({ seats_used }) => seats_used)).toEqual([0, 50, 50, 50]);
    expect(await undoRow(ctx, row)).toEqual({ removed: 3, left: 0 });
    expect(await licensesOf('wide-key-1')).toHaveLength(1);
  });
});

describe('a key with twenty licenses', () => {
  test('is made and taken back, and refused by name where its order numbers do not fit', async () => {
    const ctx = await open('twenty-1');
    const plain = products.map((product) => ({ product }));
    const numbered = products.map((product) => ({ product, external_id: `twenty-${product}` }));
    expect(await bringRow(ctx, rowOf('twenty-key-1', numbered))).toMatchObject({
      fault: { code: 'too_many_licenses' },
    });
    expect(await bringRow(ctx, rowOf('twenty-key-1', plain))).toMatchObject({ kind: 'created' });
    const update = await open('twenty-2');
    expect(await bringRow(update, rowOf('twenty-key-1', numbered))).toMatchObject({ kind: 'updated' });
    const made = await bringRow(ctx, rowOf('twenty-key-2', plain), 2);
    expect(made).toMatchObject({ kind: 'created' });
    expect(await undoRow(ctx, rowOf('twenty-key-2', plain), 2)).toEqual({ removed: 20, left: 0 });
    expect(await undoRow(ctx, rowOf('twenty-key-1', plain))).toEqual({ removed: 0, left: 20 });
  });
});

describe('an undo', () => {
  const activate = async (license_key: string, product: string): Promise<void> => {
    const body = { license_key, product, brand: shop.slug, instance_identifier: 'https://in-use.example' };
    expect((await service.call(byOperation('activate_license'), { body })).status).toBe(201);
  };

  test('keeps an order number for the license of it that a site uses, and counts both', async () => {
    const given = ['plugin-0', 'plugin-1', 'plugin-2'].map((product) => ({ product, external_id: 'shared-order' }));
    const ctx = await open('shared-1');
    await bringRow(ctx, rowOf('shared-order-1', given));
    await activate('shared-order-1', 'plugin-0');
    expect(await undoRow(ctx, rowOf('shared-order-1', given))).toEqual({ removed: 2, left: 1 });
    expect(await licensesOf('shared-order-1')).toHaveLength(1);
    const order = { customer_email: 'y@example.com', products: ['plugin-0'], external_id: 'shared-order' };
    expect((await call('provision_licenses', order)).body).toMatchObject({ code: 'external_id_taken' });
  });

  test('leaves the seats of another import that makes the same key at the same moment', async () => {
    const row = rowOf('made-again-1', [{ product: 'plugin-0', sites: 3 }]);
    const first = await open('second-1');
    await bringRow(first, row);
    // The second import writes the row after the undo saw that no license is left, before it lists the seats.
    let isRemoved = false;
    let isMade = false;
    const wire: Wire = async (operation, input, signal) => {
      if (operation === 'Query' && isRemoved && !isMade) {
        isMade = true;
        expect(await bringRow(await open('second-2'), row)).toMatchObject({ kind: 'created' });
      }
      const answer = await first.table.wire(operation, input, signal);
      isRemoved ||= operation === 'TransactWriteItems';
      return answer;
    };
    const before = await seatsOf();
    expect(await undoRow({ ...first, table: { ...first.table, wire } }, row)).toEqual({ removed: 1, left: 0 });
    expect([isMade, await seatsOf()]).toEqual([true, before]);
    expect((await licensesOf('made-again-1')).map(({ seats_used }) => seats_used)).toEqual([3]);
  });
});
