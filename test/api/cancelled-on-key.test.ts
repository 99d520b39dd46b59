import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { listLicenses } from '../../lib/api/licenses.ts';
import { eraseCustomer, exportCustomer } from '../../lib/api/customers.ts';
import { parseLicenseKeyItem } from '../../lib/table/license-keys.ts';
import { expectKeysAgree } from '../support/table/key-consistency.ts';
import { openBackOffice, type Bought, type BackOffice } from '../support/service/back-office.ts';
import {
  activate,
  deactivate,
  firstOf,
  purchase,
  requestPurchase,
  verdict,
  type Site,
} from '../support/service/purchases.ts';
import type { TestBrand } from '../support/service/service.ts';
import { upTo, wholeTable } from '../support/table/whole-table.ts';
import { useService } from '../support/service/started-service.ts';

const MANY = upTo(22).map((n) => `product-${n}`);
let brand: TestBrand;
let backOffice: BackOffice;
const service = useService();
beforeAll(async () => {
  const slugs = ['wp-rocket', 'imagify', ...MANY];
  brand = await service.brand({ products: Object.fromEntries(slugs.map((slug) => [slug, {}])) });
  backOffice = openBackOffice(service, brand);
});

/** A cancelled license with an activation. */
async function cancelled(body: object = {}): Promise<Bought> {
  const bought = await backOffice.buy({ max_seats: 2, metadata: { order: 'first' }, ...body });
  await activate(service, bought.site('one'));
  await backOffice.cancel(bought.id);
  return bought;
}

const buyAgain = async ({ email }: Bought, body: object = {}) => {
  const { license_key, licenses } = await purchase(service, brand, { customer_email: email, ...body });
  return { keyId: license_key.id, id: firstOf(licenses).id };
};

const listed = async (query: Record<string, string>): Promise<string[]> => {
  const { body } = await service.call(listLicenses, { apiKey: brand.apiKey, query });
  return (body['licenses'] as { id: string }[]).map(({ id }) => id);
};

describe('a key with a cancelled license of a product', () => {
  let first: Bought;
  beforeEach(async () => {
    first = await cancelled();
  });

  test('answers with it, refuses an activation and accepts a deactivation, if it has no other license', async () => {
    expect(await verdict(service, first.site('one'))).toMatchObject({ code: 'cancelled', license: { id: first.id } });
    const { product: _, ...unnamed } = first.site('one');
    expect(await verdict(service, unnamed)).toMatchObject({ code: 'cancelled', license: { id: first.id } });
    expect(await activate(service, first.site('two'))).toMatchObject({ body: { code: 'license_cancelled' } });
    expect(await deactivate(service, unnamed)).toMatchObject({ status: 200, body: { seats_used: 0 } });
  });

  test('accepts a new license of the product, which then answers checks, activations and deactivations', async () => {
    const { id, keyId } = await buyAgain(first);
    expect(keyId).toBe(first.keyId);
    expect(await verdict(service, first.site('one'))).toMatchObject({ code: 'not_activated', license: { id } });
    expect(await activate(service, first.site('one'))).toMatchObject({ status: 201, body: { license_id: id } });
    const { product: _, ...unnamed } = first.site('two');
    expect(await activate(service, unnamed)).toMatchObject({ status: 422, body: { seat_limit: 1 } });
    expect(await verdict(service, first.site('one'))).toMatchObject({ code: 'valid', license: { id } });
    expect((await deactivate(service, first.site('one'))).body).toEqual({
      status: 'deactivated',
      seats_used: 0,
      seats_remaining: 1,
    });
    expect((await backOffice.get(first.id)).body).toMatchObject({ status: 'cancelled', seats_used: 1 });
  });

  test('accepts a new license by key, by transfer and by a change of product', async () => {
    const named = await requestPurchase(service, brand, { customer_email: first.email, license_key: first.key });
    expect(named).toMatchObject({ status: 201, body: { license_key: { id: first.keyId } } });

    const given = await backOffice.buy();
    const second = await cancelled();
    const arrived = await backOffice.transfer(given.id, { customer_email: second.email });
    expect(arrived.body).toMatchObject({ license_key: { id: second.keyId } });
    expect(await verdict(service, second.site('one'))).toMatchObject({ license: { id: given.id } });

    const third = await cancelled();
    const { id } = await buyAgain(third, { products: ['imagify'] });
    expect((await backOffice.change(id, { product: 'wp-rocket' })).status).toBe(200);
    expect(await verdict(service, third.site('one'))).toMatchObject({ license: { id } });
  });

  test('answers with the cancelled license if the newer one leaves, and with the newest cancelled one', async () => {
    const { id } = await buyAgain(first);
    await backOffice.change(id, { product: 'imagify' });
    expect(await verdict(service, first.site('one'))).toMatchObject({ code: 'cancelled', license: { id: first.id } });
    await backOffice.change(id, { product: 'wp-rocket' });
    await backOffice.cancel(id);
    expect(await verdict(service, first.site('one'))).toMatchObject({ code: 'cancelled', license: { id } });
    const third = await buyAgain(first);
    expect(third.keyId).toBe(first.keyId);
    expect(await verdict(service, first.site('one'))).toMatchObject({ license: { id: third.id } });
  });

  test('shows all of its licenses in every list, the newest first if the list is sorted', async () => {
    const { id } = await buyAgain(first);
    await backOffice.cancel(id);
    const { id: live } = await buyAgain(first);
    const all = [live, id, first.id];
    expect(await listed({ email: first.email })).toEqual(all);
    expect(await listed({ license_key: first.key })).toEqual(all);
    expect(await listed({ license_key: first.key, status: 'cancelled' })).toEqual([id, first.id]);
    expect(await listed({ product: 'wp-rocket', limit: '100' })).toEqual(expect.arrayContaining(all));
    const { licenses } = (await backOffice.key(first.keyId)).body as { licenses: { id: string }[] };
    expect(licenses.map((license) => license.id).sort()).toEqual(all.toSorted());
    const { customer_id } = (await backOffice.get(live)).body;
    const exported = await service.call(exportCustomer, {
      apiKey: brand.apiKey,
      query: { customer_id: String(customer_id), limit: '100' },
    });
    expect((exported.body['licenses'] as { id: string }[]).map((license) => license.id).sort()).toEqual(all.toSorted());
    await backOffice.rotate(first.keyId);
    expect(await listed({ license_key: first.key })).toEqual(all);
  });

  test('loses all metadata, also of cancelled licenses, when its customer is erased', async () => {
    const { id } = await buyAgain(first, { metadata: { order: 'second' } });
    const erased = await service.call(eraseCustomer, { apiKey: brand.apiKey, body: { email: first.email } });
    expect(erased).toMatchObject({ status: 200, body: { complete: true } });
    for (const license of [first.id, id])
      expect((await backOffice.get(license)).body['metadata']).toEqual({ erased: '[erased]' });
  });

  test('does not let the cancelled license be resumed or renewed after a new purchase', async () => {
    await buyAgain(first);
    for (const act of [backOffice.resume, backOffice.renew] as const)
      expect(await act(first.id)).toMatchObject({ status: 409, body: { code: 'illegal_transition' } });
    expect(await backOffice.cancel(first.id)).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    expect((await backOffice.change(first.id, { metadata: { refund: 'r-1' } })).status).toBe(200);
  });
});

