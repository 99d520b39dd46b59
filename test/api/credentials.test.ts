import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { newApiKey } from '../../lib/process/new-credentials.ts';
import { hashApiKey } from '../../lib/domain/api-key.ts';
import { routes } from '../../lib/api/routes.ts';
import { listLicenses } from '../../lib/api/licenses.ts';
import { listScopes, type Route } from '../../lib/api/route.ts';
import { BRAND_SCOPES, PLATFORM_SCOPES } from '../../lib/domain/scopes.ts';
import { keys, listKeys, PLATFORM } from '../../lib/table/keys.ts';
import { getOne } from '../../lib/dynamo/table.ts';
import { byOperation } from '../support/service/service.ts';
import { inTurn } from '../support/inputs/in-turn.ts';
import { fingerprint } from '../support/table/fingerprint.ts';
import { formOf, freshCall, keyFor, rows, validCall } from '../support/service/world.ts';
import { useWorld } from '../support/service/started-service.ts';

const createApiKey = byOperation('admin_create_api_key');
const listApiKeys = byOperation('admin_list_api_keys');
const revokeApiKey = byOperation('admin_revoke_api_key');
let revoked: { apiKey: string; id: string };
let expired: string;
let fromOffice: string;
let rotatedOut: string[];
const world = useWorld();
beforeAll(async () => {
  revoked = await newKey({});
  await world.call(revokeApiKey, {
    apiKey: world.platformKey,
    params: { brand_id: world.shop.id, api_key_id: revoked.id },
  });
  expired = (await newKey({ expires_at: '2020-01-01' })).apiKey;
  const rotated = await newKey({});
  rotatedOut = [rotated.apiKey, await rotate(rotated.id)];
  await rotate(rotated.id);
  fromOffice = (await newKey({ allowed_cidrs: ['198.51.100.0/24', '2001:db8::/32'] })).apiKey;
});

async function newKey(body: Record<string, unknown>, brandId = world.shop.id): Promise<{ apiKey: string; id: string }> {
  const params = { brand_id: brandId };
  const reply = await world.call(createApiKey, { apiKey: world.platformKey, params, body: { name: 'a key', ...body } });
  expect(reply.status).toBe(201);
  return { apiKey: String(reply.body['api_key']), id: String(reply.body['id']) };
}

/** Rotates without an overlap, so that the previous text stops working at once. */
async function rotate(api_key_id: string): Promise<string> {
  const params = { brand_id: world.shop.id, api_key_id };
  const reply = await world.call(byOperation('admin_rotate_api_key'), { apiKey: world.platformKey, params, body: {} });
  return String(reply.body['api_key']);
}

/** One address for each route, so that no address reaches the limit of failed calls per minute. */
const addressOf = (route: Route): string => `198.51.102.${String(routes.indexOf(route))}`;
const madeUp = (owner: string): string => newApiKey(owner, () => randomBytes(32).toString('base64url'));

const guarded = rows(({ auth }) => auth === 'brand' || auth === 'platform');

describe('a call without a valid API key', () => {
  test.each(guarded)('is refused by %s, and nothing is written', async (_, route) => {
    const before = await fingerprint(world);
    const { apiKey: good = '', ...call } = validCall(route, world);
    const unknown = madeUp(world.shop.key_prefix);
    const lastChanged = good.slice(0, -1) + (good.endsWith('0') ? '1' : '0');
    const sent: [string, Record<string, string>][] = [
      ['api_key_missing', {}],
      ['api_key_missing', { 'x-api-key': '' }],
      ['api_key_invalid', { 'x-api-key': 'nonsense' }],
      ['api_key_invalid', { 'x-api-key': 'constructor' }],
      ['api_key_invalid', { 'x-api-key': `${good} ` }],
      ['api_key_invalid', { 'x-api-key': good.toUpperCase() }],
      ['api_key_invalid', { 'x-api-key': lastChanged }],
      ['api_key_invalid', { 'x-api-key': unknown }],
      ['api_key_invalid', { 'x-api-key': madeUp('NOBODY') }],
      ['api_key_invalid', { 'x-api-key': madeUp('platform') }],
      ['api_key_invalid', { 'x-api-key': world.licenseKey }],
      ['api_key_invalid', { 'x-api-key': `${good},${good}` }],
      ['api_key_invalid', { 'x-api-key': `${unknown},${good}` }],
      ['api_key_invalid', { 'x-api-key': `${good}, ${unknown}` }],
      ['api_key_invalid', { 'x-api-key': good, authorization: `Bearer ${unknown}` }],
      ['api_key_invalid', { 'x-api-key': unknown, authorization: `Bearer ${good}` }],
      ['api_key_invalid', { authorization: `Bearer ${unknown}, Bearer ${good}` }],
      ['api_key_invalid', { authorization: `Bearer ${unknown}` }],
      ['api_key_invalid', { authorization: `Basic ${good}` }],
      ['api_key_invalid', { authorization: good }],
      ['api_key_invalid', { authorization: `Bearer ${good},Bearer ${good}` }],
      ['api_key_invalid', { 'x-api-key': revoked.apiKey }],
      ['api_key_expired', { 'x-api-key': expired }],
      ['api_key_invalid', { 'x-api-key': rotatedOut[0] ?? '' }],
      ['api_key_expired', { 'x-api-key': rotatedOut[1] ?? '' }],
    ];
    for (const [code, headers] of inTurn(sent, route, 6)) {
      const reply = await world.call(route, { ...call, headers, sourceIp: addressOf(route) });
      expect({ sent: headers, status: reply.status, code: reply.body['code'] }).toEqual({
        sent: headers,
        status: 401,
        code,
      });
      expect(reply.headers['www-authenticate']).toBe('Bearer');
    }
    expect(await fingerprint(world)).toBe(before);
  });

  test.each(rows(({ auth }) => auth === 'brand'))(
    'is refused by %s if it comes from an address outside the key’s allowlist',
    async (_, route) => {
      const call = validCall(route, world);
      for (const sourceIp of inTurn(['203.0.113.7', '198.51.101.1', '2001:db9::1', ''], route, 1)) {
        const reply = await world.call(route, { ...call, apiKey: fromOffice, sourceIp });
        expect(reply).toMatchObject({ status: 403, body: { code: 'address_not_allowed' } });
      }
      for (const sourceIp of inTurn(['198.51.100.9', '2001:db8:1::1'], route, 1)) {
        const reply = await world.call(route, { ...(await freshCall(route, world)), apiKey: fromOffice, sourceIp });
        expect(reply.status).toBeLessThan(300);
      }
    },
  );
});

