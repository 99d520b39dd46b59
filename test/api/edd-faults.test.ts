import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { AddressInfo } from 'node:net';
import { newLicenseKey } from '../../lib/process/new-credentials.ts';
import { startMinute } from '../support/run/clock.ts';
import type * as eddClient from '../support/edd/edd-client.ts';
import { BROWSER, encode, get, post, send, type EddReply } from '../support/edd/edd-client.ts';
import { openEddShop, useEddShop } from '../support/edd/edd-shop.ts';
import { byOperation, type Reply, type TestBrand } from '../support/service/service.ts';
import { useService } from '../support/service/started-service.ts';

const service = useService();
const shop = useEddShop(service);
const { buy, checking, deactivating } = openEddShop(service, shop);

/** Expects 200 with one JSON object, never kept by anybody, without a word on the license. */
function expectCannotTell(reply: EddReply): void {
  expect(reply.status).toBe(200);
  expect(reply.headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
  expect(reply.headers['retry-after']).toBeUndefined();
  expect(reply.body).toEqual({ success: false, msg: expect.any(String) });
}

describe('whatever happens, the answer is 200 with a JSON object', () => {
  test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'GET', 'POST'])('to %s without an action', async (method) => {
    expectCannotTell(await send({ method, path: `/edd/${shop.slug}` }));
    expectCannotTell(await send({ method, path: `/edd/${shop.slug}/anything/below` }));
    expectCannotTell(await send({ method, path: '/edd/' }));
  });

  test.each(['toString', '__proto__', 'package_download', 'ACTIVATE_LICENSE', ''])(
    'to the action %s',
    async (action) => {
      expectCannotTell(await post(shop.slug, { edd_action: action, license: 'x' }));
    },
  );

  test.each([
    ['a body of 300 KB', { form: `edd_action=check_license&license=${'x'.repeat(300_000)}` }],
    ['JSON', { form: '{"edd_action":"check_license"}', headers: { 'content-type': 'application/json' } }],
    ['bytes that are no text', { form: '\u0000%ff%fe=%c3' }],
    ['a thousand brackets', { form: `edd_action${'[a]'.repeat(1000)}=1` }],
    ['a query of percent signs', { query: '%%%=%' }],
  ])('to %s', async (_, sent) => {
    expectCannotTell(await send({ path: `/edd/${shop.slug}/`, ...sent }));
  });

  test('to a brand that does not exist', async () => {
    expect((await post('nobody', { edd_action: 'check_license', license: 'x' })).body).toMatchObject({
      success: false,
      license: 'invalid',
    });
  });

  test.each([
    ['activate_license', { success: false, license: 'invalid' }],
    ['deactivate_license', { success: false, license: 'failed' }],
    ['get_version', { msg: expect.any(String) }],
  ])('to %s at a brand that does not exist', async (edd_action, body) => {
    const fields = { edd_action, license: 'x', item_id: 85, url: 'https://one.example' };
    expect((await post('nobody', fields)).body).toMatchObject(body);
  });

  test('to a source of too many unknown keys, without calling its own key invalid', async () => {
    const fields = { edd_action: 'check_license', item_id: 85, url: 'https://one.example' };
    const from = { sourceIp: '198.51.100.9' };
    const unknown = () => post(shop.slug, { ...fields, license: newLicenseKey(shop.key_prefix) }, from);
    startMinute();
    for (let n = 0; n < 60; n += 1) expect((await unknown()).body['license']).toBe('invalid');
    expectCannotTell(await unknown());
    for (const edd_action of ['activate_license', 'deactivate_license'])
      expectCannotTell(await post(shop.slug, { ...fields, edd_action, license: newLicenseKey(shop.key_prefix) }, from));
    const version = { ...fields, edd_action: 'get_version', license: newLicenseKey(shop.key_prefix) };
    expect((await post(shop.slug, version, from)).body['msg']).toBe(
      'The update server cannot answer at the moment. It will be asked again.',
    );
    const { key } = await buy('wp-rocket');
    expect((await post(shop.slug, { ...fields, license: key }, from)).body['license']).toBe('inactive');
  });

  test('to an unknown key of a site with two spellings, or for an unknown product', async () => {
    const license = newLicenseKey(shop.key_prefix);
    expect((await checking(license, { url: 'https://one.example:8443/Shop' })).body['license']).toBe('invalid');
    expect((await deactivating(license, { item_id: 99 })).body['license']).toBe('failed');
  });

  test('with the headers of every answer', async () => {
    const { key } = await buy('wp-rocket');
    expect((await checking(key)).headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': expect.any(String),
    });
  });
});

