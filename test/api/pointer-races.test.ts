import { describe, expect, test } from '@jest/globals';
import type { ProvisionAnswer } from '../../lib/api/schemas/license.ts';
import { updateCustomer } from '../../lib/api/customers.ts';
import {
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  getWebhookEndpoint,
  rotateWebhookSecret,
  updateWebhookEndpoint,
} from '../../lib/api/webhook-endpoints.ts';
import { createBundle, deleteBundle, updateBundle } from '../../lib/api/bundles.ts';
import type { Route } from '../../lib/api/route.ts';
import { useFaultyOffice } from '../support/table/faulty-back-office.ts';
import type { FaultProxy } from '../support/table/fault-proxy.ts';
import { holdRead, splitRead } from '../support/table/delayed-reads.ts';
import type { BackOffice } from '../support/service/back-office.ts';
import { newEmail, purchase, verdict } from '../support/service/purchases.ts';
import type { Call, Reply, Service, TestBrand } from '../support/service/service.ts';
import { journalIn, wholeTable } from '../support/table/whole-table.ts';

/** One read returns the keys for the next read. The write that follows must guard the items of both. */
let proxy: FaultProxy;
let service: Service;
let brand: TestBrand;
let backOffice: BackOffice;
useFaultyOffice((opened) => {
  ({ proxy, service, brand, backOffice } = opened);
});

const call = (route: Route, request: Call): Promise<Reply> => service.call(route, { apiKey: brand.apiKey, ...request });

describe('a license key that is rotated', () => {
  const works = async (license_key: string): Promise<string> =>
    (await verdict(service, { license_key, product: 'wp-rocket', instance_identifier: 'https://a.example' })).code;

  /** Expects that a purchase which finds the key shows its current text. */
  async function expectOneText(customer_email: string, keyId: string): Promise<void> {
    const { key } = (await backOffice.key(keyId)).body;
    const renewed = { customer_email, products: ['wp-rocket'], if_held: 'renew', expiration_date: '2099-01-01' };
    const { license_key } = await purchase(service, brand, renewed);
    expect(license_key).toMatchObject({ id: keyId, key });
    expect(await works(String(key))).toBe('not_activated');
  }

  test('during a purchase by its text is shown and stored with its new text', async () => {
    const { keyId, key, email } = await backOffice.buy({ expiration_date: '2090-01-01' });
    splitRead(proxy, 'key', () => backOffice.rotate(keyId, { overlap_hours: 1 }));
    const more = await purchase(service, brand, { customer_email: email, products: ['imagify'], license_key: key });
    expect(more.license_key).toMatchObject({ id: keyId, key: (await backOffice.key(keyId)).body['key'] });
    await expectOneText(email, keyId);
  });

  test('during a purchase by its customer is shown and stored with its new text', async () => {
    const { keyId, email } = await backOffice.buy({ expiration_date: '2090-01-01' });
    holdRead(proxy, '{"S":"person"}', () => backOffice.rotate(keyId));
    const more = await purchase(service, brand, { customer_email: email, products: ['imagify'] });
    expect(more.license_key).toMatchObject({ id: keyId, key: (await backOffice.key(keyId)).body['key'] });
    await expectOneText(email, keyId);
  });

  test('during a transfer of a license to it is shown and stored with its new text', async () => {
    const { keyId, email } = await backOffice.buy({ expiration_date: '2090-01-01' });
    const sold = await backOffice.buy({ products: ['imagify'] });
    holdRead(proxy, '{"S":"person"}', () => backOffice.rotate(keyId));
    const moved = await backOffice.transfer(sold.id, { customer_email: email });
    expect(moved.body['license_key']).toMatchObject({ id: keyId, key: (await backOffice.key(keyId)).body['key'] });
    await expectOneText(email, keyId);
  });

  test.each(['key', 'person'])('during the read of its %s by another rotation gets both texts in turn', async (sk) => {
    const { keyId, key, email } = await backOffice.buy({ expiration_date: '2090-01-01' });
    splitRead(proxy, sk, () => backOffice.rotate(keyId, { overlap_hours: 1 }));
    const last = await backOffice.rotate(keyId, { overlap_hours: 1 });
    expect((await backOffice.key(keyId)).body['key']).toBe(last.body['key']);
    expect(await works(key)).toBe('not_activated');
    await expectOneText(email, keyId);
  });
});

