import { afterEach, describe, expect, test } from '@jest/globals';
import { checkLicense } from '../../lib/api/check.ts';
import { createProduct, getProduct, updateProduct } from '../../lib/api/products.ts';
import { MINUTE_MS } from '../../lib/domain/time.ts';
import { newLicenseKey } from '../../lib/process/new-credentials.ts';
import { moveClock, stopClock } from '../support/run/clock.ts';
import { activate, check, firstOf, purchase } from '../support/service/purchases.ts';
import { useBrand, useFaultProxy, useService } from '../support/service/started-service.ts';
import { wholeTable } from '../support/table/whole-table.ts';

stopClock('2099-01-01T00:00:00Z');
const proxy = useFaultProxy();
const service = useService();
const brand = useBrand(service);
afterEach(() => moveClock(MINUTE_MS));

const NONE = { renew_url: null, upgrade_url: null, manage_url: null, support_url: null };
const RENEW = 'https://shop.example/renew/{license_id}?key={license_key_id}';
const SUPPORT = 'https://shop.example/help/{product}';
let products = 0;

async function newProduct(links: object | undefined): Promise<string> {
  products += 1;
  const slug = `linked-${String(products)}`;
  const body = { name: slug, slug, ...(links ? { links } : {}) };
  const { status } = await service.call(createProduct, { apiKey: brand.apiKey, body });
  expect(status).toBe(201);
  return slug;
}
const change = (product: string, links: object) =>
  service.call(updateProduct, { apiKey: brand.apiKey, params: { product }, body: { links } });

async function licensed(product: string) {
  const { license_key, licenses } = await purchase(service, brand, { products: [product] });
  const site = { license_key: license_key.key, product, instance_identifier: 'https://shop.example' };
  const activated = await activate(service, site);
  const { id } = firstOf(licenses);
  return { site, activated, links: { ...NONE, renew_url: `https://shop.example/renew/${id}?key=${license_key.id}` } };
}

describe('the links of a product', () => {
  test('stand filled in the answers to an activation and a check, by slug and by id', async () => {
    const product = await newProduct({ renew_url: RENEW });
    const { site, activated, links } = await licensed(product);
    expect(activated.body).toMatchObject({ links });
    const { body } = await service.call(getProduct, { apiKey: brand.apiKey, params: { product } });
    for (const named of [product, String(body['id'])])
      expect((await check(service, { ...site, product: named })).body).toMatchObject({ links });
    const alone = await service.call(checkLicense, { query: { license_key: site.license_key } });
    expect(alone.body).toMatchObject({ links });
  });

  test('are shown to the brand as they were set, merge in a PATCH, and null removes one', async () => {
    const product = await newProduct({ renew_url: RENEW });
    expect((await change(product, { support_url: SUPPORT })).body).toMatchObject({
      links: { ...NONE, renew_url: RENEW, support_url: SUPPORT },
    });
    expect((await change(product, { renew_url: null })).body).toMatchObject({
      links: { ...NONE, support_url: SUPPORT },
    });
  });

  test('reach sites within a minute after a change', async () => {
    const product = await newProduct({ renew_url: RENEW });
    const { site, links } = await licensed(product);
    await change(product, { renew_url: null, support_url: SUPPORT });
    expect((await check(service, site)).body).toMatchObject({ links });
    moveClock(MINUTE_MS);
    const changed = { ...NONE, support_url: `https://shop.example/help/${product}` };
    expect((await check(service, site)).body).toMatchObject({ links: changed });
  });

  test('stand in refusals; without a license only those that name none', async () => {
    const product = await newProduct({ renew_url: RENEW, support_url: SUPPORT });
    const { site, links } = await licensed(product);
    const full = await activate(service, { ...site, instance_identifier: 'https://second.example' });
    const support_url = `https://shop.example/help/${product}`;
    expect(full.body).toMatchObject({ code: 'seat_limit_reached', links: { ...links, support_url } });
    const other = await newProduct({ renew_url: RENEW, support_url: SUPPORT });
    expect((await check(service, { ...site, product: other })).body).toMatchObject({
      code: 'product_not_on_key',
      links: { ...NONE, support_url: `https://shop.example/help/${other}` },
    });
  });

  test('are not shown to a key that does not exist', async () => {
    const product = await newProduct({ support_url: SUPPORT });
    const query = { license_key: newLicenseKey(brand.key_prefix), product };
    expect(await service.call(checkLicense, { query })).toMatchObject({ status: 404, body: { links: NONE } });
  });

  test('are per license where no product was named', async () => {
    const [one, other] = [await newProduct({ support_url: SUPPORT }), await newProduct(undefined)];
    const { license_key } = await purchase(service, brand, { products: [one, other] });
    const { body } = await service.call(checkLicense, { query: { license_key: license_key.key } });
    const licenses = body['licenses'] as { license: { product: { slug: string } }; links: object }[];
    expect(Object.fromEntries(licenses.map(({ license, links }) => [license.product.slug, links]))).toEqual({
      [one]: { ...NONE, support_url: `https://shop.example/help/${one}` },
      [other]: NONE,
    });
    expect(body['links']).toEqual(NONE);
  });

  test('cost a check no round trip, and are read once a minute', async () => {
    const product = await newProduct({ renew_url: RENEW });
    const { site } = await licensed(product);
    const read = async (): Promise<string[]> => {
      proxy.asked.length = 0;
      await check(service, site);
      expect(proxy.asked.map(({ operation }) => operation)).toEqual(['BatchGetItem']);
      return [...JSON.stringify(proxy.asked).matchAll(/#product#|@settings#/g)].map(([found]) => found).sort();
    };
    expect(await read()).toEqual([]);
    moveClock(MINUTE_MS);
    expect(await read()).toEqual(['#product#', '@settings#']);
    expect(await read()).toEqual([]);
  });
});

/** All items but the counters of calls. */
const countItems = async (): Promise<number> => (await wholeTable(service)).filter(({ sk }) => sk !== 'rate').length;

describe('bad links', () => {
  test.each([
    [{ renew_url: 'https://shop.example/{email}' }, '/links/renew_url'],
    [{ upgrade_url: 'javascript:alert(1)' }, '/links/upgrade_url'],
    [{ manage_url: 'https://ann:secret@shop.example' }, '/links/manage_url'],
    [{ support_url: `https://shop.example/${'a'.repeat(2048)}` }, '/links/support_url'],
    [{ buy_url: 'https://shop.example' }, '/links/buy_url'],
    [{ renew_url: 7 }, '/links/renew_url'],
  ])('%j are refused by name on POST and PATCH, and nothing is written', async (links, pointer) => {
    const product = await newProduct({ renew_url: RENEW });
    const before = await countItems();
    const made = { name: 'Bad', slug: `bad-${String(products)}`, links };
    for (const reply of [
      await service.call(createProduct, { apiKey: brand.apiKey, body: made }),
      await change(product, links),
    ])
      expect(reply).toMatchObject({ status: 400, body: { code: 'bad_request', errors: [{ pointer }] } });
    expect(await countItems()).toBe(before);
  });
});
