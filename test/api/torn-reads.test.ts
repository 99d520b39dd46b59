import { describe, expect, test } from '@jest/globals';
import { checkLicense } from '../../lib/api/check.ts';
import { useFaultyOffice } from '../support/table/faulty-back-office.ts';
import type { FaultProxy } from '../support/table/fault-proxy.ts';
import { holdRead, splitRead } from '../support/table/delayed-reads.ts';
import { expectKeysAgree } from '../support/table/key-consistency.ts';
import { typesOf, type BackOffice } from '../support/service/back-office.ts';
import { activate, newEmail, purchase, requestPurchase, verdict } from '../support/service/purchases.ts';
import { bringRow, openImport, sampleRow } from '../support/service/import-rows.ts';
import type { Reply, Service, TestBrand } from '../support/service/service.ts';
import { wholeTable } from '../support/table/whole-table.ts';

/** A batch read is not a snapshot, nor are two reads: a change between them must not cause a wrong answer. */
let proxy: FaultProxy;
let service: Service;
let brand: TestBrand;
let backOffice: BackOffice;
useFaultyOffice((opened) => {
  ({ proxy, service, brand, backOffice } = opened);
});

describe('a purchase with if_held renew', () => {
  const renew = (customer_email: string, body: object = {}): Promise<Reply> =>
    requestPurchase(service, brand, { customer_email, if_held: 'renew', duration: 'P1Y', ...body });

  test.each(['#key#', '{"S":"license"}'])(
    'makes a new license if the old one is transferred during the read of %s',
    async (read) => {
      const { id, keyId, email } = await backOffice.buy({ duration: 'P1Y' });
      const before = (await backOffice.get(id)).body;
      const taker = newEmail();
      holdRead(proxy, read, () => backOffice.transfer(id, { customer_email: taker }));
      const reply = await renew(email, { external_id: `renewal-${id}` });
      expect(reply).toMatchObject({ status: 201, body: { license_key: { id: keyId, customer_email: email } } });
      expect(await backOffice.found(email)).not.toContain(id);
      expect(await backOffice.found(email)).toHaveLength(1);
      const given = (await backOffice.get(id)).body;
      expect(given).toMatchObject({ license_key: { customer_email: taker }, expires_at: before['expires_at'] });
      expect(typesOf(await backOffice.history(id))).toEqual(['license.provisioned', 'license.transferred']);
    },
  );

  test('makes a new license if the old one gets another product during the read of its key', async () => {
    const { id, email } = await backOffice.buy({ duration: 'P1Y' });
    holdRead(proxy, '#key#', () => backOffice.change(id, { product: 'imagify' }));
    expect((await renew(email)).status).toBe(201);
    expect(typesOf(await backOffice.history(id))).toEqual(['license.provisioned', 'license.updated']);
    const held = await Promise.all((await backOffice.found(email)).map((found) => backOffice.get(found)));
    const slugs = held.map(({ body }) => (body['product'] as { slug: string }).slug);
    expect(slugs.sort()).toEqual(['imagify', 'wp-rocket']);
  });

  test('shows the text of a rotation that finished before its write', async () => {
    const { keyId, key, email } = await backOffice.buy({ duration: 'P1Y' });
    holdRead(proxy, '{"S":"license"}', () => backOffice.rotate(keyId));
    const reply = await renew(email);
    const now = (await backOffice.key(keyId)).body['key'];
    expect(now).not.toBe(key);
    expect(reply).toMatchObject({ status: 200, body: { license_key: { id: keyId, key: now } } });
  });
});

