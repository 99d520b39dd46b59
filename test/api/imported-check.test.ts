import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { announceEngineEndpoint, engineEndpoint } from '../support/run/engine-endpoint.ts';
import { startFaultProxy, type FaultProxy } from '../support/table/fault-proxy.ts';
import { byOperation, startService, type Reply, type Service, type TestBrand } from '../support/service/service.ts';
import { bringRow, openImport, sampleRow } from '../support/service/import-rows.ts';

let proxy: FaultProxy;
let service: Service;
let shop: TestBrand;
beforeAll(async () => {
  const engine = engineEndpoint();
  proxy = await startFaultProxy(engine);
  announceEngineEndpoint(proxy.endpoint);
  service = await startService();
  announceEngineEndpoint(engine);
  shop = await service.brand();
  await bringRow(await openImport(service, shop), sampleRow('round-trip-key-1'));
});
afterAll(() => proxy.stop());

const check = (license_key: string, site = 'https://site-0.example'): Promise<Reply> =>
  service.call(byOperation('check_license_by_post'), {
    body: { license_key, brand: shop.slug, product: 'wp-rocket', instance_identifier: site },
  });
const operationsOf = async (run: () => Promise<unknown>): Promise<string[]> => {
  const before = proxy.asked.length;
  await run();
  return proxy.asked.slice(before).map(({ operation }) => operation);
};

test('a check of an imported key is one read, beside what its container remembers', async () => {
  const site = 'https://nowhere.example';
  const first = await operationsOf(() => check('round-trip-key-1', site));
  expect(first.length).toBeGreaterThan(1);
  expect(await operationsOf(() => check('round-trip-key-1', site))).toEqual(['BatchGetItem']);
});

test('a license has no history before the moment of its import', async () => {
  const found = await service.call(byOperation('list_licenses'), {
    apiKey: shop.apiKey,
    query: { license_key: 'round-trip-key-1' },
  });
  const [license] = found.body['licenses'] as { id: string; created_at: string }[];
  const at = (time: string): Promise<Reply> =>
    service.call(byOperation('get_license'), {
      apiKey: shop.apiKey,
      params: { license_id: license?.id ?? '' },
      query: { at: time },
    });
  expect((await at('2020-01-01T00:00:00Z')).body).toMatchObject({ code: 'license_not_found' });
  expect((await at('2099-01-01T00:00:00Z')).status).toBeGreaterThanOrEqual(200);
  expect(license?.created_at).toBe('2019-04-01T09:30:00Z');
});