describe('an API key without a required scope', () => {
  test.each(guarded)('is refused by %s, which names the scope and writes nothing', async (_, route) => {
    const all: readonly string[] = route.auth === 'brand' ? BRAND_SCOPES : PLATFORM_SCOPES;
    for (const missing of listScopes(route)) {
      const scopes = all.filter((scope) => scope !== missing);
      const lesser = route.auth === 'brand' ? (await newKey({ scopes })).apiKey : await newPlatformKey(scopes);
      const before = await fingerprint(world);
      const reply = await world.call(route, { ...validCall(route, world), apiKey: lesser });
      expect(reply).toMatchObject({ status: 403, body: { code: 'scope_missing', required_scope: missing } });
      expect(reply.body['detail']).toContain(missing);
      expect(await fingerprint(world)).toBe(before);
    }
  });
});

async function newPlatformKey(scopes: string[]): Promise<string> {
  const reply = await world.call(byOperation('create_platform_key'), {
    apiKey: world.platformKey,
    body: { name: 'lesser', scopes },
  });
  return String(reply.body['api_key']);
}

describe('a key or token of the wrong kind', () => {
  let tokens: Record<string, string>;
  let few: Record<string, string>;
  beforeAll(async () => {
    const { key_prefix, apiKey } = world.shop;
    tokens = { brand: await tokenOf(key_prefix, apiKey), platform: await tokenOf(PLATFORM, world.platformKey) };
    few = {
      brand: (await newKey({ scopes: ['licenses:read'] })).apiKey,
      platform: await newPlatformKey(['platform:read']),
    };
  });

  async function tokenOf(owner: string, client_secret: string): Promise<string> {
    const item = await getOne(world.table(owner), keys.apiKey(owner, hashApiKey(client_secret)));
    const form = { grant_type: 'client_credentials', client_id: String(item?.['id']), client_secret };
    return String((await world.call(byOperation('issue_token'), formOf(form))).body['access_token']);
  }

  test.each(guarded)('is refused by %s, which names both kinds and writes nothing', async (_, route) => {
    const required_kind = route.auth;
    const kind = route.auth === 'brand' ? 'platform' : 'brand';
    const before = await fingerprint(world);
    const whole = route.auth === 'brand' ? world.platformKey : world.shop.apiKey;
    const ways = [
      { apiKey: whole },
      { apiKey: few[kind] },
      { apiKey: undefined, headers: { authorization: `Bearer ${tokens[kind] ?? ''}` } },
    ];
    for (const way of ways) {
      const reply = await world.call(route, { ...validCall(route, world), ...way });
      expect(reply).toMatchObject({ status: 403, body: { code: 'wrong_kind_of_key', required_kind, kind } });
      expect(reply.body['detail']).toBe(
        required_kind === 'brand'
          ? 'This operation needs an API key of a brand. Yours is a key of the platform team. Use another one.'
          : 'This operation needs an API key of the platform team. Yours is a key of a brand. Use another one.',
      );
      expect(reply.body).not.toHaveProperty('required_scope');
    }
    expect(await fingerprint(world)).toBe(before);
  });

  test.each(guarded)('is refused by %s before the input is validated', async (_, route) => {
    const bad = { rawBody: '{', params: Object.fromEntries(Object.keys(world.ids).map((name) => [name, 'x'])) };
    expect(await world.call(route, bad)).toMatchObject({ status: 401 });
    const wrongKind = route.auth === 'brand' ? world.platformKey : world.shop.apiKey;
    expect(await world.call(route, { ...bad, apiKey: wrongKind })).toMatchObject({ status: 403 });
  });
});

