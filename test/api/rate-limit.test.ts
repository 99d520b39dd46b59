import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { updateBrand } from '../../lib/api/brands.ts';
import { listLicenses } from '../../lib/api/licenses.ts';
import { issueToken } from '../../lib/api/tokens.ts';
import { checkLicense } from '../../lib/api/check.ts';
import { adminListApiKeys, createApiKey } from '../../lib/api/api-keys.ts';
import { adminListProducts } from '../../lib/api/products.ts';
import { purchase } from '../support/service/purchases.ts';
import { engineEndpoint } from '../support/run/engine-endpoint.ts';
import { startFaultProxy, type FaultProxy } from '../support/table/fault-proxy.ts';
import type { TestBrand } from '../support/service/service.ts';
import { wholeTable } from '../support/table/whole-table.ts';
import { formOf } from '../support/service/world.ts';
import { useService } from '../support/service/started-service.ts';
import { MINUTE_MS, HOUR_MS } from '../../lib/domain/time.ts';

/** Half a second into a future minute, so that no test crosses a minute's limit. */
const MINUTE_STARTS = Date.parse('2099-01-01T10:00:00.500Z');
let proxy: FaultProxy;
const service = useService();
beforeAll(async () => {
  proxy = await startFaultProxy(engineEndpoint());
  process.env['DYNAMODB_ENDPOINT'] = proxy.endpoint;
});
afterAll(() => proxy.stop());
afterEach(() => {
  jest.restoreAllMocks();
});

async function limitedTo(rate_limit_per_minute: number): Promise<TestBrand> {
  const brand = await service.brand();
  const params = { brand_id: brand.id };
  const changed = await service.call(updateBrand, {
    apiKey: service.platformKey,
    params,
    body: { settings: { rate_limit_per_minute } },
  });
  expect(changed).toMatchObject({ status: 200, body: { settings: { rate_limit_per_minute } } });
  jest.spyOn(Date, 'now').mockReturnValue(MINUTE_STARTS);
  return brand;
}

const list = (apiKey: string) => service.call(listLicenses, { apiKey, query: { email: 'nobody@example.com' } });

test('the rate limit holds for 50 parallel callers, and starts again in the next minute', async () => {
  const { apiKey, key_prefix } = await limitedTo(120);
  const counter = `${key_prefix}#rate#brand#`;
  for (const minute of [0, 1]) {
    jest.spyOn(Date, 'now').mockReturnValue(MINUTE_STARTS + minute * MINUTE_MS);
    proxy.asked.length = 0;
    const worker = async (): Promise<number[]> => {
      const statuses: number[] = [];
      for (let i = 0; i < 4; i += 1) statuses.push((await list(apiKey)).status);
      return statuses;
    };
    const statuses = (await Promise.all(Array.from({ length: 50 }, worker))).flat();
    const answered = (wanted: number): number => statuses.filter((status) => status === wanted).length;
    expect(answered(200) + answered(429) + answered(503)).toBe(200);
    expect(answered(200)).toBeLessThanOrEqual(120);
    // On a busy machine a request may be counted and then fail, and one whose answer was lost is counted twice.
    const sent = proxy.asked.filter(({ input }) => JSON.stringify(input).includes(counter));
    const resent = sent.filter(({ isResent }) => isResent).length;
    expect(answered(200)).toBeGreaterThanOrEqual(120 - answered(503) - resent);
    const counters = (await wholeTable(service)).filter(({ pk }) => pk.startsWith(counter));
    expect(counters).toHaveLength(minute + 1);
    for (const { count } of counters) expect(count).toBeLessThanOrEqual(120);
    const [newest] = counters.toSorted((a, b) => (a.pk < b.pk ? 1 : -1));
    expect(newest?.count).toBeGreaterThanOrEqual(120 - answered(503));
  }
});

test('each answer to a brand has the state of the limit, and a refusal the time to retry', async () => {
  const { apiKey } = await limitedTo(2);
  expect((await list(apiKey)).headers).toMatchObject({
    ratelimit: '"brand";r=1;t=60',
    'ratelimit-policy': '"brand";q=2;w=60',
    'x-ratelimit-limit': '2',
    'x-ratelimit-remaining': '1',
    'x-ratelimit-reset': '60',
  });
  const bad = await service.call(listLicenses, { apiKey, query: {} });
  expect(bad).toMatchObject({ status: 400, headers: { 'x-ratelimit-remaining': '0' } });
  const refused = await list(apiKey);
  expect(refused).toMatchObject({
    status: 429,
    headers: { 'retry-after': '60', 'x-ratelimit-remaining': '0' },
    body: { code: 'rate_limited' },
  });
});

