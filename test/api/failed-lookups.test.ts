import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { computeFreshness, computeOwnNumber } from '../../lib/domain/freshness.ts';
import { newLicenseKey } from '../../lib/process/new-credentials.ts';
import { activateLicense } from '../../lib/api/activate.ts';
import { checkLicense, checkLicenseByPost } from '../../lib/api/check.ts';
import { deactivateLicense } from '../../lib/api/deactivate.ts';
import type { Route } from '../../lib/api/route.ts';
import { FAILURES_A_MINUTE } from '../../lib/table/failures.ts';
import { moveClock, stopClock } from '../support/run/clock.ts';
import { announceEngineEndpoint, engineEndpoint } from '../support/run/engine-endpoint.ts';
import { errorAnswer, startFaultProxy, type FaultProxy } from '../support/table/fault-proxy.ts';
import { atOnce } from '../support/service/back-office.ts';
import { activate, purchase } from '../support/service/purchases.ts';
import { startService, type Reply, type Service, type TestBrand } from '../support/service/service.ts';
import { wholeTable } from '../support/table/whole-table.ts';
import { bytesOf } from '../support/service/world.ts';
import { MINUTE_MS } from '../../lib/domain/time.ts';

let proxy: FaultProxy;
let service: Service;
let brand: TestBrand;
let key: string;
beforeAll(async () => {
  const engine = engineEndpoint();
  proxy = await startFaultProxy(engine);
  announceEngineEndpoint(proxy.endpoint);
  service = await startService();
  announceEngineEndpoint(engine);
  brand = await service.brand();
  key = (await purchase(service, brand)).license_key.key;
  stopClock('2099-01-01T10:00:00.500Z');
});
afterEach(() => {
  proxy.tamper = undefined;
  moveClock(MINUTE_MS);
});
afterAll(() => proxy.stop());

const LIMIT = FAILURES_A_MINUTE;
const site = { product: 'wp-rocket', instance_identifier: 'https://shop.example' };
const ask = (
  sourceIp: string,
  license_key = newLicenseKey(brand.key_prefix),
  route: Route = checkLicense,
): Promise<Reply> => {
  const fields = { ...site, license_key };
  return service.call(route, { sourceIp, ...(route.method === 'GET' ? { query: fields } : { body: fields }) });
};
const NOT_FOUND = { status: 404, body: { code: 'license_key_not_found' } };
const TOO_MANY = { status: 429, body: { code: 'rate_limited' } };
const count = (replies: readonly Reply[], status: number): number =>
  replies.filter((reply) => reply.status === status).length;
/** Sends twenty calls at a time. On a busy machine a count may fail, and then its call is answered. */
async function crowd(total: number, send: (i: number) => Promise<Reply>): Promise<Reply[]> {
  const replies: Reply[] = [];
  for (let from = 0; from < total; from += 20)
    replies.push(...(await atOnce(Math.min(20, total - from), (i) => send(from + i))));
  return replies;
}

/** A count whose answer was lost is sent again, so fewer calls may be answered, but never more. */
function expectLimited(replies: readonly Reply[]): void {
  const answered = count(replies, 404);
  expect([answered + count(replies, 429), answered > 0, answered <= LIMIT]).toEqual([replies.length, true, true]);
}
const counting = (): number =>
  proxy.asked.filter(({ operation, input }) => operation === 'UpdateItem' && JSON.stringify(input).includes('#failed#'))
    .length;

describe('the limit of unknown license keys per address', () => {
  test('answers 60 in a minute, and then refuses with the seconds until the next minute', async () => {
    for (let i = 0; i < LIMIT; i += 1) expect(await ask('198.51.100.1')).toMatchObject(NOT_FOUND);
    moveClock(17_000);
    const refused = await ask('198.51.100.1');
    expect(refused).toMatchObject({
      ...TOO_MANY,
      headers: { 'retry-after': '43', 'content-type': 'application/problem+json' },
    });
    expect(refused.text).not.toContain('198.51.100.1');
    moveClock(43_000);
    expect(await ask('198.51.100.1')).toMatchObject(NOT_FOUND);
  });

  test('holds for parallel calls to all routes', async () => {
    const routes = [activateLicense, checkLicense, checkLicenseByPost, deactivateLicense];
    expectLimited(await crowd(LIMIT + 40, (i) => ask('198.51.100.2', undefined, routes[i % 4])));
  });

  test('counts keys of every brand, and of prefixes that no brand has', async () => {
    const others = [brand.key_prefix, 'NOBODY', 'ZZ'];
    expectLimited(await crowd(LIMIT + 3, (i) => ask('198.51.100.3', newLicenseKey(others[i % 3] ?? ''))));
  });

  test('neither refuses a known key from the same address nor adds a request to its check', async () => {
    await activate(service, { ...site, license_key: key });
    await crowd(LIMIT, () => ask('198.51.100.4'));
    expect(await ask('198.51.100.4')).toMatchObject(TOO_MANY);
    proxy.asked.length = 0;
    expect((await ask('198.51.100.4', key)).status).toBe(200);
    expect(proxy.asked.map(({ operation }) => operation)).toEqual(['BatchGetItem']);
    expect(count(await crowd(1000, () => ask('198.51.100.4', key)), 200)).toBe(1000);
    expect(new Set(proxy.asked.map(({ operation }) => operation))).toEqual(new Set(['BatchGetItem']));
    const again = await service.call(activateLicense, {
      sourceIp: '198.51.100.4',
      body: { ...site, license_key: key },
    });
    expect(again.status).toBe(200);
  });

  test('does not affect another address', async () => {
    await crowd(LIMIT + 1, () => ask('198.51.100.5'));
    expect(await ask('198.51.100.5')).toMatchObject(TOO_MANY);
    expect(await ask('198.51.100.6')).toMatchObject(NOT_FOUND);
  });

  test('does not count mistyped keys, which cost no read', async () => {
    proxy.asked.length = 0;
    const mistyped = `${key.slice(0, -1)}${key.endsWith('X') ? 'Y' : 'X'}`;
    for (let i = 0; i < LIMIT + 5; i += 1) expect(await ask('198.51.100.7', mistyped)).toMatchObject(NOT_FOUND);
    expect(proxy.asked).toEqual([]);
  });

  test('stops counting once it is exceeded', async () => {
    await crowd(LIMIT + 1, () => ask('198.51.100.8'));
    proxy.asked.length = 0;
    expect(count(await crowd(30, () => ask('198.51.100.8')), 429)).toBe(30);
    expect(counting()).toBe(0);
  });
});

