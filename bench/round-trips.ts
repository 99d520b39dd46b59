import { randomUUID } from 'node:crypto';
import { getLicense, listLicenses, provisionLicenses } from '../lib/api/licenses.ts';
import { listActivations } from '../lib/api/activations.ts';
import { listLicenseEvents } from '../lib/api/events.ts';
import { listCustomers } from '../lib/api/customers.ts';
import { activateLicense } from '../lib/api/activate.ts';
import { checkLicense, checkLicenseByPost } from '../lib/api/check.ts';
import { deactivateLicense } from '../lib/api/deactivate.ts';
import type { Key } from '../lib/dynamo/schema.ts';
import { byOperation } from '../test/support/service/service.ts';
import { openCount, type Count } from './count.ts';
import type { CountingProxy } from './counting-proxy.ts';
import { ofMoves } from './moves.ts';
import { ofSeats } from './seats.ts';
import { atMost, exactly, figure, type Row } from './rows.ts';
import type { BenchService, Body, Shop } from './service.ts';
import { ofUpdates } from './updates.ts';
import { forgetContacts, licenseAddress } from './stored.ts';

const GROUP = 'DynamoDB round trips, authentication apart';
export const PRODUCTS = Array.from({ length: 20 }, (_, i) => `product-${String(i + 1).padStart(2, '0')}`);
const [FIRST = '', SECOND = ''] = PRODUCTS;
const PAGE = 100;

export async function measureRoundTrips(service: BenchService, proxy: CountingProxy): Promise<Row[]> {
  const count = openCount(service, proxy);
  const shop = await service.newShop(PRODUCTS);
  return [
    ...(await ofProductRoutes(service, shop, count)),
    ...(await ofProvisioning(service, shop, count)),
    ...(await ofMoves(GROUP, service, shop, PRODUCTS, count)),
    ...(await ofSeats(GROUP, service, shop, FIRST, count)),
    ...(await ofUpdates(GROUP, service, shop, PRODUCTS, count)),
    ...(await ofReading(service, shop, count)),
    ...(await ofIdempotency(service, shop, count)),
  ];
}

async function ofProductRoutes(service: BenchService, shop: Shop, count: Count): Promise<Row[]> {
  const { licenseKey: license_key } = await service.buy(shop, { products: [FIRST], max_seats: 5 });
  const { licenseIds, licenseKey: many } = await service.buy(shop, { products: PRODUCTS, license_key: 'new' });
  const productId = await productIdOf(service, shop, licenseIds[0] ?? '');
  const site = { license_key, product: FIRST, instance_identifier: 'https://one.example.com' };
  const wrongLetter = { ...site, license_key: license_key.slice(0, -1) + (license_key.endsWith('A') ? 'B' : 'A') };
  const rows = [
    atMost(GROUP, 'activate, a new instance', 2, await count(activateLicense, { body: site }, [201])),
    atMost(GROUP, 'activate, an active instance', 2, await count(activateLicense, { body: site }, [200])),
    atMost(GROUP, 'check', 1, await count(checkLicense, { query: site })),
    await ofTheDaysFirstCheck(service, licenseAddress(shop.prefix, license_key, FIRST), () =>
      count(checkLicense, { query: site }),
    ),
    atMost(GROUP, 'check, product by id', 1, await count(checkLicense, { query: { ...site, product: productId } })),
    atMost(GROUP, 'check, by POST', 1, await count(checkLicenseByPost, { body: site })),
    atMost(
      GROUP,
      'check, an unknown instance',
      1,
      await count(checkLicense, { query: { ...site, instance_identifier: 'two.example.com' } }),
    ),
    atMost(
      GROUP,
      'check, product not on the key',
      1,
      await count(checkLicense, { query: { ...site, product: SECOND } }),
    ),
    atMost(
      GROUP,
      'check, product not named, 1 on the key',
      2,
      await count(checkLicense, { query: { license_key, instance_identifier: 'one.example.com' } }),
    ),
    atMost(
      GROUP,
      'check, product not named, 20 on the key',
      2,
      await count(checkLicense, { query: { license_key: many, instance_identifier: 'one.example.com' } }),
    ),
    atMost(GROUP, 'check, a mistyped key', 0, await count(checkLicense, { query: wrongLetter }, [404])),
    atMost(GROUP, 'deactivate', 2, await count(deactivateLicense, { body: site })),
    atMost(GROUP, 'deactivate, an inactive instance', 2, await count(deactivateLicense, { body: site })),
    atMost(GROUP, 'activate, a returning instance', 2, await count(activateLicense, { body: site }, [201])),
  ];
  return rows;
}

async function ofTheDaysFirstCheck(service: BenchService, license: Key, check: () => Promise<number>): Promise<Row> {
  await forgetContacts(service, license);
  return atMost(GROUP, 'check, the first of the day (notes last_checked_at)', 2, await check());
}

async function productIdOf(service: BenchService, { apiKey }: Shop, license_id: string): Promise<string> {
  const { body } = await service.call(getLicense, { apiKey, params: { license_id } });
  return (body as { product: { id: string } }).product.id;
}

