import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listScopes, type Route } from '../../lib/api/route.ts';
import { routes } from '../../lib/api/routes.ts';
import { listBrands } from '../../lib/api/brands.ts';
import { listLicenses } from '../../lib/api/licenses.ts';
import {
  createApiKey,
  createPlatformKey,
  revokeApiKey,
  revokePlatformKey,
  rotateApiKey,
  rotatePlatformKey,
} from '../../lib/api/api-keys.ts';
import { issueToken } from '../../lib/api/tokens.ts';
import { plainSchema } from '../support/inputs/plain-schema.ts';
import { moveClock, stopClock } from '../support/run/clock.ts';
import { announceEngineEndpoint, engineEndpoint } from '../support/run/engine-endpoint.ts';
import { startFaultProxy, type FaultProxy } from '../support/table/fault-proxy.ts';
import type { Reply } from '../support/service/service.ts';
import { fingerprint } from '../support/table/fingerprint.ts';
import { formOf, freshCall, rows, startWorld, validCall, type World } from '../support/service/world.ts';

let proxy: FaultProxy;
let world: World;
const engine = engineEndpoint();
beforeAll(async () => {
  proxy = await startFaultProxy(engine);
  announceEngineEndpoint(proxy.endpoint);
  world = await startWorld();
});
afterAll(async () => {
  announceEngineEndpoint(engine);
  await proxy.stop();
});

type Key = { id: string; api_key: string };
type Kind = 'brand' | 'platform';
const KINDS: readonly Kind[] = ['brand', 'platform'];
const routesFor = (kind: Kind) =>
  kind === 'brand'
    ? { createApiKey, revokeApiKey, rotateApiKey, apiKey: world.shop.apiKey }
    : {
        createApiKey: createPlatformKey,
        revokeApiKey: revokePlatformKey,
        rotateApiKey: rotatePlatformKey,
        apiKey: world.platformKey,
      };

async function newKey(kind: Kind): Promise<Key> {
  const { createApiKey, apiKey } = routesFor(kind);
  return (await world.call(createApiKey, { apiKey, body: { name: 'of a token' } })).body as Key;
}
async function tokenFor({ id, api_key }: Key): Promise<string> {
  const form = formOf({ grant_type: 'client_credentials', client_id: id, client_secret: api_key });
  return String((await world.call(issueToken, form)).body['access_token']);
}
async function revoke(kind: Kind, { id }: Key): Promise<void> {
  const { revokeApiKey, apiKey } = routesFor(kind);
  expect((await world.call(revokeApiKey, { apiKey, params: { api_key_id: id } })).status).toBe(200);
}
async function rotate(kind: Kind, { id }: Key, overlap_hours = 0): Promise<Key> {
  const { rotateApiKey, apiKey } = routesFor(kind);
  const reply = await world.call(rotateApiKey, { apiKey, params: { api_key_id: id }, body: { overlap_hours } });
  expect(reply.status).toBe(200);
  return reply.body as Key;
}
const bearer = (token: string) => ({ apiKey: undefined, headers: { authorization: `Bearer ${token}` } });
const sendFresh = async (route: Route, token: string): Promise<Reply> =>
  world.call(route, { ...(await freshCall(route, world)), ...bearer(token) });

/** Tokens whose keys were valid at first and are not any more, each with the refusal that it should get. */
async function deadTokens(kind: Kind): Promise<[code: string, token: string][]> {
  const gone = async (end: (key: Key) => Promise<unknown>): Promise<string> => {
    const key = await newKey(kind);
    const token = await tokenFor(key);
    await end(key);
    return token;
  };
  const twice = async (key: Key): Promise<void> => {
    for (const _ of [1, 2]) await rotate(kind, key, 24);
  };
  return [
    ['api_key_invalid', await gone((key) => revoke(kind, key))],
    ['api_key_expired', await gone((key) => rotate(kind, key))],
    ['api_key_invalid', await gone(twice)],
    ['api_key_invalid', await gone((key) => rotate(kind, key, 24).then(() => revoke(kind, key)))],
  ];
}

const isKeyed = ({ auth }: Route): boolean => auth === 'brand' || auth === 'platform';
const changes = (route: Route): boolean => isKeyed(route) && route.access === 'write';

describe('a token of a revoked or replaced API key', () => {
  let dead: Record<Kind, [string, string][]>;
  beforeAll(async () => {
    dead = { brand: await deadTokens('brand'), platform: await deadTokens('platform') };
  });

  test.each(rows(changes))('is refused by %s, and nothing is written', async (_, route) => {
    const before = await fingerprint(world);
    for (const [code, token] of dead[route.auth as Kind]) {
      const reply = await world.call(route, { ...validCall(route, world), ...bearer(token) });
      expect(reply).toMatchObject({ status: 401, body: { code } });
      expect(reply.headers['www-authenticate']).toBe('Bearer');
    }
    expect(await fingerprint(world)).toBe(before);
  });

  test('may still read until it expires', async () => {
    for (const [, token] of dead.brand)
      expect((await world.call(listLicenses, { ...bearer(token), query: { email: world.email } })).status).toBe(200);
    for (const [, token] of dead.platform) expect((await world.call(listBrands, bearer(token))).status).toBe(200);
  });
});

