import { describe, expect, test } from '@jest/globals';
import { hashApiKey } from '../../lib/domain/api-key.ts';
import { routes } from '../../lib/api/routes.ts';
import { issueToken } from '../../lib/api/tokens.ts';
import { listLicenses } from '../../lib/api/licenses.ts';
import { keys, PLATFORM } from '../../lib/table/keys.ts';
import { getOne } from '../../lib/dynamo/table.ts';
import { byOperation, type Reply, type TestBrand } from '../support/service/service.ts';
import { formOf, freshCall, rows, validCall } from '../support/service/world.ts';
import { useBrand, useWorld } from '../support/service/started-service.ts';
import { MINUTE_MS } from '../../lib/domain/time.ts';

const world = useWorld();
const other = useBrand(world);

type Asked = { id?: string; secret?: string; sourceIp?: string } & Record<string, string | undefined>;
const ask = ({
  id = world.shop.apiKeyId,
  secret = world.shop.apiKey,
  sourceIp,
  ...fields
}: Asked = {}): Promise<Reply> => {
  const form = formOf({ grant_type: 'client_credentials', client_id: id, client_secret: secret, ...fields });
  return world.call(issueToken, { ...form, ...(sourceIp === undefined ? {} : { sourceIp }) });
};
const tokenOf = (reply: Reply): string => {
  expect(reply).toMatchObject({ status: 200, body: { token_type: 'Bearer' } });
  return String(reply.body['access_token']);
};
const bearer = (token: string) => ({ apiKey: undefined, headers: { authorization: `Bearer ${token}` } });
const list = (token: string, sourceIp?: string): Promise<Reply> =>
  world.call(listLicenses, {
    ...bearer(token),
    query: { email: world.email },
    ...(sourceIp === undefined ? {} : { sourceIp }),
  });

async function newKey(body: Record<string, unknown> = {}, brand = world.shop): Promise<{ id: string; secret: string }> {
  const reply = await world.call(byOperation('admin_create_api_key'), {
    apiKey: world.platformKey,
    params: { brand_id: brand.id },
    body: { name: 'a key', ...body },
  });
  return { id: String(reply.body['id']), secret: String(reply.body['api_key']) };
}

type ListedKey = { id: string; scopes: string[]; last_used_at: string | null };
async function listedKey({ id: brand_id }: TestBrand, keyId: string): Promise<ListedKey | undefined> {
  const params = { brand_id };
  const listed = await world.call(byOperation('admin_list_api_keys'), { apiKey: world.platformKey, params });
  return (listed.body['api_keys'] as ListedKey[]).find(({ id }) => id === keyId);
}

const revoke = (id: string) =>
  world.call(byOperation('admin_revoke_api_key'), {
    apiKey: world.platformKey,
    params: { brand_id: world.shop.id, api_key_id: id },
  });
const setStatus = (brand: TestBrand, status: string) =>
  world.call(byOperation('update_brand'), {
    apiKey: world.platformKey,
    params: { brand_id: brand.id },
    body: { status },
  });

/** A refusal in the form of RFC 6749 §5.2. */
function expectRefused(reply: Reply, status: number, error: string): void {
  expect({ status: reply.status, error: reply.body['error'] }).toEqual({ status, error });
  expect(Object.keys(reply.body)).toEqual(['error', 'error_description']);
  expect(reply.body['error_description']).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
  expect(reply.headers).toMatchObject({
    'content-type': 'application/json',
    'cache-control': 'no-store',
    pragma: 'no-cache',
  });
  expect(reply.headers['www-authenticate']).toBe(status === 401 ? 'Basic realm="license-service"' : undefined);
}

