import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { keepReads } from '../../infra/grants.ts';
import { activateLicense } from '../../lib/api/activate.ts';
import { checkLicense } from '../../lib/api/check.ts';
import { listLicenses } from '../../lib/api/licenses.ts';
import { DAY_MS, MINUTE_MS } from '../../lib/domain/time.ts';
import { refuseUnknown } from '../../lib/http/unknown-route.ts';
import { newLicenseKey } from '../../lib/process/new-credentials.ts';
import { FAILURES_A_MINUTE } from '../../lib/table/failures.ts';
import { moveClock, stopClock } from '../support/run/clock.ts';
import { activate, purchase } from '../support/service/purchases.ts';
import { startService, type Service, type TestBrand } from '../support/service/service.ts';
import { wholeTable } from '../support/table/whole-table.ts';

let service: Service;
let brand: TestBrand;
let key: string;
let before: string;
let email: string;
const site = { product: 'wp-rocket', instance_identifier: 'https://shop.example' };
const stored = async (): Promise<string> => JSON.stringify(await wholeTable(service));

beforeAll(async () => {
  stopClock('2099-01-01T10:00:00.500Z');
  service = await startService();
  brand = await service.brand();
  const bought = await purchase(service, brand, { max_seats: 2 });
  key = bought.license_key.key;
  email = bought.license_key.customer_email;
  await activate(service, { license_key: key, ...site });
  // A day later a check notes that the site has called, and an API key that it is in use.
  moveClock(2 * DAY_MS);
  before = await stored();
});
beforeEach(() => {
  process.env['READ_REGION'] = 'true';
});
afterEach(() => {
  delete process.env['READ_REGION'];
  moveClock(MINUTE_MS);
});

describe('a region that only reads', () => {
  test('gives every verdict, and notes no contact of a site', async () => {
    const { status, body } = await service.call(checkLicense, { query: { license_key: key, ...site } });
    expect({ status, code: body['code'], may_run: body['may_run'] }).toEqual({
      status: 200,
      code: 'valid',
      may_run: true,
    });
    expect(await stored()).toBe(before);
  });

  test('limits unknown license keys of a source by what its container counts', async () => {
    const ask = () =>
      service.call(checkLicense, {
        query: { license_key: newLicenseKey(brand.key_prefix), ...site },
        sourceIp: '203.0.113.9',
      });
    for (let n = 0; n < FAILURES_A_MINUTE; n += 1) expect((await ask()).body['code']).toBe('license_key_not_found');
    expect((await ask()).body['code']).toBe('rate_limited');
    expect(await stored()).toBe(before);
  });

  test('shows a brand its licenses, and counts its requests in the container', async () => {
    const list = () => service.call(listLicenses, { apiKey: brand.apiKey, query: { email } });
    const [first, second] = [await list(), await list()];
    expect(first.body['licenses']).toHaveLength(1);
    for (const { headers } of [first, second])
      expect(Number(headers['x-ratelimit-remaining'])).toBeLessThan(Number(headers['x-ratelimit-limit']));
    expect(await stored()).toBe(before);
  });

  test('writes nothing, and says that it is unavailable instead', async () => {
    const other = { ...site, instance_identifier: 'https://other.example' };
    const activating = await service.call(activateLicense, { body: { license_key: key, ...other } });
    expect(activating).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(await stored()).toBe(before);
  });

  test('says so too where it has no route, so that callers come back', async () => {
    const asked = (method: string, path: string) =>
      refuseUnknown({ request: { method, path, sourceIp: '', baseUrl: '' } });
    expect(await asked('POST', '/api/v1/brand/licenses/provision')).toMatchObject({ code: 'unavailable' });
    expect(await asked('POST', '/nowhere')).toMatchObject({ code: 'route_not_found' });
    delete process.env['READ_REGION'];
    expect(await asked('POST', '/nowhere')).toMatchObject({ code: 'route_not_found' });
  });
});

test('the grants of a second region are the reads of the first', () => {
  const grant = { read: ['key'], readAcross: ['seats'], query: ['seats'], find: ['host'], put: ['id'] } as const;
  const writes = { putAcross: ['id'], update: ['seats'], remove: ['seats'], check: ['customer'] } as const;
  const { put: _, ...reads } = grant;
  expect(keepReads({ ...grant, ...writes })).toEqual(reads);
});
