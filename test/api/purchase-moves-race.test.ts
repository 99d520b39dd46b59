import { expect, test } from '@jest/globals';
import { eraseCustomer, updateCustomer } from '../../lib/api/customers.ts';
import type { ProvisionAnswer } from '../../lib/api/schemas/license.ts';
import { expectKeysAgree } from '../support/table/key-consistency.ts';
import { newEmail, purchase, requestPurchase, untilAnswered, verdict } from '../support/service/purchases.ts';
import type { Reply } from '../support/service/service.ts';
import { upTo, wholeTable } from '../support/table/whole-table.ts';
import { useBrand, useBackOffice, useService } from '../support/service/started-service.ts';

const service = useService();
const brand = useBrand(service, { products: Object.fromEntries(['a', 'b', 'c', 'd'].map((slug) => [slug, {}])) });
const backOffice = useBackOffice(service, brand);

/** Purchases of all kinds for one customer, to be sent concurrently with the customer's other changes. */
const purchasesFor = (customer_email: string): Promise<Reply>[] =>
  [
    { products: ['a'] },
    { products: ['a'] },
    { products: ['b'] },
    { products: ['c', 'd'] },
    { products: ['a'], license_key: 'new' },
    { products: ['a'], if_held: 'renew', expiration_date: '2090-01-01' },
  ].map(async (body) => {
    const order = { customer_email, metadata: { name: 'Ann' }, ...body };
    return (await untilAnswered(() => requestPurchase(service, brand, order))).reply;
  });

const held = async (customer_email: string) => {
  const { license_key, licenses } = await purchase(service, brand, { customer_email, products: ['a', 'b'] });
  return { keyId: license_key.id, ids: licenses.map(({ id }) => id) };
};

test.each(['transfer', 'cancel', 'change', 'rotate'] as const)(
  'purchases that race a %s of the customer’s license or key all succeed',
  async (act) => {
    for (const _ of upTo(3)) {
      const email = newEmail();
      const { keyId, ids } = await held(email);
      const body = { transfer: { customer_email: newEmail() }, change: { product: 'c' }, cancel: {} };
      const other = act === 'rotate' ? backOffice.rotate(keyId) : backOffice[act](ids[0] ?? '', body[act]);
      const [changed, ...made] = await Promise.all([other, ...purchasesFor(email)]);
      expect([200, 422]).toContain(changed.status);
      for (const { status } of made) expect([200, 201]).toContain(status);
    }
    expectKeysAgree(await wholeTable(service), brand.key_prefix);
  },
);

test('purchases that race a rotation use the key, and its new text works for them', async () => {
  for (const _ of upTo(4)) {
    const email = newEmail();
    const { keyId } = await held(email);
    const orders = ['c', 'd'].map((slug) =>
      requestPurchase(service, brand, { customer_email: email, products: [slug] }),
    );
    const [rotated, ...made] = await Promise.all([backOffice.rotate(keyId, { overlap_hours: 0 }), ...orders]);
    const now = rotated.body['key'];
    for (const { body } of made) {
      const { license_key, licenses } = body as ProvisionAnswer;
      const site = {
        license_key: String(now),
        product: licenses[0]?.product_slug ?? '',
        instance_identifier: 'a.test',
      };
      expect(await verdict(service, site)).toMatchObject({ code: 'not_activated' });
      expect(license_key.id).toBe(keyId);
    }
  }
});

test('purchases that race a change of e-mail succeed for the old customer or a new one', async () => {
  for (const _ of upTo(3)) {
    const email = newEmail();
    const { ids } = await held(email);
    const { customer_id } = (await backOffice.get(ids[0] ?? '')).body;
    const change = untilAnswered(() =>
      service.call(updateCustomer, {
        apiKey: brand.apiKey,
        params: { customer_id: String(customer_id) },
        body: { email: newEmail() },
      }),
    );
    const [changed, ...made] = await Promise.all([change, ...purchasesFor(email)]);
    expect(changed.reply.status).toBe(200);
    for (const { status } of made) expect([200, 201]).toContain(status);
  }
  expectKeysAgree(await wholeTable(service), brand.key_prefix);
});

test('purchases that race an erasure leave no metadata of the erased customer', async () => {
  for (const _ of upTo(3)) {
    const email = newEmail();
    await held(email);
    const erase = untilAnswered(() => service.call(eraseCustomer, { apiKey: brand.apiKey, body: { email } }));
    const [erased, ...made] = await Promise.all([erase, ...purchasesFor(email)]);
    expect(erased.reply).toMatchObject({ status: 200, body: { complete: true } });
    for (const { status } of made) expect([200, 201]).toContain(status);
    const { id } = erased.reply.body;
    const theirs = (await wholeTable(service)).filter(({ sk, customer_id }) => sk === 'license' && customer_id === id);
    expect(theirs.length).toBeGreaterThanOrEqual(2);
    for (const { metadata } of theirs) expect([{}, { erased: '[erased]' }]).toContainEqual(metadata);
  }
  expectKeysAgree(await wholeTable(service), brand.key_prefix);
});
