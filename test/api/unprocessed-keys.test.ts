import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { listLicenses } from '../../lib/api/licenses.ts';
import { parse } from '../support/table/fault-proxy.ts';
import { activate, check, newEmail, purchase, requestPurchase } from '../support/service/purchases.ts';
import { useBrand, useFaultProxy, useService } from '../support/service/started-service.ts';

let site: { license_key: string; product: string; instance_identifier: string };
const customer_email = newEmail();
const proxy = useFaultProxy();
const service = useService();
const brand = useBrand(service);
beforeAll(async () => {
  const bought = await purchase(service, brand, { customer_email, max_seats: 3 });
  site = { license_key: bought.license_key.key, product: 'wp-rocket', instance_identifier: 'https://shop.example' };
  await activate(service, site);
});
afterEach(() => {
  proxy.tamper = undefined;
});
afterAll(() => proxy.stop());

type Asked = Record<string, { Keys: unknown[]; ConsistentRead: boolean }>;

/**
 * Lets the engine process only the last key of each of the first `times` batches. The other keys come back
 * unprocessed.
 */
function leaveUnprocessed(times: number): { batches: () => number } {
  let left = times;
  let batches = 0;
  proxy.tamper = async ({ operation, input }, forward) => {
    if (operation !== 'BatchGetItem') return forward();
    batches += 1;
    const [[table, wanted] = []] = Object.entries(input['RequestItems'] as Asked);
    if (table === undefined || wanted === undefined || left-- <= 0) return forward();
    const { Keys, ...how } = wanted;
    const answer = await forward({ ...input, RequestItems: { [table]: { ...how, Keys: Keys.slice(-1) } } });
    const rest = Keys.length > 1 ? { [table]: { ...how, Keys: Keys.slice(0, -1) } } : {};
    return { ...answer, body: JSON.stringify({ ...parse(answer.body), UnprocessedKeys: rest }) };
  };
  return { batches: () => batches };
}

/** Returns every key of every batch as unprocessed. */
function processNothing(): void {
  proxy.tamper = ({ operation, input }, forward) =>
    operation === 'BatchGetItem'
      ? Promise.resolve({
          status: 200,
          body: JSON.stringify({ Responses: {}, UnprocessedKeys: input['RequestItems'] }),
        })
      : forward();
}

test('a check requests unprocessed keys again, and gives the verdict', async () => {
  const { batches } = leaveUnprocessed(9);
  expect(await check(service, site)).toMatchObject({
    status: 200,
    body: { code: 'valid', may_run: true, license: { seats_used: 1 } },
  });
  expect(batches()).toBe(3);
});

test('an activation, a purchase and a list request unprocessed keys again', async () => {
  leaveUnprocessed(3);
  expect(await activate(service, site)).toMatchObject({ status: 200, body: { seats_used: 1 } });
  leaveUnprocessed(30);
  const second = await requestPurchase(service, brand, { customer_email, products: ['imagify'] });
  expect(second).toMatchObject({ status: 201, body: { license_key: { key: site.license_key } } });
  leaveUnprocessed(30);
  const list = await service.call(listLicenses, { apiKey: brand.apiKey, query: { email: customer_email } });
  expect(list).toMatchObject({
    status: 200,
    body: { licenses: [{ product: { slug: 'imagify' } }, { product: { slug: 'wp-rocket' }, seats_used: 1 }] },
  });
});

test('a check of a missing product answers product_not_on_key, even if keys are processed late', async () => {
  leaveUnprocessed(9);
  const unknown = await check(service, { ...site, product: 'unknown' });
  expect(unknown).toMatchObject({ status: 200, body: { code: 'product_not_on_key' } });
});

test('keys that are never processed lead to 503 with Retry-After, and not to a missing license', async () => {
  processNothing();
  const replies = await Promise.all([
    check(service, site),
    activate(service, site),
    service.call(listLicenses, { apiKey: brand.apiKey, query: { email: customer_email } }),
  ]);
  for (const reply of replies) {
    expect(reply).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
  }
});
