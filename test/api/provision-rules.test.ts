import { beforeAll, describe, expect, test } from '@jest/globals';
import { activate, firstOf, newEmail, purchase, requestPurchase } from '../support/service/purchases.ts';
import type { ProvisionAnswer } from '../../lib/api/schemas/license.ts';
import { byOperation, type TestBrand } from '../support/service/service.ts';
import { overwrite, storedLicense, upTo, wholeTable } from '../support/table/whole-table.ts';
import { useService } from '../support/service/started-service.ts';
import { DAY_MS } from '../../lib/domain/time.ts';

const MANY = upTo(21).map((n) => `product-${n}`);
let brand: TestBrand;
const service = useService();
beforeAll(async () => {
  const yearly = { policy: { duration: 'P1Y', seat_limit: 4 } };
  const fromUse = { policy: { duration: 'P1M', expiry_basis: 'first_activation' } };
  const products = {
    'wp-rocket': {},
    imagify: {},
    yearly,
    'from-use': fromUse,
    ...Object.fromEntries(MANY.map((slug) => [slug, {}])),
  };
  brand = await service.brand({ products });
});

describe('a purchase of a product that the customer already has', () => {
  const held = async (more: object = {}) => {
    const customer_email = newEmail();
    const first = await purchase(service, brand, {
      customer_email,
      expiration_date: '2090-01-31T12:00:00Z',
      max_seats: 2,
      ...more,
    });
    return { customer_email, first, license: firstOf(first.licenses) };
  };

  test('makes another key with if_held new_key, the default', async () => {
    const { customer_email, first } = await held();
    const second = await purchase(service, brand, { customer_email });
    expect(second.license_key.id).not.toBe(first.license_key.id);
    const third = await purchase(service, brand, { customer_email, products: ['imagify'] });
    expect(third.license_key.id).toBe(second.license_key.id);
  });

  test('with renew makes another key where the new product does not fit on the held one', async () => {
    const { customer_email, first } = await held({ products: MANY.slice(1) });
    const order = { customer_email, products: MANY.slice(0, 2), if_held: 'renew', duration: 'P1Y' };
    expect((await purchase(service, brand, order)).license_key.id).not.toBe(first.license_key.id);
  });

  test('with renew extends the license, and adds a new product to the same key', async () => {
    const { customer_email, first, license } = await held();
    const body = { customer_email, products: ['wp-rocket', 'imagify'], duration: 'P1M', if_held: 'renew' };
    const renewed = await requestPurchase(service, brand, body);
    expect(renewed).toMatchObject({
      status: 201,
      body: {
        license_key: { id: first.license_key.id },
        licenses: [{ id: license.id, expires_at: '2090-02-28T12:00:00Z', seat_limit: 2 }, { product_slug: 'imagify' }],
      },
    });
    const alone = await requestPurchase(service, brand, {
      customer_email,
      expiration_date: null,
      max_seats: 9,
      if_held: 'renew',
    });
    expect(alone).toMatchObject({
      status: 200,
      body: { licenses: [{ id: license.id, expires_at: null, seat_limit: 9 }] },
    });
  });

  test('with renew keeps the seats in use, and a suspended license suspended', async () => {
    const { customer_email, first, license } = await held();
    await activate(service, { license_key: first.license_key.key, instance_identifier: 'https://shop.example' });
    await overwrite(service, (await storedLicense(service, license.id)).item, { status: 'suspended' });
    const renewed = await purchase(service, brand, { customer_email, duration: 'P1Y', if_held: 'renew' });
    expect(renewed.licenses).toMatchObject([
      { id: license.id, status: 'suspended', seats_used: 1, expires_at: '2091-01-31T12:00:00Z' },
    ]);
  });

  test.each(['renew', 'refuse', 'new_key'])(
    'with %s makes a new license on the same key if the old one is cancelled',
    async (if_held) => {
      const { customer_email, first, license } = await held();
      await service.call(byOperation('cancel_license'), {
        apiKey: brand.apiKey,
        params: { license_id: license.id },
        body: {},
      });
      const made = await requestPurchase(service, brand, { customer_email, duration: 'P1Y', if_held });
      expect(made).toMatchObject({ status: 201, body: { license_key: { id: first.license_key.id } } });
      expect(firstOf((made.body as ProvisionAnswer).licenses).id).not.toBe(license.id);
      expect((await storedLicense(service, license.id)).license).toMatchObject({ status: 'cancelled', seq: 2 });
    },
  );

  test('with renew is a normal purchase if the customer does not have it yet', async () => {
    expect(await requestPurchase(service, brand, { duration: 'P1Y', if_held: 'renew' })).toMatchObject({ status: 201 });
  });

  test('with renew is refused for a lifetime license, and without any duration', async () => {
    const { customer_email } = await held({ expiration_date: null });
    expect(await requestPurchase(service, brand, { customer_email, duration: 'P1Y', if_held: 'renew' })).toMatchObject({
      status: 409,
      body: { code: 'not_extendable' },
    });
    expect(await requestPurchase(service, brand, { customer_email, if_held: 'renew' })).toMatchObject({
      status: 422,
      body: { code: 'no_duration' },
    });
  });

  test('with refuse gets 409 with the license’s id, and sells a product that the customer does not have', async () => {
    const { customer_email, license } = await held();
    const refused = await requestPurchase(service, brand, {
      customer_email,
      products: ['imagify', 'wp-rocket'],
      if_held: 'refuse',
    });
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'product_held', product: 'wp-rocket', license_id: license.id },
    });
    expect(
      await requestPurchase(service, brand, { customer_email, products: ['imagify'], if_held: 'refuse' }),
    ).toMatchObject({ status: 201 });
  });
});