test('a key with its own limit is refused beyond it and does not use up the brand’s limit', async () => {
  const { apiKey } = await limitedTo(10);
  const made = await service.call(createApiKey, { apiKey, body: { name: 'slow', rate_limit_per_minute: 1 } });
  const slow = String(made.body['api_key']);
  expect((await list(slow)).headers['ratelimit']).toBe('"brand";r=8;t=60, "key";r=0;t=60');
  for (let i = 0; i < 20; i += 1) {
    const refused = await list(slow);
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(refused.headers).toMatchObject({
      ratelimit: '"brand";r=8;t=60, "key";r=0;t=60',
      'ratelimit-policy': '"brand";q=10;w=60, "key";q=1;w=60',
      'x-ratelimit-limit': '1',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '60',
      'retry-after': '60',
    });
  }
  expect((await list(apiKey)).headers['ratelimit']).toBe('"brand";r=7;t=60');
});

test('a token request counts against the key’s limit, and its refusal not against the brand’s', async () => {
  const { apiKey } = await limitedTo(10);
  const made = await service.call(createApiKey, { apiKey, body: { name: 'slow', rate_limit_per_minute: 1 } });
  const client = { client_id: String(made.body['id']), client_secret: String(made.body['api_key']) };
  const ask = () => service.call(issueToken, formOf({ grant_type: 'client_credentials', ...client }));
  expect((await ask()).status).toBe(200);
  for (let i = 0; i < 20; i += 1) expect(await ask()).toMatchObject({ status: 429, headers: { 'retry-after': '60' } });
  expect((await list(apiKey)).headers['ratelimit']).toBe('"brand";r=7;t=60');
});

test('a refused call writes nothing', async () => {
  const { apiKey } = await limitedTo(20);
  await list(apiKey);
  proxy.asked.length = 0;
  const statuses: number[] = [];
  for (let i = 0; i < 100; i += 1) statuses.push((await list(apiKey)).status);
  expect(statuses.filter((status) => status === 429)).toHaveLength(81);
  expect(proxy.asked.filter(({ operation }) => operation === 'UpdateItem')).toHaveLength(19);
});

test('brands do not count against each other, and product routes are not counted', async () => {
  const [one, other] = [await limitedTo(1), await limitedTo(1)];
  expect((await list(one.apiKey)).status).toBe(200);
  expect((await list(one.apiKey)).status).toBe(429);
  expect((await list(other.apiKey)).status).toBe(200);
  const site = {
    license_key: 'WPR-0000-0000-0000-0000',
    product: 'wp-rocket',
    instance_identifier: 'https://a.example',
  };
  const checked = await service.call(checkLicense, { query: site });
  expect(checked.status).toBe(404);
  expect(Object.keys(checked.headers).join()).not.toMatch(/ratelimit/);
});

test('a platform key has a rate limit', async () => {
  const answer = await service.call(adminListProducts, {
    apiKey: service.platformKey,
    params: { brand_id: (await service.brand()).id },
  });
  expect(answer.headers['ratelimit-policy']).toBe('"key";q=30000;w=60');
});

test('a suspended brand’s API keys are refused, and its sites still get their verdicts', async () => {
  const brand = await service.brand();
  const { key } = (await purchase(service, brand)).license_key;
  await service.call(updateBrand, {
    apiKey: service.platformKey,
    params: { brand_id: brand.id },
    body: { status: 'suspended' },
  });
  expect(await list(brand.apiKey)).toMatchObject({ status: 403, body: { code: 'brand_suspended' } });
  const site = { license_key: key, product: 'wp-rocket', instance_identifier: 'https://a.example' };
  expect(await service.call(checkLicense, { query: site })).toMatchObject({
    status: 200,
    body: { code: 'not_activated' },
  });
  await service.call(updateBrand, {
    apiKey: service.platformKey,
    params: { brand_id: brand.id },
    body: { status: 'active' },
  });
  expect((await list(brand.apiKey)).status).toBe(200);
});

test('the use of an API key is recorded once an hour', async () => {
  const brand = await service.brand();
  const lastUse = async (): Promise<unknown> => {
    const { body } = await service.call(adminListApiKeys, {
      apiKey: service.platformKey,
      params: { brand_id: brand.id },
    });
    return (body['api_keys'] as { last_used_at: string | null }[])[0]?.last_used_at;
  };
  expect(await lastUse()).toBeNull();
  jest.spyOn(Date, 'now').mockReturnValue(MINUTE_STARTS);
  await list(brand.apiKey);
  jest.spyOn(Date, 'now').mockReturnValue(MINUTE_STARTS + 3_599_000);
  await list(brand.apiKey);
  expect(await lastUse()).toBe('2099-01-01T10:00:00Z');
  jest.spyOn(Date, 'now').mockReturnValue(MINUTE_STARTS + HOUR_MS);
  await list(brand.apiKey);
  expect(await lastUse()).toBe('2099-01-01T11:00:00Z');
});