describe('a license read before its key', () => {
  test('is cancelled once if another cancellation comes in between', async () => {
    const { id } = await backOffice.buy();
    splitRead(proxy, 'license', () => backOffice.cancel(id));
    expect(await backOffice.cancel(id)).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    expect(typesOf(await backOffice.history(id))).toEqual(['license.provisioned', 'license.cancelled']);
  });

  test('is cancelled with its new product if a change of product comes in between', async () => {
    const { id } = await backOffice.buy();
    splitRead(proxy, 'license', () => backOffice.change(id, { product: 'imagify' }));
    const reply = await backOffice.cancel(id);
    expect(reply).toMatchObject({ status: 200, body: { status: 'cancelled', product: { slug: 'imagify' } } });
  });

  test('is changed once if an equal change comes in between', async () => {
    const { id } = await backOffice.buy();
    splitRead(proxy, 'license', () => backOffice.change(id, { product: 'imagify' }));
    const reply = await backOffice.change(id, { product: 'imagify' });
    expect(reply).toMatchObject({ status: 200, body: { product: { slug: 'imagify' }, changed: [] } });
    expect(typesOf(await backOffice.history(id))).toEqual(['license.provisioned', 'license.updated']);
  });

  test('is reported as cancelled, and not as a duplicate product on its key', async () => {
    const { id, key, email } = await backOffice.buy();
    splitRead(proxy, 'license', async () => {
      await backOffice.cancel(id);
      await requestPurchase(service, brand, { customer_email: email, products: ['imagify'], license_key: key });
    });
    const reply = await backOffice.change(id, { product: 'imagify' });
    expect(reply).toMatchObject({ status: 409, body: { code: 'illegal_transition', from: 'cancelled' } });
  });
});

test('a license that leaves its key and returns during its cancellation is cancelled with its new seats', async () => {
  const { id, email, site } = await backOffice.buy();
  await activate(service, site('one'));
  splitRead(proxy, 'key', async () => {
    await backOffice.transfer(id, { customer_email: newEmail() });
    await backOffice.transfer(id, { customer_email: email });
    await activate(service, site('two'));
  });
  expect((await backOffice.cancel(id)).status).toBe(200);
  expect(await verdict(service, site('two'))).toMatchObject({ code: 'cancelled', license: { seats_used: 1 } });
});

describe('a row of an import', () => {
  // The item of the batch that is read before the other import writes the same row, and all the row's items.
  test.each(['person', 'key', 'external'])(
    'is made once and fails in no import if another one writes it after the read of its %s',
    async (early) => {
      const row = sampleRow(`torn-import-${early}`, 1, { external_id: `torn-order-${early}` });
      const twice = { ...row, customer_email: newEmail() };
      const other = await openImport(service, brand, { importId: `other-${early}` });
      const one = await openImport(service, brand, { importId: `one-${early}` });
      splitRead(proxy, early, async () => {
        expect(await bringRow(other, twice)).toMatchObject({ kind: 'created' });
      });
      expect(await bringRow(one, twice)).toEqual({ kind: 'unchanged', writes: 0, notes: [] });
      expect(await backOffice.found(twice.customer_email)).toHaveLength(1);
    },
  );

  test('still fails if its key or its order number belongs to another customer', async () => {
    const ctx = await openImport(service, brand, { importId: 'first' });
    const row = { ...sampleRow('torn-import-mine', 1, { external_id: 'torn-order-mine' }), customer_email: newEmail() };
    await bringRow(ctx, row);
    const next = await openImport(service, brand, { importId: 'second' });
    const theirs = { ...row, customer_email: newEmail() };
    expect(await bringRow(next, theirs)).toMatchObject({ fault: { code: 'key_of_another_customer' } });
    expect(await bringRow(next, { ...theirs, license_key: 'torn-import-theirs' })).toMatchObject({
      fault: { code: 'external_id_taken' },
    });
  });
});

test('a check of every product of a key sees an activation that comes during its read', async () => {
  const { license_key } = await purchase(service, brand, { products: ['wp-rocket', 'imagify'], license_key: 'new' });
  const site = { license_key: license_key.key, instance_identifier: 'https://torn-seats.example' };
  splitRead(proxy, 'license', () => activate(service, { ...site, product: 'imagify' }));
  const { body } = await service.call(checkLicense, { query: site });
  const codes = (body['licenses'] as { code: string }[]).map(({ code }) => code);
  expect(codes.toSorted()).toEqual(['not_activated', 'valid']);
});

test('keys, licenses and customer items agree after all tests above', async () => {
  expectKeysAgree(await wholeTable(service), brand.key_prefix);
});