describe.each(KINDS)('a token of a %s’s API key', (kind) => {
  const some = (): [string, Route][] => rows((route) => changes(route) && route.auth === kind).slice(0, 3);

  test('may write until the last second in which the text of its key works, including an overlap', async () => {
    stopClock(new Date().toISOString());
    const key = await newKey(kind);
    await rotate(kind, key, 1);
    moveClock(3_590_000);
    const token = await tokenFor(key);
    for (const [, route] of some()) expect((await sendFresh(route, token)).status).toBeLessThan(300);
    moveClock(9_000);
    for (const [, route] of some()) expect((await sendFresh(route, token)).status).toBeLessThan(300);
    moveClock(1_000);
    for (const [, route] of some()) expect((await sendFresh(route, token)).status).toBe(401);
  });

  test('works after a rotation if issued for the new text, and not if issued for the old one', async () => {
    const key = await newKey(kind);
    const [before, after] = [await tokenFor(key), await tokenFor(await rotate(kind, key))];
    for (const [, route] of some()) {
      expect((await sendFresh(route, before)).status).toBe(401);
      expect((await sendFresh(route, after)).status).toBeLessThan(300);
    }
  });

  test('costs no additional request on a write, and its key is read consistently', async () => {
    const token = await tokenFor(await newKey(kind));
    const reads = async (of: (route: Route) => boolean): Promise<{ operation: string; consistent: boolean }[]> => {
      const [route] = routes.filter((candidate) => candidate.auth === kind && of(candidate));
      const call = await freshCall(route as Route, world);
      proxy.asked.length = 0;
      await world.call(route as Route, { ...call, ...bearer(token) });
      // A container that opens the data key reads its mark once.
      const asked = proxy.asked.filter(({ input }) => !JSON.stringify(input).includes('#data-key'));
      return asked
        .slice(
          0,
          asked.findIndex(({ operation }) => operation === 'UpdateItem'),
        )
        .map(({ operation, input }) => ({
          operation,
          consistent: JSON.stringify(input).includes('"ConsistentRead":true'),
        }));
    };
    expect(await reads(changes)).toEqual([{ operation: 'BatchGetItem', consistent: true }]);
    expect(await reads((route) => !changes(route))).toEqual(
      kind === 'brand' ? [{ operation: 'GetItem', consistent: true }] : [],
    );
  });
});

/** Names of fields under which an answer shows a secret. */
const SECRET_FIELDS = ['api_key', 'secret', 'access_token'];
const fieldsOf = (route: Route): string[] =>
  route.success.flatMap(({ body }) => Object.keys(plainSchema(body, 'output').properties ?? {}));

test('every route that returns a secret checks that the key of a token is still valid', () => {
  const makers = routes.filter((route) => fieldsOf(route).some((field) => SECRET_FIELDS.includes(field)));
  expect(makers.length).toBeGreaterThan(7);
  const byToken = makers.filter(isKeyed);
  expect(byToken.filter((route) => !changes(route))).toEqual([]);
  expect(makers.filter((route) => !isKeyed(route)).map(({ operation }) => operation)).toEqual(['issue_token']);
  const lasting = new Set(routes.filter(changes).map(({ operation }) => operation));
  for (const named of ['provision_licenses', 'rotate_license_key', 'update_webhook_endpoint', 'revoke_api_key'])
    expect(lasting).toContain(named);
});

test('routes that send events to the caller’s endpoint, or list deliveries, also require events:read', () => {
  const sending = routes.filter(({ alsoScopes = [] }) => alsoScopes.includes('events:read'));
  expect(sending.map(({ operation }) => operation).sort()).toEqual([
    'create_webhook_endpoint',
    'list_event_deliveries',
    'list_webhook_deliveries',
    'redeliver_webhook',
    'replay_events',
    'resume_webhook_endpoint',
    'test_webhook_endpoint',
    'update_webhook_endpoint',
  ]);
  const silent = routes.filter(({ scope }) => scope === 'webhooks:write').filter((route) => !sending.includes(route));
  expect(
    silent
      .filter(({ access }) => access === 'write')
      .map(({ operation }) => operation)
      .sort(),
  ).toEqual(['delete_webhook_endpoint', 'pause_webhook_endpoint', 'rotate_webhook_secret']);
  for (const route of sending) expect(listScopes(route)).toEqual(['webhooks:write', 'events:read']);
});