describe('the terms of a purchase', () => {
  const granted = async (body: object) => firstOf((await purchase(service, brand, body)).licenses);

  test('set the seat limit by product, then by request, then by policy, and otherwise to 1', async () => {
    expect(await granted({ products: ['wp-rocket'] })).toMatchObject({ seat_limit: 1, expires_at: null });
    expect(await granted({ products: ['yearly'] })).toMatchObject({ seat_limit: 4 });
    expect(await granted({ products: ['yearly'], max_seats: 6 })).toMatchObject({ seat_limit: 6 });
    expect(await granted({ products: [{ product: 'yearly', max_seats: 8 }], max_seats: 6 })).toMatchObject({
      seat_limit: 8,
    });
    expect(await granted({ products: ['yearly'], max_seats: null })).toMatchObject({
      seat_limit: null,
      seats_remaining: null,
    });
  });

  test('set expiry, seats and policy for each product', async () => {
    const { licenses } = await purchase(service, brand, {
      products: [
        { product: 'wp-rocket', expiration_date: '2088-08-08' },
        { product: 'imagify', max_seats: null, expiration_date: null },
        { product: 'yearly', policy: { seat_limit: 3 } },
      ],
      expiration_date: '2077-07-07T01:00:00+01:00',
      max_seats: 2,
    });
    expect(licenses).toMatchObject([
      { product_slug: 'wp-rocket', seat_limit: 2, expires_at: '2088-08-08T23:59:59Z' },
      { product_slug: 'imagify', seat_limit: null, expires_at: null },
      { product_slug: 'yearly', seat_limit: 2, expires_at: '2077-07-07T00:00:00Z' },
    ]);
  });

  test('start the policy’s duration at the purchase, unless an explicit null makes it a lifetime license', async () => {
    const { expires_at, created_at } = await granted({ products: ['yearly'] });
    expect(Number(expires_at?.slice(0, 4))).toBe(Number(created_at.slice(0, 4)) + 1);
    expect(await granted({ products: ['yearly'], expiration_date: null })).toMatchObject({ expires_at: null });
  });

  test('start a duration from first activation with the first site, and not with the second', async () => {
    const { license_key, licenses } = await purchase(service, brand, { products: ['from-use'], max_seats: 2 });
    expect(licenses).toMatchObject([{ expires_at: null, status: 'valid' }]);
    const id = firstOf(licenses).id;
    await activate(service, { license_key: license_key.key, instance_identifier: 'https://a.example' });
    const begun = (await storedLicense(service, id)).license;
    expect(Date.parse(begun.expires_at ?? '')).toBeGreaterThan(Date.now() + 27 * DAY_MS);
    expect(begun.starts_on_activation).toBeNull();
    await activate(service, { license_key: license_key.key, instance_identifier: 'https://b.example' });
    expect((await storedLicense(service, id)).license.expires_at).toBe(begun.expires_at);
  });

  test('may not contain an expiry in the past', async () => {
    const past = await requestPurchase(service, brand, { expiration_date: '2020-01-01' });
    expect(past).toMatchObject({ status: 422, body: { code: 'expiry_in_the_past' } });
  });
});

