import { describe, expect, test } from '@jest/globals';
import { byOperation } from '../support/service/service.ts';
import { bringRow, sampleRow, undoRow } from '../support/service/import-rows.ts';
import { openImportShop } from '../support/service/import-shop.ts';
import { useBrand, useService } from '../support/service/started-service.ts';

const service = useService();
const shop = useBrand(service);
const { activate, call, licensesOf, open, products, rowOf, seatsOf } = openImportShop(service, shop);

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
    expect(await undoRow(await open('grown-2'), row)).toMatchObject({ removed: 1, left: 0 });
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
    expect(await undoRow(ctx, row)).toMatchObject({ removed: 3, left: 0 });
    expect(await licensesOf('wide-key-1')).toHaveLength(1);
  });
});

test('a row that updates twice after a death counts as updated, and another row of its key does not', async () => {
  await bringRow(await open('died-1'), rowOf('died-key-1', [{ product: 'plugin-0' }]));
  const row = rowOf('died-key-1', [{ product: 'plugin-0', sites: 2 }, { product: 'plugin-1' }]);
  const ctx = await open('died-2');
  expect(await bringRow(ctx, row, 7)).toMatchObject({ kind: 'updated' });
  expect(await bringRow(ctx, row, 7)).toMatchObject({ kind: 'updated', writes: 0 });
  expect(await bringRow(ctx, row, 8)).toMatchObject({ kind: 'unchanged' });
  const added = rowOf('died-key-1', [{ product: 'plugin-2' }]);
  expect(await bringRow(ctx, added, 9)).toMatchObject({ kind: 'updated' });
  expect(await bringRow(ctx, added, 9)).toMatchObject({ kind: 'updated', writes: 0 });
});

test('a row that is repeated after a death leaves what was changed meanwhile', async () => {
  await bringRow(await open('meanwhile-1'), rowOf('meanwhile-key-1', [{ product: 'plugin-0' }]));
  const plain = rowOf('meanwhile-key-1', [{ product: 'plugin-0' }]);
  const row = { ...plain, licenses: plain.licenses.map((license) => ({ ...license, seat_limit: 77 })) };
  const ctx = await open('meanwhile-2');
  expect(await bringRow(ctx, row, 7)).toMatchObject({ kind: 'updated' });
  const [license] = await licensesOf('meanwhile-key-1');
  const body = { max_seats: 99 };
  const params = { license_id: license?.id ?? '' };
  const changed = await service.call(byOperation('update_license'), { apiKey: shop.apiKey, params, body });
  expect(changed.status).toBe(200);
  await bringRow(ctx, row, 7);
  expect((await licensesOf('meanwhile-key-1')).map(({ seat_limit }) => seat_limit)).toEqual([99]);
});

test('a cancelled license is past beside a live one of its product; a new one is left out with a note', async () => {
  const [kept, past] = ['2020-01-01T00:00:00Z', '2019-01-01T00:00:00Z'];
  const license = (product: string, status: string, created_at: string) =>
    sampleRow('x', 0, { product, status, created_at }).licenses;
  const rowWith = (...licenses: object[]) => ({ ...rowOf('past-key-1', []), licenses: licenses.flat() });
  const exported = rowWith(license('plugin-0', 'valid', kept), license('plugin-0', 'cancelled', past));
  await bringRow(await open('past-1'), exported);
  expect(await bringRow(await open('past-2'), exported)).toMatchObject({ kind: 'unchanged', notes: [] });
  const alone = rowWith(license('plugin-0', 'cancelled', past));
  expect(await bringRow(await open('past-3'), alone)).toMatchObject({ kind: 'unchanged', notes: [] });
  const fresh = rowWith(license('plugin-0', 'valid', kept), license('plugin-1', 'cancelled', past));
  const noted = [{ code: 'cancelled_left_out', field: 'licenses/1' }];
  expect(await bringRow(await open('past-4'), fresh)).toMatchObject({ kind: 'unchanged', notes: noted });
  const cancelling = rowWith(license('plugin-0', 'cancelled', kept));
  expect(await bringRow(await open('past-5'), cancelling)).toMatchObject({ fault: { code: 'cannot_cancel' } });
  expect(await licensesOf('past-key-1')).toHaveLength(2);
});

test('a row names its product by slug, id or the item number of Easy Digital Downloads', async () => {
  const made = await call('create_product', { slug: 'numbered', name: 'Numbered', edd_item_id: 4711 });
  for (const [i, product] of ['numbered', String(made.body['id']), '4711'].entries()) {
    const key = `numbered-key-${String(i)}`;
    expect(await bringRow(await open('numbered-1'), rowOf(key, [{ product }]))).toMatchObject({ kind: 'created' });
    expect((await licensesOf(key)).map((license) => license.product.slug)).toEqual(['numbered']);
  }
  const query = { product: String(made.body['id']) };
  const listed = await service.call(byOperation('list_licenses'), { apiKey: shop.apiKey, query });
  expect(listed.body['licenses']).toHaveLength(3);
});

test('an update leaves a trial as it has begun here, and the day that renewals return to', async () => {
  const trial = rowOf('begun-here-1', [{ product: 'plugin-0' }]);
  const waiting = { expires_at: undefined, starts_on_activation: 'P14D' };
  const row = { ...trial, licenses: trial.licenses.map((license) => ({ ...license, ...waiting })) };
  await bringRow(await open('trial-1'), row);
  await activate('begun-here-1', 'plugin-0');
  expect(await bringRow(await open('trial-2'), row)).toMatchObject({ kind: 'unchanged' });
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
    expect(await undoRow(ctx, rowOf('twenty-key-2', plain), 2)).toMatchObject({ removed: 20, left: 0 });
    expect(await undoRow(ctx, rowOf('twenty-key-1', plain))).toMatchObject({ removed: 0, left: 20 });
  });
});

test('an update changes expiry, duration and metadata to those of its row, and no others', async () => {
  const plain = rowOf('new-terms-1', [{ product: 'plugin-0' }]);
  await bringRow(await open('terms-1'), plain);
  const terms = { expires_at: '2098-01-31T00:00:00Z', duration: 'P6M', metadata: { plan: 'plus' } };
  const row = { ...plain, licenses: plain.licenses.map((license) => ({ ...license, ...terms })) };
  expect(await bringRow(await open('terms-2'), row)).toMatchObject({ kind: 'updated' });
  expect(await licensesOf('new-terms-1')).toMatchObject([terms]);
  const silent = {
    ...plain,
    licenses: plain.licenses.map((license) => ({ ...license, expires_at: terms.expires_at })),
  };
  expect(await bringRow(await open('terms-3'), silent)).toMatchObject({ kind: 'unchanged' });
});

test.each<[string, object, string]>([
  ['no product', { product: undefined }, 'licenses/0/product'],
  [
    'an expiry, and a beginning with the first activation',
    { starts_on_activation: 'P14D' },
    'licenses/0/starts_on_activation',
  ],
])('a row with %s is refused by field', async (_, license, field) => {
  const row = { ...sampleRow('refused-row-1', 0, { ...license }), customer_email: 'refused@example.com' };
  expect(await bringRow(await open('refused-1'), row)).toMatchObject({ kind: 'failed', fault: { field } });
});