describe('the token endpoint', () => {
  test('issues a token with all scopes of the key, and forbids caching', async () => {
    const reply = await ask();
    tokenOf(reply);
    const key = await listedKey(world.shop, world.shop.apiKeyId);
    expect(reply.body).toMatchObject({ expires_in: 600, scope: key?.scopes.join(' ') });
    expect(reply.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
  });

  test('accepts id and text by HTTP Basic, also form-encoded', async () => {
    const { apiKeyId, apiKey } = world.shop;
    for (const pair of [`${apiKeyId}:${apiKey}`, `${apiKeyId}:${apiKey.replaceAll('_', '%5F')}`]) {
      const { rawBody, headers } = formOf({ grant_type: 'client_credentials' });
      const reply = await world.call(issueToken, {
        ...(rawBody === undefined ? {} : { rawBody }),
        headers: { ...headers, authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
      });
      tokenOf(reply);
    }
  });

  test('issues fewer scopes on request, and refuses a scope that the key does not hold', async () => {
    expect((await ask({ scope: 'licenses:read licenses:read products:read' })).body).toMatchObject({
      scope: 'licenses:read products:read',
    });
    for (const scope of ['licenses:read:all_brands', 'platform:read', 'licenses:read nonsense', 'constructor'])
      expectRefused(await ask({ scope }), 400, 'invalid_scope');
  });

  test('refuses a client id and secret that do not belong to one valid key', async () => {
    const [stranger, gone] = [await newKey({}, other), await newKey()];
    await revoke(gone.id);
    const past = await newKey({ expires_at: '2020-01-01' });
    const changed = world.shop.apiKey.slice(0, -1) + (world.shop.apiKey.endsWith('0') ? '1' : '0');
    const { apiKeyId } = world.shop;
    const wrong: Asked[] = [
      { secret: changed },
      { id: stranger.id },
      { secret: stranger.secret },
      { id: 'x' },
      { secret: 'x' },
      { id: '' },
      { secret: '' },
      gone,
      past,
    ];
    for (const asked of wrong) expectRefused(await ask(asked), 401, 'invalid_client');
    const token = tokenOf(await ask());
    expectRefused(await ask({ id: apiKeyId, secret: token }), 401, 'invalid_client');
    const bearerOnly = await world.call(issueToken, {
      ...formOf({ grant_type: 'client_credentials' }),
      apiKey: world.shop.apiKey,
    });
    expectRefused(bearerOnly, 401, 'invalid_client');
  });

  test('uses the error codes of OAuth for invalid requests', async () => {
    expectRefused(await ask({ grant_type: 'password' }), 400, 'unsupported_grant_type');
    expectRefused(await ask({ grant_type: '' }), 400, 'invalid_request');
    expectRefused(await world.call(issueToken, { body: { grant_type: 'client_credentials' } }), 400, 'invalid_request');
    expectRefused(await world.call(issueToken), 400, 'invalid_request');
    const form = formOf({
      grant_type: 'client_credentials',
      client_id: world.shop.apiKeyId,
      client_secret: world.shop.apiKey,
    });
    expectRefused(
      await world.call(issueToken, { ...form, rawBody: `${form.rawBody ?? ''}&scope=a&scope=b` }),
      400,
      'invalid_request',
    );
    const basic = {
      ...form.headers,
      authorization: `Basic ${Buffer.from(`${world.shop.apiKeyId}:${world.shop.apiKey}`).toString('base64')}`,
    };
    expectRefused(await world.call(issueToken, { ...form, headers: basic }), 400, 'invalid_request');
    expectRefused(
      await world.call(issueToken, { ...form, rawBody: `${form.rawBody ?? ''}&x=${'y'.repeat(300_000)}` }),
      400,
      'invalid_request',
    );
    tokenOf(await ask({ resource: 'https://nobody.example' }));
    // API Gateway hands forms over like this.
    const base64 = Buffer.from(form.rawBody ?? '').toString('base64');
    tokenOf(await world.call(issueToken, { ...form, rawBody: base64, isBase64Encoded: true }));
  });

  test('refuses a suspended brand and an address outside the key’s allowlist', async () => {
    const key = await newKey({ allowed_cidrs: ['198.51.100.0/24'] });
    expectRefused(await ask(key), 400, 'unauthorized_client');
    tokenOf(await ask({ ...key, sourceIp: '198.51.100.9' }));
    const suspended = await world.brand();
    await setStatus(suspended, 'suspended');
    expectRefused(await ask({ id: suspended.apiKeyId, secret: suspended.apiKey }), 400, 'unauthorized_client');
  });

  test('counts against the key’s own limit, and records the use of the key', async () => {
    const key = await newKey({ rate_limit_per_minute: 2 });
    const statuses = [];
    for (let count = 0; count < 5; count += 1) statuses.push((await ask(key)).status);
    expect(statuses).toContain(429);
    expect(statuses[0]).toBe(200);
    expect((await listedKey(world.shop, key.id))?.last_used_at).toEqual(expect.stringMatching(/Z$/));
  });

  test('issues no token that outlives its key', async () => {
    const soon = new Date(Date.now() + 5 * MINUTE_MS).toISOString().replace(/\.\d+/, '');
    const reply = await ask(await newKey({ expires_at: soon }));
    tokenOf(reply);
    expect(reply.body['expires_in']).toBeGreaterThan(200);
    expect(reply.body['expires_in']).toBeLessThanOrEqual(300);
  });
});

describe('a token', () => {
  const guarded = rows(({ auth }) => auth === 'brand' || auth === 'platform');

  test('can be verified by every function that accepts it, as each has the data key', () => {
    expect(routes.filter(({ auth, vault }) => (auth === 'brand' || auth === 'platform') && !vault)).toEqual([]);
  });

  test.each(guarded)('is accepted by %s like its key, but not as X-API-Key', async (_, route) => {
    const secret = route.auth === 'brand' ? world.shop.apiKey : world.platformKey;
    const id = route.auth === 'brand' ? world.shop.apiKeyId : await platformKeyId();
    const token = tokenOf(await ask({ id, secret }));
    const reply = await world.call(route, { ...(await freshCall(route, world)), ...bearer(token) });
    expect({ status: reply.status < 300, text: reply.status < 300 ? '' : reply.text }).toEqual({
      status: true,
      text: '',
    });
    const beside = { ...validCall(route, world), apiKey: undefined, headers: { 'x-api-key': token } };
    expect(await world.call(route, beside)).toMatchObject({ status: 401, body: { code: 'api_key_invalid' } });
  });

  test.each(guarded)('that was tampered with is refused by %s', async (_, route) => {
    const token = tokenOf(await ask());
    const [header = '', body = '', signature = ''] = token.split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>;
    const forged = Buffer.from(JSON.stringify({ ...claims, brand: other.key_prefix, exp: 9_999_999_999 })).toString(
      'base64url',
    );
    const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
    const sourceIp = `198.51.102.${String(routes.indexOf(route))}`;
    for (const text of [
      `${header}.${forged}.${signature}`,
      `${none}.${body}.`,
      `${none}.${forged}.${signature}`,
      `${header}.${body}.`,
      '..',
      'a.b.c',
    ]) {
      const reply = await world.call(route, { ...validCall(route, world), ...bearer(text), sourceIp });
      expect({ text, status: reply.status, code: reply.body['code'] }).toEqual({
        text,
        status: 401,
        code: 'api_key_invalid',
      });
      expect(reply.headers['www-authenticate']).toBe('Bearer');
    }
  });

  test('has only the requested scopes, and cannot grant others to a new key', async () => {
    const token = tokenOf(await ask({ scope: 'licenses:read api_keys:write' }));
    expect((await list(token)).status).toBe(200);
    const products = await world.call(byOperation('list_products'), bearer(token));
    expect(products).toMatchObject({ status: 403, body: { code: 'scope_missing', required_scope: 'products:read' } });
    const made = await world.call(byOperation('create_api_key'), {
      ...bearer(token),
      body: { name: 'x', scopes: ['licenses:write'] },
    });
    expect(made).toMatchObject({ status: 403, body: { code: 'scope_not_grantable' } });
  });

  test('may be used only from the addresses that its key allows', async () => {
    const token = tokenOf(
      await ask({ ...(await newKey({ allowed_cidrs: ['198.51.100.0/24'] })), sourceIp: '198.51.100.9' }),
    );
    expect((await list(token, '198.51.100.77')).status).toBe(200);
    expect(await list(token, '203.0.113.7')).toMatchObject({ status: 403, body: { code: 'address_not_allowed' } });
  });

  test('is refused while its brand is suspended', async () => {
    const brand = await world.brand();
    const token = tokenOf(await ask({ id: brand.apiKeyId, secret: brand.apiKey }));
    await setStatus(brand, 'suspended');
    expect(await list(token)).toMatchObject({ status: 403, body: { code: 'brand_suspended' } });
    await setStatus(brand, 'active');
    expect((await list(token)).status).toBe(200);
  });

  test('can still read after the revocation of its key, which gets no new token', async () => {
    const key = await newKey();
    const token = tokenOf(await ask(key));
    await revoke(key.id);
    expect((await list(token)).status).toBe(200);
    expectRefused(await ask(key), 401, 'invalid_client');
  });

  test('counts against the key’s own limit', async () => {
    const key = await newKey({ rate_limit_per_minute: 3 });
    const token = tokenOf(await ask(key));
    const statuses = [];
    for (let count = 0; count < 7; count += 1) statuses.push((await list(token)).status);
    expect(statuses).toContain(429);
    expect(statuses[0]).toBe(200);
  });

  test('never contains the text of its key', async () => {
    const token = tokenOf(await ask());
    const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
    expect(claims).toContain(hashApiKey(world.shop.apiKey));
    for (let at = 0; at + 8 <= world.shop.apiKey.length; at += 8)
      expect(claims).not.toContain(world.shop.apiKey.slice(at, at + 8).replace(/^cls_.*/, 'cls_'));
  });
});

/** Reads the id of the platform key from the table. */
async function platformKeyId(): Promise<string> {
  const item = await getOne(world.table(PLATFORM), keys.apiKey(PLATFORM, hashApiKey(world.platformKey)));
  return String(item?.['id']);
}