describe('a valid API key', () => {
  test.each(guarded)('is accepted by %s as a bearer token, and in both headers if they agree', async (_, route) => {
    const ways = (key: string): Record<string, string>[] => [
      { authorization: `Bearer ${key}` },
      { authorization: `bearer  ${key}` },
      { authorization: `Bearer ${key}`, 'x-api-key': key },
    ];
    for (const headers of inTurn(ways(keyFor(route, world) ?? ''), route, 1)) {
      const { status, text } = await world.call(route, {
        ...(await freshCall(route, world)),
        apiKey: undefined,
        headers,
      });
      expect({ headers, refused: status < 300 ? '' : text }).toEqual({ headers, refused: '' });
    }
  });
});

describe('an API key', () => {
  const list = (apiKey: string) => world.call(listLicenses, { apiKey, query: { email: world.email } });

  test('is refused from the first request after its revocation', async () => {
    const { apiKey, id } = await newKey({});
    expect(await list(apiKey)).toMatchObject({ status: 200 });
    const params = { brand_id: world.shop.id, api_key_id: id };
    const reply = await world.call(revokeApiKey, { apiKey: world.platformKey, params });
    expect(reply).toMatchObject({ status: 200, body: { id, revoked_at: expect.any(String) } });
    expect(await list(apiKey)).toMatchObject({ status: 401, body: { code: 'api_key_invalid' } });
    const again = await world.call(revokeApiKey, { apiKey: world.platformKey, params });
    expect(again.body).toEqual(reply.body);
  });

  test('cannot be revoked through another brand', async () => {
    const other = await world.brand();
    const { apiKey, id } = await newKey({});
    const before = await fingerprint(world);
    const reply = await world.call(revokeApiKey, {
      apiKey: world.platformKey,
      params: { brand_id: other.id, api_key_id: id },
    });
    expect(reply).toMatchObject({ status: 404, body: { code: 'api_key_not_found' } });
    expect(await fingerprint(world)).toBe(before);
    expect(await list(apiKey)).toMatchObject({ status: 200 });
  });

  test('is shown only in the answer that created it, and stored as a hash', async () => {
    const { apiKey, id } = await newKey({ name: 'shown once' });
    const listed = await world.call(listApiKeys, {
      apiKey: world.platformKey,
      params: { brand_id: world.shop.id },
      query: { limit: '100' },
    });
    const entry = (listed.body['api_keys'] as Record<string, unknown>[]).find((key) => key['id'] === id);
    expect(entry).toMatchObject({ name: 'shown once', last_four: apiKey.slice(-4), revoked_at: null });
    expect(Object.keys(entry ?? {}).sort()).toEqual([
      'allowed_cidrs',
      'created_at',
      'expires_at',
      'id',
      'last_four',
      'last_used_at',
      'name',
      'rate_limit_per_minute',
      'revoked_at',
      'scopes',
    ]);
    for (const secret of [apiKey, apiKey.slice(-32), revoked.apiKey, world.shop.apiKey])
      expect(listed.text).not.toContain(secret);

    const table = world.table(world.shop.key_prefix);
    const inList = await getOne(table, listKeys.apiKeyInList(world.shop.key_prefix, id));
    const item = await getOne(table, keys.apiKey(world.shop.key_prefix, String(inList?.['text_hash'])));
    expect(item).toMatchObject({ id, name: 'shown once' });
    expect(JSON.stringify([inList, item])).not.toContain(apiKey.slice(-32));
  });

  test('is listed with its revocation and expiry, newest first', async () => {
    const listed = await world.call(listApiKeys, {
      apiKey: world.platformKey,
      params: { brand_id: world.shop.id },
      query: { limit: '100' },
    });
    const entries = listed.body['api_keys'] as { id: string; revoked_at: string | null; expires_at: string | null }[];
    expect(entries.find(({ id }) => id === revoked.id)).toMatchObject({ revoked_at: expect.any(String) });
    expect(entries.filter(({ expires_at }) => expires_at === '2020-01-01T23:59:59Z')).toHaveLength(1);
    expect(entries.map(({ id }) => id)).toEqual(
      entries
        .map(({ id }) => id)
        .sort()
        .reverse(),
    );
  });
});