describe('a purchase for a given license key', () => {
  test('extends exactly that key, in any spelling', async () => {
    const customer_email = newEmail();
    const first = await purchase(service, brand, { customer_email, license_key: 'new' });
    await purchase(service, brand, { customer_email });
    const typed = first.license_key.key.toLowerCase();
    const second = await purchase(service, brand, { customer_email, products: ['imagify'], license_key: typed });
    expect(second.license_key).toEqual(first.license_key);
  });

  test('is refused if the key has the product, or is another customer’s, another brand’s or unknown', async () => {
    const customer_email = newEmail();
    const first = await purchase(service, brand, { customer_email });
    const license_key = first.license_key.key;
    const license_id = firstOf(first.licenses).id;
    const again = await requestPurchase(service, brand, { customer_email, license_key });
    expect(again).toMatchObject({
      status: 422,
      body: { code: 'product_already_on_key', product: 'wp-rocket', license_id },
    });
    const stranger = await requestPurchase(service, brand, { license_key, products: ['imagify'] });
    expect(stranger).toMatchObject({ status: 422, body: { code: 'license_key_of_another_customer' } });
    const other = await service.brand();
    const foreign = await requestPurchase(service, other, { customer_email, license_key, products: ['imagify'] });
    const unknown = await requestPurchase(service, other, {
      customer_email,
      license_key: license_key.replace(/^[^-]+/, other.key_prefix),
      products: ['imagify'],
    });
    const nonsense = await requestPurchase(service, other, {
      customer_email,
      license_key: 'no key at all',
      products: ['imagify'],
    });
    for (const reply of [foreign, unknown, nonsense]) {
      expect(reply.status).toBe(404);
      expect({ ...reply.body, request_id: '' }).toEqual({ ...foreign.body, request_id: '' });
    }
  });

  test('is refused if the key would have more than 20 licenses', async () => {
    const customer_email = newEmail();
    const { license_key } = await purchase(service, brand, { customer_email, products: MANY.slice(0, 20) });
    const more = await requestPurchase(service, brand, {
      customer_email,
      products: [MANY[20]],
      license_key: license_key.key,
    });
    expect(more).toMatchObject({ status: 422, body: { code: 'too_many_licenses_on_key', maximum: 20 } });
    const elsewhere = await purchase(service, brand, { customer_email, products: [MANY[20]] });
    expect(elsewhere.license_key.id).not.toBe(license_key.id);
  });
});

/** Counts all items except the rate counters, of which each minute adds one. */
const itemsKept = async (): Promise<number> =>
  (await wholeTable(service)).filter(({ pk }) => !pk.includes('#rate#')).length;

describe('a purchase of several products', () => {
  test('makes one key with up to 20 licenses, and is refused for 21 products', async () => {
    const { licenses } = await purchase(service, brand, {
      products: MANY.slice(0, 20),
      external_id: 'order-twenty',
      idempotency_key: 'twenty',
    });
    expect(new Set(licenses.map(({ id }) => id)).size).toBe(20);
    expect(await requestPurchase(service, brand, { products: MANY })).toMatchObject({ status: 400 });
  });

  test('includes all products of a bundle with their own terms, and is refused with one product too many', async () => {
    const params = { brand_id: brand.id };
    const made = await service.call(byOperation('admin_create_bundle'), {
      apiKey: service.platformKey,
      params,
      body: { name: 'All', slug: 'all', products: MANY.slice(0, 19) },
    });
    expect(made.status).toBe(201);
    const { licenses } = await purchase(service, brand, {
      bundle: 'all',
      products: [{ product: 'product-2', max_seats: 7 }],
      max_seats: 3,
    });
    expect(licenses.map(({ product_slug }) => product_slug).sort()).toEqual(MANY.slice(0, 19).sort());
    expect(licenses.filter(({ seat_limit }) => seat_limit === 7).map(({ product_slug }) => product_slug)).toEqual([
      'product-2',
    ]);
    const before = await itemsKept();
    const tooMany = await requestPurchase(service, brand, { bundle: 'all', products: ['wp-rocket', 'imagify'] });
    expect(tooMany).toMatchObject({ status: 422, body: { code: 'too_many_licenses_on_key' } });
    const unknown = await requestPurchase(service, brand, { bundle: 'nothing' });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'bundle_not_found', bundle: 'nothing' } });
    expect(await itemsKept()).toBe(before);
  });

  test('leaves no trace if a product is unknown or named twice', async () => {
    const before = await itemsKept();
    const unknown = await requestPurchase(service, brand, {
      products: ['wp-rocket', 'unknown'],
      external_id: 'order-bad',
      idempotency_key: 'bad',
    });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'product_not_found', product: 'unknown' } });
    const foreign = await requestPurchase(service, brand, {
      products: ['wp-rocket', '01900000-0000-7000-8000-000000000000'],
    });
    expect(foreign).toMatchObject({ status: 404, body: { code: 'product_not_found' } });
    const twice = await requestPurchase(service, brand, { products: ['wp-rocket', 'imagify', 'wp-rocket'] });
    expect(twice).toMatchObject({ status: 400, body: { errors: [{ pointer: '/products/2' }] } });
    expect(await itemsKept()).toBe(before);
  });
});
