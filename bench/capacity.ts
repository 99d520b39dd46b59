import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb';
import { provisionLicenses } from '../lib/api/licenses.ts';
import { activateLicense } from '../lib/api/activate.ts';
import { checkLicense } from '../lib/api/check.ts';
import { deactivateLicense } from '../lib/api/deactivate.ts';
import { MINUTE_MS } from '../lib/domain/time.ts';
import { moveTo, now } from '../lib/process/clock.ts';
import { measureCopies } from './copies.ts';
import type { CountingProxy } from './counting-proxy.ts';
import { measureIndexUnits } from './index-units.ts';
import { PRODUCTS } from './round-trips.ts';
import { figure, identical, type Row } from './rows.ts';
import type { BenchService, Body, Shop } from './service.ts';
import { crowd, licenseAddress } from './stored.ts';
import { ofUpdateUnits } from './updates.ts';

const GROUP = 'Capacity units on dynoxide, authentication apart';
const [PRODUCT = ''] = PRODUCTS;
const CROWDS = [1, 100, 5_000];
const BRANDS = 50;

/**
 * Measures the capacity of each operation in table and indexes. Needs an engine that counts capacity as AWS does.
 */
export async function measureCapacity(service: BenchService, proxy: CountingProxy): Promise<Row[]> {
  const shop = await service.newShop(PRODUCTS);
  return [
    ...(await ofChecks(service, proxy, shop)),
    ...(await ofWrites(service, proxy, shop)),
    ...(await ofUpdateUnits(GROUP, service, shop, PRODUCTS, (action) => unitsOf(proxy, action))),
    ...(await measureIndexUnits(service, proxy, shop, PRODUCT)),
  ];
}

async function unitsOf(proxy: CountingProxy, action: () => Promise<unknown>): Promise<number> {
  const sent = await proxy.during(action);
  const consumed = sent
    .filter(({ isAuthentication }) => !isAuthentication)
    .flatMap(({ capacity }): ConsumedCapacity[] => capacity);
  if (consumed.length === 0) throw new Error('the engine reported no capacity');
  return consumed.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}

async function ofChecks(service: BenchService, proxy: CountingProxy, shop: Shop): Promise<Row[]> {
  const instance_identifier = 'one.example.com';
  const check = (license_key: string): Promise<number> =>
    unitsOf(proxy, () => service.call(checkLicense, { query: { license_key, product: PRODUCT, instance_identifier } }));
  const { licenseKey } = await service.buy(shop, { products: [PRODUCT], max_seats: null });
  await service.activate(licenseKey, PRODUCT, instance_identifier);
  const crowded: number[] = [];
  for (const activations of CROWDS) {
    await crowd(service, licenseAddress(shop.prefix, licenseKey, PRODUCT), activations);
    crowded.push(await check(licenseKey));
  }
  const { licenseKey: full } = await service.buy(shop, { products: PRODUCTS });
  await service.activate(full, PRODUCT, instance_identifier);
  const products = [await check(licenseKey), await check(full)];
  const atHand = await check(licenseKey);
  moveTo(now() + 2 * MINUTE_MS);
  const readAlong = await check(licenseKey);
  const alone = await check(licenseKey);
  for (let brands = 2; brands <= BRANDS; brands += 1) await service.newShop([PRODUCT]);
  return [
    identical(GROUP, `check, read units at ${CROWDS.join(' · ')} activations`, crowded),
    identical(GROUP, `check, read units at 1 · ${PRODUCTS.length} products on the key`, products),
    figure(
      GROUP,
      'check, read units with copies at hand · to be read along',
      `${String(atHand)} · ${String(readAlong)}`,
    ),
    identical(GROUP, `check, read units at 1 · ${BRANDS} brands`, [alone, await check(licenseKey)]),
    // Last, as it drives out the copies of the service.
    measureCopies(GROUP),
  ];
}

async function ofWrites(service: BenchService, proxy: CountingProxy, shop: Shop): Promise<Row[]> {
  const { apiKey } = shop;
  const { licenseKey: license_key } = await service.buy(shop, { products: [PRODUCT], max_seats: 5 });
  const body = { license_key, product: PRODUCT, instance_identifier: 'one.example.com' };
  const order = (products: readonly string[]): Body => ({
    customer_email: `buyer-${products.length}@example.com`,
    products,
  });
  const row = async (what: string, action: () => Promise<unknown>): Promise<Row> =>
    figure(GROUP, `${what}, read and write units`, String(await unitsOf(proxy, action)));
  return [
    await row('activate, a new instance', () => service.call(activateLicense, { body }, [201])),
    await row('deactivate', () => service.call(deactivateLicense, { body })),
    await row('activate, a returning instance', () => service.call(activateLicense, { body }, [201])),
    await row('provision, a new customer, 1 product', () =>
      service.call(provisionLicenses, { apiKey, body: order([PRODUCT]) }),
    ),
    await row(`provision, a new customer, ${PRODUCTS.length} products`, () =>
      service.call(provisionLicenses, { apiKey, body: order(PRODUCTS) }),
    ),
  ];
}
