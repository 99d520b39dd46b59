import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { newApiKey, newUnmarkedPlatformKey } from '../../lib/process/new-credentials.ts';
import { listBrands } from '../../lib/api/brands.ts';
import { listLicenses } from '../../lib/api/licenses.ts';
import { issueToken } from '../../lib/api/tokens.ts';
import { checkLicense } from '../../lib/api/check.ts';
import { adminCreateApiKey, createApiKey } from '../../lib/api/api-keys.ts';
import { FAILURES_A_MINUTE } from '../../lib/table/failures.ts';
import { moveClock, stopClock } from '../support/run/clock.ts';
import { announceEngineEndpoint, engineEndpoint } from '../support/run/engine-endpoint.ts';
import { errorAnswer, startFaultProxy, type FaultProxy } from '../support/table/fault-proxy.ts';
import { atOnce } from '../support/service/back-office.ts';
import { byOperation, startService, type Reply, type Service, type TestBrand } from '../support/service/service.ts';
import { wholeTable } from '../support/table/whole-table.ts';
import { bytesOf, formOf } from '../support/service/world.ts';
import { MINUTE_MS } from '../../lib/domain/time.ts';

let proxy: FaultProxy;
let service: Service;
let brand: TestBrand;
beforeAll(async () => {
  const engine = engineEndpoint();
  proxy = await startFaultProxy(engine);
  announceEngineEndpoint(proxy.endpoint);
  service = await startService();
  announceEngineEndpoint(engine);
  brand = await service.brand();
  stopClock('2099-01-01T10:00:00.500Z');
});
afterEach(() => {
  proxy.tamper = undefined;
  moveClock(MINUTE_MS);
});
afterAll(() => proxy.stop());

const LIMIT = FAILURES_A_MINUTE;
const guess = (owner = brand.key_prefix): string => newApiKey(owner, () => randomBytes(32).toString('base64url'));
const list = (sourceIp: string, apiKey: string): Promise<Reply> =>
  service.call(listLicenses, { sourceIp, apiKey, query: { email: 'nobody@example.com' } });
const byToken = (sourceIp: string, token: string): Promise<Reply> =>
  service.call(listLicenses, {
    sourceIp,
    headers: { authorization: `Bearer ${token}` },
    query: { email: 'nobody@example.com' },
  });
const tokenFor = (sourceIp: string, client_id: string, client_secret: string): Promise<Reply> =>
  service.call(issueToken, {
    sourceIp,
    ...formOf({ grant_type: 'client_credentials', client_id, client_secret }),
  });

const INVALID = { status: 401, body: { code: 'api_key_invalid' } };
const TOO_MANY = { status: 429, body: { code: 'too_many_failures' } };
const count = (replies: readonly Reply[], status: number): number =>
  replies.filter((reply) => reply.status === status).length;
const readsOf = (pk: string): number =>
  proxy.asked.filter(({ operation, input }) => operation.includes('Get') && JSON.stringify(input).includes(`"${pk}"`))
    .length;
const counting = (): number => proxy.asked.filter(({ input }) => JSON.stringify(input).includes('#failed#')).length;

/** Uses up an address's limit of failed calls. */
async function exhaust(sourceIp: string): Promise<void> {
  for (let i = 0; i < LIMIT; i += 1) expect(await list(sourceIp, guess())).toMatchObject(INVALID);
  expect(await list(sourceIp, guess())).toMatchObject(TOO_MANY);
}