test('a check without a product shows a verdict for each, and an activation uses the only active license', async () => {
  const { licenses, license_key } = await purchase(service, brand, { products: ['wp-rocket', 'imagify'] });
  await backOffice.cancel(firstOf(licenses).id);
  const site: Site = { license_key: license_key.key, instance_identifier: 'https://one.example.com' };
  expect(await activate(service, site)).toMatchObject({ status: 201, body: { product: { slug: 'imagify' } } });
  const { code, licenses: each } = await verdict(service, site);
  expect(code).toBe('valid');
  expect(each.map((one) => [one.license.product.slug, one.code]).sort()).toEqual([
    ['imagify', 'valid'],
    ['wp-rocket', 'cancelled'],
  ]);
});

test('a key has room for 20 uncancelled licenses, and its item keeps at most 20 cancelled ones', async () => {
  const bought = await backOffice.buy({ products: MANY.slice(0, 20), license_key: 'new' });
  const buy = (slug: string) =>
    requestPurchase(service, brand, { customer_email: bought.email, license_key: bought.key, products: [slug] });
  expect(await buy('product-21')).toMatchObject({ status: 422, body: { code: 'too_many_licenses_on_key' } });
  const { licenses } = (await backOffice.key(bought.keyId)).body as { licenses: { id: string }[] };
  for (const { id } of licenses) await backOffice.cancel(id);
  for (const slug of ['product-21', 'product-22']) {
    const made = await buy(slug);
    expect(made.status).toBe(201);
    await backOffice.cancel(firstOf((made.body as { licenses: { id: string }[] }).licenses).id);
  }
  const item = (await wholeTable(service)).find(({ id, sk }) => sk === 'key' && id === bought.keyId);
  expect(Object.keys(parseLicenseKeyItem(item ?? {}).cancelled)).toHaveLength(20);
  expect(await listed({ license_key: bought.key })).toHaveLength(22);
  expect((await backOffice.key(bought.keyId)).body['licenses']).toHaveLength(22);
  const { product: _, ...unnamed } = bought.site('one');
  expect((await verdict(service, unnamed)).licenses).toHaveLength(20);
});

test('a purchase that races a cancellation succeeds or is refused, whatever if_held says', async () => {
  for (const if_held of ['new_key', 'renew', 'refuse']) {
    const { id, email } = await backOffice.buy();
    const [gone, made] = await Promise.all([
      backOffice.cancel(id),
      requestPurchase(service, brand, { customer_email: email, duration: 'P1Y', if_held }),
    ]);
    expect(gone.status).toBe(200);
    expect([200, 201, 409]).toContain(made.status);
  }
});

test('keys, licenses and customer items agree after all tests above', async () => {
  expectKeysAgree(await wholeTable(service), brand.key_prefix);
});
