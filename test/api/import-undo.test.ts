import { describe, expect, test } from '@jest/globals';
import type { Wire } from '../../lib/dynamo/wire.ts';
import { byOperation } from '../support/service/service.ts';
import { bringRow, undoRow } from '../support/service/import-rows.ts';
import { importedItems } from '../support/service/import-files.ts';
import { openImportShop } from '../support/service/import-shop.ts';
import { useBrand, useService } from '../support/service/started-service.ts';

const service = useService();
const shop = useBrand(service);
const { activate, call, licensesOf, open, rowOf, seatsOf } = openImportShop(service, shop);

describe('an undo', () => {
  test('keeps an order number for the license of it that a site uses, and counts both', async () => {
    const given = ['plugin-0', 'plugin-1', 'plugin-2'].map((product) => ({ product, external_id: 'shared-order' }));
    const ctx = await open('shared-1');
    await bringRow(ctx, rowOf('shared-order-1', given));
    await activate('shared-order-1', 'plugin-0');
    expect(await undoRow(ctx, rowOf('shared-order-1', given))).toMatchObject({ removed: 2, left: 1 });
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
    expect(await undoRow({ ...first, table: { ...first.table, wire } }, row)).toMatchObject({ removed: 1, left: 0 });
    expect([isMade, await seatsOf()]).toEqual([true, before]);
    expect((await licensesOf('made-again-1')).map(({ seats_used }) => seats_used)).toEqual([3]);
  });

  test('removes what the run made, so that a later import can bring the key', async () => {
    const ctx = await open('undo-1');
    const row = {
      ...rowOf('undo-key-1', [{ product: 'plugin-0', sites: 3, external_id: 'undo-order-1' }]),
      per_customer: true,
    };
    await bringRow(ctx, row);
    expect(await undoRow(ctx, row)).toMatchObject({ removed: 1, left: 0 });
    expect(await licensesOf('undo-key-1')).toEqual([]);
    // The next worker counts the lines that the dead one had removed.
    expect(await undoRow(ctx, row)).toMatchObject({ removed: 1, left: 0 });
    expect(await bringRow({ ...ctx, importId: 'undo-2' }, row)).toMatchObject({ kind: 'created' });
    expect((await licensesOf('undo-key-1')).map(({ seats_used }) => seats_used)).toEqual([3]);
  });

  test('leaves a license that somebody has used or changed since, but a check is no use', async () => {
    const ctx = await open('undo-3');
    const [checked, used] = ['checked-key-1', 'used-key-1'].map((key) => rowOf(key, [{ product: 'plugin-0' }]));
    await bringRow(ctx, checked);
    await bringRow(ctx, used, 2);
    const body = { license_key: 'checked-key-1', product: 'plugin-0', brand: shop.slug };
    expect((await service.call(byOperation('check_license_by_post'), { body })).body).toMatchObject({ code: 'valid' });
    await activate('used-key-1', 'plugin-0');
    expect(await undoRow(ctx, checked)).toMatchObject({ removed: 1, left: 0 });
    expect(await undoRow(ctx, used, 2)).toMatchObject({ removed: 0, left: 1 });
    expect(await licensesOf('used-key-1')).toHaveLength(1);
  });

  test('leaves a license whose key got a new text since', async () => {
    const [a, b] = ['plugin-0', 'plugin-1'].map((product) => ({ product }));
    if (a === undefined || b === undefined) throw new Error('two licenses are made');
    await bringRow(await open('rotated-1'), rowOf('rotated-key-1', [a]));
    const ctx = await open('rotated-2');
    const row = rowOf('rotated-key-1', [a, b]);
    await bringRow(ctx, row);
    const { license_key } = (await licensesOf('rotated-key-1'))[0] ?? {};
    const params = { license_key_id: license_key?.id ?? '' };
    const rotate = byOperation('rotate_license_key');
    expect((await service.call(rotate, { apiKey: shop.apiKey, params, body: {} })).status).toBe(200);
    expect(await undoRow(ctx, row)).toMatchObject({ removed: 0, left: 1 });
  });

  test('touches nothing of another run', async () => {
    const row = rowOf('of-another-run-1', [{ product: 'plugin-0', sites: 2 }]);
    await bringRow(await open('other-run-1'), row);
    expect(await undoRow(await open('undo-4'), row)).toMatchObject({ removed: 0, left: 0 });
  });

  test('takes back two cancelled licenses of one product and every trace of their key', async () => {
    const row = rowOf('cancelled-twice-1', [{ product: 'plugin-0' }, { product: 'plugin-0' }, { product: 'plugin-0' }]);
    const licenses = row.licenses.map((license, i) => ({ ...license, ...(i === 0 ? {} : { status: 'cancelled' }) }));
    const ofKeys = async () =>
      (await importedItems(service, shop)).filter(({ sk }) => /^(?:key$|cancelled#)/.test(sk)).length;
    const before = await ofKeys();
    const ctx = await open('cancelled-1');
    expect(await bringRow(ctx, { ...row, licenses })).toMatchObject({ kind: 'created' });
    expect((await ofKeys()) - before).toBe(3);
    expect(await undoRow(ctx, { ...row, licenses })).toMatchObject({ removed: 3, left: 0 });
    expect(await ofKeys()).toBe(before);
  });

  test('while sites activate removes a license or leaves it whole, and never half', async () => {
    const ctx = await open('raced-1');
    const keys = Array.from({ length: 8 }, (_, i) => `raced-key-${String(i)}`);
    const rows = keys.map((key) => rowOf(key, [{ product: 'plugin-0', sites: 1 }]));
    for (const [line, row] of rows.entries()) await bringRow(ctx, row, line);
    const activating = keys.map((license_key) =>
      service.call(byOperation('activate_license'), {
        body: { license_key, product: 'plugin-0', brand: shop.slug, instance_identifier: 'https://raced.example' },
      }),
    );
    const undone = await Promise.all(rows.map((row, line) => undoRow(ctx, row, line)));
    const answers = await Promise.all(activating);
    for (const [i, key] of keys.entries()) {
      const isActivated = answers[i]?.status === 201;
      expect([key, isActivated, undone[i]]).toEqual([
        key,
        isActivated,
        { ...(isActivated ? { removed: 0, left: 1 } : { removed: 1, left: 0 }), isCustomerUsed: false },
      ]);
      expect((await licensesOf(key)).map(({ seats_used }) => seats_used)).toEqual(isActivated ? [2] : []);
    }
  });
});

describe('an undo of a row whose customer the run made', () => {
  /** A person's own items, and the addresses that lead to persons. */
  const persons = async (): Promise<string[]> =>
    (await importedItems(service, shop))
      .filter(({ sk, partition, anchor, customer_partition }) => {
        const isAddress = sk === 'address' && partition !== undefined && anchor === undefined;
        return sk === 'person' || (isAddress && customer_partition === undefined);
      })
      .map(({ pk, sk }) => `${pk} ${sk}`)
      .sort();
  const rowFor = (key: string, customer_email: string) => ({
    ...rowOf(key, [{ product: 'plugin-0' }]),
    customer_email,
  });
  const buy = async (customer_email: string, more: object = {}): Promise<void> => {
    const body = { customer_email, products: ['plugin-1'], ...more };
    expect((await call('provision_licenses', body)).status).toBe(201);
  };

  test('takes the customer back with the last of their rows', async () => {
    const before = await persons();
    const ctx = await open('person-1');
    const rows = ['person-key-1', 'person-key-2'].map((key) => rowFor(key, 'Person-1@example.com'));
    for (const [line, row] of rows.entries()) await bringRow(ctx, row, line);
    expect(await persons()).toHaveLength(before.length + 2);
    const gone = { removed: 1, left: 0, isCustomerUsed: false };
    expect(await Promise.all(rows.map((row, line) => undoRow(ctx, row, line)))).toEqual([gone, gone]);
    expect(await persons()).toEqual(before);
    await buy('person-1@example.com');
  });

  test('takes back a customer with the first e-mail of another one, who keeps theirs', async () => {
    await buy('person-2@example.com');
    const found = await service.call(byOperation('list_customers'), {
      apiKey: shop.apiKey,
      query: { email: 'person-2@example.com' },
    });
    const [customer] = found.body['customers'] as { id: string }[];
    const params = { customer_id: customer?.id ?? '' };
    const body = { email: 'person-2-new@example.com' };
    const changed = await service.call(byOperation('update_customer'), { apiKey: shop.apiKey, params, body });
    expect(changed.status).toBe(200);
    const before = await persons();
    const ctx = await open('person-2');
    await bringRow(ctx, rowFor('person-key-3', 'person-2@example.com'));
    expect(await undoRow(ctx, rowFor('person-key-3', 'person-2@example.com'))).toMatchObject({ isCustomerUsed: false });
    expect(await persons()).toEqual(before);
  });

  test.each<[string, (email: string) => Promise<unknown>]>([
    ['bought a key since', (email) => buy(email, { license_key: 'new' })],
    ['bought for all of their keys since', (email) => buy(email)],
    [
      'came with another import since',
      async (email) => bringRow(await open('person-4'), rowFor(`of-other-${email}`, email)),
    ],
  ])('keeps a customer who %s', async (name, use) => {
    const email = `${name.replaceAll(' ', '-')}@example.com`;
    const ctx = await open(`person-3-${email}`);
    const row = rowFor(`kept-${email}`, email);
    await bringRow(ctx, row);
    await use(email);
    const before = await persons();
    expect(await undoRow(ctx, row)).toEqual({ removed: 1, left: 0, isCustomerUsed: true });
    expect(await persons()).toEqual(before);
  });

  test('keeps a customer who buys at the same moment', async () => {
    const email = 'same-moment@example.com';
    const ctx = await open('person-5');
    const row = rowFor('same-moment-1', email);
    await bringRow(ctx, row);
    let isBought = false;
    // The purchase comes after the undo saw that the customer has nothing else.
    const wire: Wire = async (operation, input, signal) => {
      const answer = await ctx.table.wire(operation, input, signal);
      const isList = operation === 'Query' && JSON.stringify(input).includes('#customer#');
      if (isList && !isBought) {
        isBought = true;
        await buy(email, { license_key: 'new' });
      }
      return answer;
    };
    const undone = await undoRow({ ...ctx, table: { ...ctx.table, wire } }, row);
    expect([isBought, undone]).toEqual([true, { removed: 1, left: 0, isCustomerUsed: true }]);
    const query = { email };
    const found = await service.call(byOperation('list_licenses'), { apiKey: shop.apiKey, query });
    expect(found.body['licenses']).toHaveLength(1);
  });
});