describe('the limit of invalid API keys per address', () => {
  test('answers 60 of 300 guesses, refuses the others, and reads the brand once', async () => {
    proxy.asked.length = 0;
    const replies: Reply[] = [];
    for (let i = 0; i < 300; i += 1) replies.push(await list('198.51.100.1', guess()));
    expect([count(replies, 401), count(replies, 429)]).toEqual([LIMIT, 240]);
    expect(readsOf(`${brand.key_prefix}#brand`)).toBe(1);
    expect(counting()).toBe(LIMIT);
    // The first container reads the mark of the data key once.
    const others = proxy.asked.filter(({ input }) => !JSON.stringify(input).includes('#data-key'));
    expect(others).toHaveLength(1 + LIMIT);
  });

  test('refuses with the seconds until the next minute, and ends then', async () => {
    await exhaust('198.51.100.2');
    moveClock(17_000);
    const refused = await list('198.51.100.2', guess());
    expect(refused).toMatchObject({
      ...TOO_MANY,
      headers: { 'retry-after': '43', 'content-type': 'application/problem+json' },
    });
    expect(refused.headers['www-authenticate']).toBeUndefined();
    expect(refused.text).not.toContain('198.51.100.2');
    expect(refused.body['detail']).toMatch(/try again in 43 seconds\.$/);
    moveClock(42_000);
    expect((await list('198.51.100.2', guess())).body['detail']).toMatch(/try again in 1 second\.$/);
    moveClock(1000);
    expect(await list('198.51.100.2', guess())).toMatchObject(INVALID);
  });

  test('does not affect a valid key from the same address, which costs one read and no count', async () => {
    await exhaust('198.51.100.3');
    await list('198.51.100.3', brand.apiKey);
    const before = await list('198.51.100.4', brand.apiKey);
    proxy.asked.length = 0;
    const after = await list('198.51.100.3', brand.apiKey);
    expect([after.status, after.text]).toEqual([before.status, before.text]);
    expect(proxy.asked.filter(({ input }) => JSON.stringify(input).includes('#api-key#'))).toHaveLength(1);
    expect(counting()).toBe(0);
    expect((await service.call(listBrands, { sourceIp: '198.51.100.3', apiKey: service.platformKey })).status).toBe(
      200,
    );
    const token = await tokenFor('198.51.100.3', brand.apiKeyId, brand.apiKey);
    expect(token.status).toBe(200);
    expect((await byToken('198.51.100.3', String(token.body['access_token']))).status).toBe(200);
  });

  test('does not affect new and rotated keys of any kind', async () => {
    await exhaust('198.51.100.5');
    const own = await service.call(createApiKey, { apiKey: brand.apiKey, body: { name: 'own' } });
    const platforms = await service.call(byOperation('create_platform_key'), {
      apiKey: service.platformKey,
      body: { name: 'office' },
    });
    const rotated = await service.call(byOperation('admin_rotate_api_key'), {
      apiKey: service.platformKey,
      params: { brand_id: brand.id, api_key_id: String(own.body['id']) },
      body: { overlap_hours: 1 },
    });
    for (const { body } of [own, rotated]) {
      expect(body['api_key']).toMatch(/^cls_[A-Z0-9]+_[0-9a-hjkmnp-tv-z]{40}$/);
      expect((await list('198.51.100.5', String(body['api_key']))).status).toBe(200);
    }
    const text = String(platforms.body['api_key']);
    expect(text).toMatch(/^cls_platform_[0-9a-hjkmnp-tv-z]{40}$/);
    expect((await service.call(listBrands, { sourceIp: '198.51.100.5', apiKey: text })).status).toBe(200);
  });

  test('does not count revoked and expired keys, disallowed addresses and expired tokens', async () => {
    await exhaust('198.51.100.6');
    const make = async (body: object): Promise<{ id: string; api_key: string }> => {
      const made = await service.call(adminCreateApiKey, {
        apiKey: service.platformKey,
        params: { brand_id: brand.id },
        body: { name: 'a key', ...body },
      });
      return made.body as { id: string; api_key: string };
    };
    const [revoked, expired, fromOffice] = [
      await make({}),
      await make({ expires_at: '2020-01-01' }),
      await make({ allowed_cidrs: ['203.0.113.0/24'] }),
    ];
    await service.call(byOperation('admin_revoke_api_key'), {
      apiKey: service.platformKey,
      params: { brand_id: brand.id, api_key_id: revoked.id },
    });
    const token = String((await tokenFor('198.51.100.6', brand.apiKeyId, brand.apiKey)).body['access_token']);
    proxy.asked.length = 0;
    for (const source of ['198.51.100.6', '198.51.100.7']) {
      expect(await list(source, revoked.api_key)).toMatchObject(INVALID);
      expect(await list(source, expired.api_key)).toMatchObject({ status: 401, body: { code: 'api_key_expired' } });
      expect(await list(source, fromOffice.api_key)).toMatchObject({ body: { code: 'address_not_allowed' } });
    }
    moveClock(600_000);
    expect(await byToken('198.51.100.6', token)).toMatchObject({ status: 401, body: { code: 'token_expired' } });
    expect(counting()).toBe(0);
  });

  test('counts invalid API keys, tokens and client secrets together', async () => {
    const source = '198.51.100.8';
    const ways = [
      () => list(source, guess()),
      () => byToken(source, 'eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.forged'),
      () => tokenFor(source, brand.apiKeyId, guess()),
      () => tokenFor(source, '01938c51-2222-7b3c-8d4e-5f6071829304', brand.apiKey),
      () => list(source, 'cls_mistyped'),
    ];
    for (let i = 0; i < LIMIT; i += 1) expect((await ways[i % ways.length]?.())?.status).toBe(401);
    for (const way of ways) expect((await way()).status).toBe(429);
    expect(await tokenFor(source, brand.apiKeyId, guess())).toMatchObject({
      status: 429,
      body: { error: 'temporarily_unavailable' },
      headers: { 'retry-after': '60' },
    });
  });

  test('does not affect another address, or license keys from the same address', async () => {
    await exhaust('198.51.100.9');
    expect(await list('198.51.100.10', guess())).toMatchObject(INVALID);
    const query = { license_key: 'WPR-0000-0000-0000-0000', product: 'x', instance_identifier: 'shop.example' };
    expect((await service.call(checkLicense, { sourceIp: '198.51.100.9', query })).status).toBe(404);
  });

  test('holds for parallel guesses', async () => {
    const replies: Reply[] = [];
    for (let from = 0; from < 100; from += 20)
      replies.push(...(await atOnce(20, () => list('198.51.100.11', guess()))));
    // A count whose answer was lost is sent again, so fewer calls may be answered, but never more.
    expect(count(replies, 401)).toBeLessThanOrEqual(LIMIT);
    expect(count(replies, 401) + count(replies, 429)).toBe(100);
  });
});