describe('a bundle that is deleted and created again', () => {
  let slug: string;
  const create = (products: string[]): Promise<Reply> => call(createBundle, { body: { name: slug, slug, products } });
  const remove = (): Promise<Reply> => call(deleteBundle, { params: { bundle: slug } });
  const replace = async (): Promise<void> => {
    expect((await remove()).status).toBe(200);
    expect((await create(['imagify'])).status).toBe(201);
  };

  test('during a change gets the change, and keeps its own products and history', async () => {
    slug = 'changed';
    const first = await create(['wp-rocket']);
    holdRead(proxy, '"bundle#', replace);
    const changed = await call(updateBundle, { params: { bundle: slug }, body: { name: 'Renamed' } });
    expect(changed).toMatchObject({ status: 200, body: { name: 'Renamed', products: [{ slug: 'imagify' }] } });
    expect(changed.body['id']).not.toBe(first.body['id']);
    const entries = journalIn(await wholeTable(service)).filter(({ entity }) => entity.id === first.body['id']);
    expect(entries.map(({ type }) => type)).toEqual(['bundle.created', 'bundle.deleted']);
  });

  test('during a deletion is deleted too', async () => {
    slug = 'deleted';
    const first = await create(['wp-rocket']);
    holdRead(proxy, '"bundle#', replace);
    const deleted = await remove();
    expect(deleted.status).toBe(200);
    expect(deleted.body['id']).not.toBe(first.body['id']);
    expect((await remove()).status).toBe(404);
  });
});

describe('the change of an e-mail', () => {
  const idOf = async (email: string): Promise<string> => {
    const [license = ''] = await backOffice.found(email);
    return String((await backOffice.get(license)).body['customer_id']);
  };
  const rename = (customer_id: string, email: string): Promise<Reply> =>
    call(updateCustomer, { params: { customer_id }, body: { email } });

  test.each(['person', 'address'])(
    'is refused if another customer takes the e-mail in the meantime (%s read early)',
    async (sk) => {
      const [one, other] = [await backOffice.buy(), await backOffice.buy()];
      const [first, second] = [await idOf(one.email), await idOf(other.email)];
      const wanted = newEmail();
      holdRead(proxy, `{"S":"${sk}"}`, () => rename(second, wanted));
      expect(await rename(first, wanted)).toMatchObject({ status: 409, body: { code: 'email_taken' } });
      expect(await backOffice.found(wanted)).toEqual([other.id]);
      expect(await backOffice.found(one.email)).toEqual([one.id]);
    },
  );

  test('succeeds despite another change and a purchase in the meantime, and each e-mail has one customer', async () => {
    const one = await backOffice.buy();
    const id = await idOf(one.email);
    const [early, late] = [newEmail(), newEmail()];
    let between: ProvisionAnswer | undefined;
    holdRead(proxy, '{"S":"person"}', async () => {
      await rename(id, early);
      between = await purchase(service, brand, { customer_email: one.email });
    });
    expect((await rename(id, late)).status).toBe(200);
    expect(await backOffice.found(late)).toEqual([one.id]);
    expect(await backOffice.found(early)).toEqual([]);
    expect(await backOffice.found(one.email)).toEqual(between?.licenses.map((license) => license.id));
  });
});

describe('a webhook endpoint', () => {
  const create = async (): Promise<string> =>
    String((await call(createWebhookEndpoint, { body: { url: 'http://127.0.0.1:9/hooks' } })).body['id']);
  const on = (route: Route, endpoint_id: string, body?: object): Promise<Reply> =>
    call(route, { params: { endpoint_id }, ...(body ? { body } : {}) });

  test.each([
    [updateWebhookEndpoint, { description: 'changed' }],
    [rotateWebhookSecret, {}],
  ] as const)('that is deleted during a change stays deleted', async (route, body) => {
    const id = await create();
    holdRead(proxy, `endpoint#${id}`, () => on(deleteWebhookEndpoint, id));
    expect((await on(route, id, body)).status).toBe(404);
    expect((await on(getWebhookEndpoint, id)).status).toBe(404);
  });

  test('that is changed during its deletion is deleted', async () => {
    const id = await create();
    holdRead(proxy, `endpoint#${id}`, () => on(rotateWebhookSecret, id, {}));
    expect((await on(deleteWebhookEndpoint, id)).status).toBe(200);
    expect((await on(getWebhookEndpoint, id)).status).toBe(404);
  });
});