async function ofProvisioning(service: BenchService, shop: Shop, count: Count): Promise<Row[]> {
  const { apiKey } = shop;
  const customer = 'extends@example.com';
  const { licenseKey } = await service.buy(shop, { customer_email: customer, products: [FIRST] });
  const products = PRODUCTS.slice(0, 3);
  await service.call(byOperation('admin_create_bundle'), {
    apiKey: service.platformKey,
    params: { brand_id: shop.id },
    body: { name: 'All', slug: 'all', products },
  });
  const provision = (order: Body, headers: Record<string, string> = {}): Promise<number> =>
    count(
      provisionLicenses,
      { apiKey, headers, body: { customer_email: `${randomUUID()}@example.com`, ...order } },
      [201],
    );
  const row = async (what: string, order: Body, headers?: Record<string, string>): Promise<Row> =>
    atMost(GROUP, `provision, ${what}`, 2, await provision(order, headers));
  return [
    await row('a new customer', { products: [FIRST] }),
    await row('per_customer, extends the key', { customer_email: customer, products: [SECOND] }),
    await row('extends a key by its text', {
      customer_email: customer,
      license_key: licenseKey,
      products: PRODUCTS.slice(2, 3),
    }),
    await row('license_key: new', { customer_email: customer, license_key: 'new', products: [FIRST] }),
    await row('with Idempotency-Key', { products: [FIRST] }, { 'idempotency-key': randomUUID() }),
    await row('with external_id', { products: [FIRST], external_id: randomUUID() }),
    await row('20 products', { products: PRODUCTS }),
    atMost(GROUP, 'provision, a bundle of 3 products', 2, await provision({ bundle: 'all' }), { allowed: 3 }),
  ];
}

async function ofReading(service: BenchService, shop: Shop, count: Count): Promise<Row[]> {
  const { apiKey } = shop;
  const ONE = 'one@example.com';
  const one = await service.buy(shop, { customer_email: ONE, products: [FIRST] });
  const ending = one.licenseKey.slice(-4);
  await service.activate(one.licenseKey, FIRST, 'one.example.com');
  await service.buy(shop, { customer_email: 'twenty@example.com', products: PRODUCTS });
  for (let i = 0; i < PAGE; i += 1)
    await service.buy(shop, { customer_email: 'hundred@example.com', products: [FIRST], license_key: 'new' });
  const list = (email: string, limit: number): Promise<number> =>
    count(listLicenses, { apiKey, query: { email, limit: String(limit) } });
  const search = (query: Record<string, string>): Promise<number> => count(listLicenses, { apiKey, query });
  const byId = { apiKey, params: { license_id: one.licenseId } };
  return [
    atMost(GROUP, 'list by e-mail, 1 license', 2, await list(ONE, 50)),
    atMost(GROUP, 'list by e-mail, 20 licenses on one key', 2, await list('twenty@example.com', 50)),
    atMost(GROUP, 'list by e-mail, a page of 50 on 50 keys', 2, await list('hundred@example.com', 50)),
    atMost(GROUP, 'list by e-mail, a page of 100 on 100 keys', 2, await list('hundred@example.com', PAGE)),
    atMost(GROUP, 'find a customer by e-mail', 1, await count(listCustomers, { apiKey, query: { email: ONE } })),
    atMost(GROUP, 'list by a host', 3, await search({ instance: 'one.example.com' })),
    atMost(GROUP, 'list by a product, a page of 50 (16 shards)', 18, await search({ product: FIRST, limit: '50' })),
    atMost(GROUP, 'list by the last four of a key (4 shards)', 6, await search({ license_key: ending })),
    figure(GROUP, 'get one license', String(await count(getLicense, byId))),
    figure(GROUP, "list a license's activations", String(await count(listActivations, byId))),
    figure(GROUP, "list a license's events", String(await count(listLicenseEvents, byId))),
  ];
}

/** The additional requests of the same first call with an idempotency key. */
async function ofIdempotency(service: BenchService, shop: Shop, count: Count): Promise<Row[]> {
  const { apiKey } = shop;
  const { licenseKey: license_key } = await service.buy(shop, { products: [FIRST], max_seats: 5 });
  const headers = (): Record<string, string> => ({ 'idempotency-key': randomUUID() });
  const site = (n: number): Body => ({ license_key, product: FIRST, instance_identifier: `site-${n}.example.com` });
  const order = (): Body => ({ customer_email: `${randomUUID()}@example.com`, products: [FIRST] });
  const row = async (what: string, plain: Promise<number>, keyed: () => Promise<number>): Promise<Row> => {
    const without = await plain;
    return exactly(GROUP, `extra for Idempotency-Key, first ${what}`, '0', String((await keyed()) - without));
  };
  return [
    await row('provision', count(provisionLicenses, { apiKey, body: order() }), () =>
      count(provisionLicenses, { apiKey, body: order(), headers: headers() }),
    ),
    await row('activate', count(activateLicense, { body: site(1) }), () =>
      count(activateLicense, { body: site(2), headers: headers() }),
    ),
    await row('deactivate', count(deactivateLicense, { body: site(1) }), () =>
      count(deactivateLicense, { body: site(2), headers: headers() }),
    ),
  ];
}