describe('a browser', () => {
  const set = (renewal_url: unknown, brand: TestBrand = shop): Promise<Reply> =>
    service.call(byOperation('update_brand'), {
      apiKey: service.platformKey,
      params: { brand_id: brand.id },
      body: { settings: { renewal_url } },
    });
  const open = (path: string, query = '') => send({ path, query, userAgent: BROWSER });
  const checkout = encode({ edd_license_key: 'ACME-1&2', download_id: 85 });

  test('is answered with JSON while the brand has no renewal page', async () => {
    expectCannotTell(await open(`/edd/${shop.slug}`));
  });

  test.each([
    'http://shop.example/renew',
    'javascript:alert(1)',
    'https://user@shop.example',
    'https://shop.example/?k={key}',
    'nothing',
    7,
  ])('is never sent to %s', async (url) => {
    expect(await set(url)).toMatchObject({ status: 400, body: { errors: [{ pointer: '/settings/renewal_url' }] } });
  });

  test('is sent to the renewal page, with the key only if the brand asks for it', async () => {
    const [silent, asking] = [await service.brand({ products: {} }), await service.brand({ products: {} })];
    const page = 'https://shop.example/renew';
    expect((await set(page, silent)).status).toBe(200);
    const plain = await open(`/edd/${silent.slug}/checkout/`, checkout);
    expect(plain).toMatchObject({ status: 302, headers: { location: page, 'cache-control': 'no-store' } });
    await set('https://shop.example/?key={license_key}&id={item_id}', asking);
    expect((await open(`/edd/${asking.slug}/checkout/`, checkout)).headers['location']).toBe(
      'https://shop.example/?key=ACME-1%262&id=85',
    );
    expect((await get(asking.slug, { edd_action: 'check_license', license: 'x' }, { userAgent: BROWSER })).status).toBe(
      200,
    );
    expectCannotTell(await send({ path: `/edd/${asking.slug}` }));
  });
});

describe('without the table', () => {
  let hole: Server;
  let away: typeof eddClient;

  beforeAll(async () => {
    hole = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => hole.once('listening', resolve));
    const endpoint = process.env['DYNAMODB_ENDPOINT'];
    process.env['DYNAMODB_ENDPOINT'] = `http://127.0.0.1:${String((hole.address() as AddressInfo).port)}`;
    await jest.isolateModulesAsync(async () => {
      away = await import('../support/edd/edd-client.ts');
      // The container reads its configuration at its first request.
      await away.post('any', { edd_action: 'check_license', license: 'x' });
    });
    process.env['DYNAMODB_ENDPOINT'] = endpoint;
  }, 20_000);
  afterAll(() => {
    hole.closeAllConnections();
    hole.close();
  });

  test.each(['activate_license', 'deactivate_license', 'check_license'])('%s does not tell', async (edd_action) => {
    expectCannotTell(await away.post(shop.slug, { edd_action, license: 'x', item_id: 85 }));
  });

  test('get_version offers the version that the site has', async () => {
    const { status, body } = await away.get(shop.slug, { edd_action: 'get_version', version: '4.2', item_id: 85 });
    expect({ status, body }).toMatchObject({ status: 200, body: { new_version: '4.2', package: '' } });
    expect(body['sections']).toContain('s:9:"changelog";');
    const query = 'edd_action=get_version&products[a][version]=1&products[b][version]=2';
    const batch = await away.send({ path: `/edd/${shop.slug}`, query });
    expect(batch.body).toMatchObject({ a: { new_version: '1', package: '' }, b: { new_version: '2', package: '' } });
  });
});
