import { beforeAll, describe, expect, test } from '@jest/globals';
import { hashApiKey } from '../../lib/domain/api-key.ts';
import { parseLicenseKey } from '../../lib/domain/license-key.ts';
import { BRAND_SCOPES, PLATFORM_SCOPES } from '../../lib/domain/scopes.ts';
import { listScopes, type Route } from '../../lib/api/route.ts';
import { rotateLicenseKey } from '../../lib/api/license-keys.ts';
import { transferLicense } from '../../lib/api/license-lifecycle.ts';
import { provisionLicenses } from '../../lib/api/licenses.ts';
import { issueToken } from '../../lib/api/tokens.ts';
import { keys, PLATFORM } from '../../lib/table/keys.ts';
import { getOne } from '../../lib/dynamo/table.ts';
import { newEmail, verdict } from '../support/service/purchases.ts';
import { byOperation, type Call, type Reply } from '../support/service/service.ts';
import { formOf, freshCall, rows } from '../support/service/world.ts';
import { useWorld } from '../support/service/started-service.ts';

const world = useWorld();

const REVEAL = 'license_keys:reveal';

/** A token with some of the scopes of the key that may call a route. */
async function tokenWith(route: Route, scopes: readonly string[]): Promise<string> {
  const owner = route.auth === 'brand' ? world.shop.key_prefix : PLATFORM;
  const client_secret = route.auth === 'brand' ? world.shop.apiKey : world.platformKey;
  const item = await getOne(world.table(owner), keys.apiKey(owner, hashApiKey(client_secret)));
  const form = { grant_type: 'client_credentials', client_id: String(item?.['id']), client_secret };
  const reply = await world.call(issueToken, formOf({ ...form, scope: scopes.join(' ') }));
  expect(reply.status).toBe(200);
  return String(reply.body['access_token']);
}
const keysScopes = ({ auth }: Route): string[] =>
  auth === 'brand' ? BRAND_SCOPES.filter((scope) => scope !== 'licenses:read:all_brands') : [...PLATFORM_SCOPES];
const by = (token: string): Call => ({ apiKey: undefined, headers: { authorization: `Bearer ${token}` } });

const isLicenseKey = (text: string): boolean => parseLicenseKey(text) !== undefined;
const isOtherSecret = (text: string): boolean => /^(?:cls_[A-Za-z0-9]+|whsec)_[^*]{8,}$/.test(text);
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
const secretsIn = ({ body }: Reply): string[] =>
  textsIn(body).filter((text) => isLicenseKey(text) || isOtherSecret(text));
/** The text of an answer without its secrets, whether they are masked or not. */
const besidesSecrets = ({ text }: Reply): string => text.replaceAll(/"(?:key|api_key|secret)":"[^"]*"/g, '"…":"…"');

let sent = 0;
/** Prepares a request that can be repeated under one idempotency key, by any caller. */
async function repeatable(route: Route): Promise<(as: Call) => Promise<Reply>> {
  const call = await freshCall(route, world);
  sent += 1;
  const headers = { 'idempotency-key': `replayed-${String(sent)}` };
  return (as) => world.call(route, { ...call, ...as, headers: { ...as.headers, ...headers } });
}

function expectReplay(reply: Reply, first: Reply): void {
  expect({ status: reply.status, replayed: reply.headers['idempotent-replayed'] }).toEqual({
    status: first.status,
    replayed: 'true',
  });
  expect(besidesSecrets(reply)).toBe(besidesSecrets(first));
}

const replayed = rows(({ auth, once }) => once === true && (auth === 'brand' || auth === 'platform'));

describe('the stored answer to an API key', () => {
  test.each(replayed)('of %s is replayed in full to the key, and to its tokens by their scopes', async (_, route) => {
    const send = await repeatable(route);
    const first = await send({});
    expect(first.status).toBeLessThan(300);
    const secrets = secretsIn(first);

    const itself = await send({});
    expectReplay(itself, first);
    expect(itself.text).toBe(first.text);
    const narrow = await send(by(await tokenWith(route, listScopes(route))));
    expectReplay(narrow, first);
    expect(secretsIn(narrow)).toEqual([]);
    for (const secret of secrets) expect(narrow.text).not.toContain(secret.slice(-8));
    const whole = await send(by(await tokenWith(route, keysScopes(route))));
    expectReplay(whole, first);
    expect(secretsIn(whole)).toEqual(secrets.filter(isLicenseKey));
  });

  test('contains a secret for exactly the listed routes', async () => {
    const holding: string[] = [];
    for (const [operation, route] of replayed)
      if (secretsIn(await (await repeatable(route))({})).length > 0) holding.push(operation);
    expect(holding.sort()).toEqual([
      'admin_create_api_key',
      'admin_rotate_api_key',
      'cancel_license',
      'create_api_key',
      'create_platform_key',
      'create_webhook_endpoint',
      'provision_licenses',
      'renew_license',
      'resume_license',
      'rotate_api_key',
      'rotate_license_key',
      'rotate_platform_key',
      'rotate_webhook_secret',
      'suspend_license',
      'transfer_license',
    ]);
  });
});