test('the limit treats an IPv6 /64 network as one address', async () => {
  expectLimited(await crowd(LIMIT + 10, (i) => ask(`2001:db8:0:7::${(i + 1).toString(16)}`)));
  expect(await ask('2001:db8:0:8::1')).toMatchObject(NOT_FOUND);
});

test('the limit uses the source address that the gateway saw, and ignores forwarding headers', async () => {
  const headers = (i: number) => ({ 'x-forwarded-for': `192.0.2.${String(i)}`, forwarded: `for=192.0.2.${String(i)}` });
  const replies = await crowd(LIMIT + 5, (i) =>
    service.call(checkLicense, {
      sourceIp: '198.51.100.9',
      headers: headers(i),
      query: { ...site, license_key: newLicenseKey(brand.key_prefix) },
    }),
  );
  expectLimited(replies);
});

const ROUTES = [activateLicense, checkLicense, checkLicenseByPost, deactivateLicense];

test.each(ROUTES)(
  'unknown and mistyped keys of any prefix get the same answer, byte for byte but for the time that follows from them',
  async (route) => {
    const other = await service.brand();
    const unknown = bytesOf(await ask('198.51.100.10', undefined, route));
    for (const text of [newLicenseKey(other.key_prefix), newLicenseKey('NOBODY'), `NOBODY-${key.slice(-19)}`, 'x'])
      expect(bytesOf(await ask('198.51.100.10', text, route))).toBe(unknown);
  },
);

test('next_check_at for unknown and mistyped keys of any prefix follows from the texts sent alone', async () => {
  const other = await service.brand();
  const mistyped = `${key.slice(0, -1)}${key.endsWith('X') ? 'Y' : 'X'}`;
  const texts = [newLicenseKey(brand.key_prefix), newLicenseKey(other.key_prefix), newLicenseKey('NOBODY'), mistyped];
  for (const text of [...texts, 'x']) {
    const { next_check_at } = computeFreshness({
      ...{ code: 'license_key_not_found', factor: 1, nowMs: Date.now(), license: undefined, verdictAt: undefined },
      own: computeOwnNumber(text, 'url', site.instance_identifier),
    });
    for (const route of [activateLicense, checkLicense, checkLicenseByPost])
      expect((await ask('198.51.100.12', text, route)).body).toMatchObject({ next_check_at, stale_ok_until: null });
  }
});

test.each(['ThrottlingException', 'InternalServerError', 'ValidationException'])(
  'a failed count (%s) does not change the answer',
  async (fault) => {
    for (const route of [activateLicense, checkLicense, deactivateLicense]) {
      proxy.tamper = undefined;
      const expected = bytesOf(await ask('198.51.100.11', undefined, route));
      proxy.tamper = (asked, forward) =>
        asked.operation === 'UpdateItem' ? Promise.resolve(errorAnswer(fault)) : forward();
      expect(bytesOf(await ask('198.51.100.11', undefined, route))).toBe(expected);
    }
  },
);

test('an address is stored for an hour, as a hash that changes every minute', async () => {
  const address = '192.0.2.77';
  await ask(address);
  const first = await countersOf();
  moveClock(MINUTE_MS);
  await ask(address);
  const both = await countersOf();
  expect(both.length).toBe(first.length + 1);
  expect(JSON.stringify(both)).not.toMatch(/192\.0\.2|198\.51\.100|2001:db8/);
  const nowSeconds = Math.floor(Date.now() / 1000);
  for (const { pk, ttl } of both) {
    expect(pk).toMatch(/^@platform#failed#[\w-]{43}$/);
    expect(Number(ttl)).toBeLessThanOrEqual(nowSeconds + 3660);
  }
});

const countersOf = async () => (await wholeTable(service)).filter(({ sk }) => sk === 'failed');
