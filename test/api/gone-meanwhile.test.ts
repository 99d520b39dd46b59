import { describe, expect, test } from '@jest/globals';
import { listActivations } from '../../lib/api/activations.ts';
import { exportCustomer } from '../../lib/api/customers.ts';
import { listLicenses } from '../../lib/api/licenses.ts';
import { mendLicense } from '../../lib/commands/mend-license.ts';
import type { BackOffice, Bought } from '../support/service/back-office.ts';
import { bringRow, openImport, sampleRow } from '../support/service/import-rows.ts';
import { activate, newEmail, purchase } from '../support/service/purchases.ts';
import { byOperation, type Reply, type Service, type TestBrand } from '../support/service/service.ts';
import { useFaultyOffice } from '../support/table/faulty-back-office.ts';
import type { FaultProxy } from '../support/table/fault-proxy.ts';
import { findNothing } from '../support/table/lost-races.ts';

/** An undo of an import removes keys and licenses, perhaps between two reads of one call. */
let proxy: FaultProxy;
let service: Service;
let brand: TestBrand;
let backOffice: BackOffice;
useFaultyOffice((opened) => {
  ({ proxy, service, brand, backOffice } = opened);
});

const LICENSE = '{"S":"license"}';
const list = async (query: Record<string, string>): Promise<unknown> =>
  (await service.call(listLicenses, { apiKey: brand.apiKey, query })).body['licenses'];

async function buyWithSite(): Promise<Bought & { activation_id: string }> {
  const bought = await backOffice.buy();
  const { body } = await activate(service, bought.site('one'));
  return { ...bought, activation_id: String(body['activation_id']) };
}

describe('an item that is removed between two reads of a call', () => {
  test.each(['#key#', '#customer#'])('leaves its key unknown, if it is in %s', async (item) => {
    const { keyId } = await backOffice.buy();
    findNothing(proxy, item);
    expect(await backOffice.key(keyId)).toMatchObject({ status: 404, body: { code: 'license_key_not_found' } });
    expect((await backOffice.key(keyId)).status).toBe(200);
  });

  test('leaves no seat to free', async () => {
    const { id: license_id, activation_id } = await buyWithSite();
    const call = { apiKey: brand.apiKey, params: { license_id, activation_id }, body: {} };
    findNothing(proxy, LICENSE);
    expect(await service.call(byOperation('deactivate_activation'), call)).toMatchObject({
      status: 404,
      body: { code: 'license_not_found' },
    });
    proxy.tamper = undefined;
    const seats = await service.call(listActivations, { apiKey: brand.apiKey, params: { license_id } });
    expect(seats.body['activations']).toMatchObject([{ id: activation_id, status: 'active' }]);
  });

  test('is not mended after a failover', async () => {
    const ctx = { table: service.table(brand.key_prefix), nowMs: Date.now(), requestId: 'tests' };
    expect(await mendLicense(ctx, brand.key_prefix, 'no-anchor')).toBe('gone');
  });

  test('is left out of a search', async () => {
    const { id, key, email } = await backOffice.buy({ license_key: 'new' });
    for (const [query, item] of [
      [{ license_key: key.slice(-4) }, '#key#'],
      [{ product: 'wp-rocket' }, '#key#'],
    ] as const) {
      findNothing(proxy, item);
      expect(JSON.stringify(await list(query))).not.toContain(id);
    }
    expect(await list({ email })).toMatchObject([{ id }]);
  });

  test('is left out of the data of a customer', async () => {
    const { email, id } = await buyWithSite();
    const take = async (): Promise<Record<string, unknown[]>> =>
      (await service.call(exportCustomer, { apiKey: brand.apiKey, query: { email } })).body as Record<
        string,
        unknown[]
      >;
    findNothing(proxy, '#key#');
    expect(await take()).toMatchObject({ license_keys: [], licenses: [{ id }], activations: [{ license_id: id }] });
    findNothing(proxy, LICENSE, { times: 2 });
    expect(await take()).toMatchObject({ license_keys: [{}], licenses: [], activations: [] });
  });
});

test('a page of a customer’s data that follows a license which has left is refused by its cursor', async () => {
  const { email, id } = await buyWithSite();
  const page = (cursor?: string): Promise<Reply> =>
    service.call(exportCustomer, {
      apiKey: brand.apiKey,
      query: { email, limit: '1', ...(cursor === undefined ? {} : { cursor }) },
    });
  let { body } = await page();
  while ((body['licenses'] as unknown[]).length === 0) ({ body } = await page(String(body['next_cursor'])));
  await backOffice.transfer(id, { customer_email: newEmail() });
  const refused = await page(String(body['next_cursor']));
  expect(refused).toMatchObject({ status: 400, body: { code: 'cursor_invalid' } });
});

describe('an e-mail that moves between two reads', () => {
  /** A customer whose e-mail is found by way of its first one. */
  async function moved(): Promise<{ id: string; email: string }> {
    const { id, keyId } = await backOffice.buy();
    const later = newEmail();
    const params = { customer_id: String((await backOffice.key(keyId)).body['customer_id']) };
    const changed = await service.call(byOperation('update_customer'), {
      apiKey: brand.apiKey,
      params,
      body: { email: later },
    });
    expect(changed.status).toBe(200);
    return { id, email: later };
  }
  const readAgain = (): void => findNothing(proxy, '#customer#', { of: 'GetItem' });

  test('belongs to one customer after a purchase', async () => {
    const { email } = await moved();
    readAgain();
    await purchase(service, brand, { customer_email: email, license_key: 'new' });
    expect(await list({ email })).toHaveLength(2);
  });

  test('is that of one customer after an import', async () => {
    const { email } = await moved();
    const importing = await openImport(service, brand);
    readAgain();
    const row = { ...sampleRow('moved-meanwhile-1', 0), customer_email: email };
    expect(await bringRow(importing, row)).toMatchObject({ kind: 'created' });
    expect(await list({ email })).toHaveLength(2);
  });

  test('leads a transfer to its customer', async () => {
    const [{ email }, given] = [await moved(), await backOffice.buy()];
    readAgain();
    expect((await backOffice.transfer(given.id, { customer_email: email })).status).toBe(200);
    expect(await list({ email })).toHaveLength(2);
  });

  test('is erased with its customer', async () => {
    const { email } = await moved();
    readAgain();
    const erased = await service.call(byOperation('erase_customer'), { apiKey: brand.apiKey, body: { email } });
    expect(erased).toMatchObject({ status: 200, body: { complete: true } });
    expect(await list({ email })).toEqual([]);
  });
});