describe('the stored answer to a token', () => {
  test.each(replayed)(
    'of %s is replayed to the token, and in full to callers that may reveal license keys',
    async (_, route) => {
      const grants = route.refusals.includes('scope_not_grantable');
      const scopes = keysScopes(route).filter((scope) => grants || scope !== REVEAL);
      const [maker, twin] = [await tokenWith(route, scopes), await tokenWith(route, scopes)];
      const send = await repeatable(route);
      const first = await send(by(maker));
      expect(first.status).toBeLessThan(300);

      const itself = await send(by(maker));
      expectReplay(itself, first);
      expect(itself.text).toBe(first.text);
      const other = await send(by(twin));
      expectReplay(other, first);
      expect(secretsIn(other)).toEqual([]);
      const key = await send({});
      expectReplay(key, first);
      expect(secretsIn(key).filter(isOtherSecret)).toEqual([]);
      const shows = [first, other, key].map((reply) =>
        textsIn(reply.body).some((text) => /^[A-Z0-9]+-\*{4}-/.test(text)),
      );
      const holdsLicenseKey = secretsIn(key).length > 0;
      expect(shows[1]).toBe(holdsLicenseKey);
      expect(shows[2]).toBe(false);
    },
  );
});

describe('a caller without the scope to reveal license keys', () => {
  let blind: string;
  let email: string;
  beforeAll(async () => {
    const reply = await world.call(byOperation('admin_create_api_key'), {
      apiKey: world.platformKey,
      params: { brand_id: world.shop.id },
      body: { name: 'a reseller', scopes: ['licenses:read', 'licenses:write'] },
    });
    blind = String(reply.body['api_key']);
  });
  const buy = (body: object): Promise<Reply> =>
    world.call(provisionLicenses, { apiKey: blind, body: { customer_email: email, products: ['wp-rocket'], ...body } });
  const keyIn = ({ body }: Reply): string => (body['license_key'] as { key: string }).key;

  test('sees a key that its purchase created, and an existing key masked', async () => {
    email = newEmail();
    const made = await buy({ expiration_date: '2090-01-01' });
    const key = keyIn(made);
    expect(made.status).toBe(201);
    const site = { license_key: key, instance_identifier: 'https://a.example' };
    expect(await verdict(world, site)).toMatchObject({ code: 'not_activated' });
    for (const more of [
      { products: ['imagify'] },
      { if_held: 'renew', duration: 'P1Y' },
      { products: ['imagify'], if_held: 'renew', expiration_date: '2091-01-01' },
    ]) {
      const held = await buy(more);
      expect(held.status).toBeLessThan(300);
      expect(keyIn(held)).toMatch(/^[A-Z0-9]+-\*{4}-\*{4}-\*{4}-/);
      expect(keyIn(held).slice(-4)).toBe(key.slice(-4));
    }
    const [second, third] = [await buy({}), await buy({ license_key: 'new' })];
    for (const another of [second, third]) {
      expect(isLicenseKey(keyIn(another))).toBe(true);
      expect(keyIn(another)).not.toBe(key);
    }
  });

  test('sees a key that its transfer created for the buyer, and the buyer’s existing key masked', async () => {
    email = newEmail();
    const ids = [await buy({}), await buy({ license_key: 'new', products: ['imagify'] })].map(
      ({ body }) => (body['licenses'] as { id: string }[])[0]?.id ?? '',
    );
    const customer_email = newEmail();
    const [made, held] = [
      await world.call(transferLicense, {
        apiKey: blind,
        params: { license_id: ids[0] ?? '' },
        body: { customer_email },
      }),
      await world.call(transferLicense, {
        apiKey: blind,
        params: { license_id: ids[1] ?? '' },
        body: { customer_email },
      }),
    ];
    expect(isLicenseKey(keyIn(made))).toBe(true);
    expect(keyIn(held)).toMatch(/\*{4}/);
    expect(keyIn(held).slice(-4)).toBe(keyIn(made).slice(-4));
  });

  test('sees the text that its rotation created', async () => {
    email = newEmail();
    const { body } = await buy({});
    const { id } = body['license_key'] as { id: string };
    const rotated = await world.call(rotateLicenseKey, { apiKey: blind, params: { license_key_id: id }, body: {} });
    const site = { license_key: String(rotated.body['key']), instance_identifier: 'https://a.example' };
    expect(await verdict(world, site)).toMatchObject({ code: 'not_activated' });
  });
});