test('the limit treats an IPv6 /64 network as one address', async () => {
  for (let i = 1; i <= LIMIT; i += 1) expect((await list(`2001:db8:0:7::${i.toString(16)}`, guess())).status).toBe(401);
  expect(await list('2001:db8:0:7:ffff::1', guess())).toMatchObject(TOO_MANY);
  expect(await list('2001:db8:0:8::1', guess())).toMatchObject(INVALID);
});

test('unknown and malformed keys of any owner get the same answer, byte for byte', async () => {
  const other = await service.brand();
  const expected = bytesOf(await list('198.51.100.12', guess()));
  const unmarked = guess().slice(0, -8);
  for (const text of [
    guess(other.key_prefix),
    guess('NOBODY'),
    guess('platform'),
    unmarked,
    'x',
    newUnmarkedPlatformKey(),
  ])
    expect(bytesOf(await list('198.51.100.12', text))).toBe(expected);
});

test('a platform key without a mark works from a limited address, and a guess costs one read', async () => {
  await exhaust('198.51.100.13');
  proxy.asked.length = 0;
  expect(service.platformKey).toMatch(/^cls_platform_[0-9a-hjkmnp-tv-z]{32}$/);
  expect(await list('198.51.100.13', newUnmarkedPlatformKey())).toMatchObject(TOO_MANY);
  expect(proxy.asked).toHaveLength(1);
  expect(readsOf('@platform#brand')).toBe(0);
  expect((await service.call(listBrands, { sourceIp: '198.51.100.13', apiKey: service.platformKey })).status).toBe(200);
});

test.each(['ThrottlingException', 'InternalServerError', 'ValidationException'])(
  'a failed count (%s) does not change the answer',
  async (fault) => {
    const expected = bytesOf(await list('198.51.100.14', guess()));
    proxy.tamper = (asked, forward) =>
      asked.operation === 'UpdateItem' ? Promise.resolve(errorAnswer(fault)) : forward();
    expect(bytesOf(await list('198.51.100.14', guess()))).toBe(expected);
  },
);

test('an address is stored for an hour, as a hash that changes every minute', async () => {
  const failed = async () => (await wholeTable(service)).filter(({ sk }) => sk === 'failed');
  const before = (await failed()).length;
  const nowSeconds = Math.floor(Date.now() / 1000);
  await list('192.0.2.77', guess());
  moveClock(MINUTE_MS);
  await list('192.0.2.77', guess());
  const counters = await failed();
  expect(counters).toHaveLength(before + 2);
  expect(JSON.stringify(counters)).not.toContain('192.0.2.77');
  for (const { pk, ttl } of counters) {
    expect(pk).toMatch(/^@platform#failed#[\w-]{43}$/);
    expect(Number(ttl)).toBeLessThanOrEqual(nowSeconds + 3720);
  }
});
