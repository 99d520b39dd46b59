import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Route } from '../../lib/api/route.ts';
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
import { inMs } from '../support/run/clock.ts';
import { announceEngineEndpoint, engineEndpoint } from '../support/run/engine-endpoint.ts';
import { startFaultProxy, type FaultProxy } from '../support/table/fault-proxy.ts';
import { fingerprint } from '../support/table/fingerprint.ts';
import { byOperation, type Call, type Reply } from '../support/service/service.ts';
import { formOf, freshCall, rows, startWorld, type World } from '../support/service/world.ts';

let proxy: FaultProxy;
let world: World;
const engine = engineEndpoint();
beforeAll(async () => {
  proxy = await startFaultProxy(engine);
  announceEngineEndpoint(proxy.endpoint);
  world = await startWorld();
});
afterEach(() => {
  proxy.tamper = undefined;
});
afterAll(async () => {
  announceEngineEndpoint(engine);
  await proxy.stop();
});

type Key = { id: string; api_key: string };
type Kind = 'brand' | 'platform';
const kindOf = (route: Route): Kind => (route.auth === 'platform' ? 'platform' : 'brand');
const routesFor = (kind: Kind) =>
  kind === 'brand'
    ? { createApiKey, revokeApiKey, rotateApiKey, apiKey: world.shop.apiKey }
    : {
        createApiKey: createPlatformKey,
        revokeApiKey: revokePlatformKey,
        rotateApiKey: rotatePlatformKey,
        apiKey: world.platformKey,
      };

async function newKey(kind: Kind, more: object = {}): Promise<Key> {
  const { createApiKey, apiKey } = routesFor(kind);
  return (await world.call(createApiKey, { apiKey, body: { name: 'of a call', ...more } })).body as Key;
}
async function revoke(kind: Kind, { id }: Key): Promise<void> {
  const { revokeApiKey, apiKey } = routesFor(kind);
  expect((await world.call(revokeApiKey, { apiKey, params: { api_key_id: id } })).status).toBe(200);
}
async function rotate(kind: Kind, { id }: Key, overlap_hours: number): Promise<Key> {
  const { rotateApiKey, apiKey } = routesFor(kind);
  const reply = await world.call(rotateApiKey, { apiKey, params: { api_key_id: id }, body: { overlap_hours } });
  expect(reply.status).toBe(200);
  return reply.body as Key;
}
async function tokenOf({ id, api_key }: Key): Promise<string> {
  const form = formOf({ grant_type: 'client_credentials', client_id: id, client_secret: api_key });
  return String((await world.call(issueToken, form)).body['access_token']);
}
const byKey = ({ api_key }: Key): Promise<Call> => Promise.resolve({ apiKey: api_key });
const byToken = async (key: Key): Promise<Call> => ({
  apiKey: undefined,
  headers: { authorization: `Bearer ${await tokenOf(key)}` },
});

/** The next transaction is sent only after `meanwhile` is done. */
function holdTransaction(meanwhile: () => Promise<unknown>): void {
  proxy.tamper = async ({ operation }, forward) => {
    if (operation !== 'TransactWriteItems') return forward();
    proxy.tamper = undefined;
    await meanwhile();
    return forward();
  };
}

/** A call that changes something. An endpoint is paused first, so that it can be resumed. */
async function changingCall(route: Route): Promise<Call> {
  const call = await freshCall(route, world);
  if (route.operation === 'resume_webhook_endpoint')
    await world.call(byOperation('pause_webhook_endpoint'), { apiKey: world.shop.apiKey, params: call.params ?? {} });
  return call;
}

/** Sends a call whose key ends between the reads and the write, and expects a refusal. */
async function expectHeld(route: Route, call: Call, end: () => Promise<unknown>, code: string): Promise<void> {
  let after: string | undefined;
  holdTransaction(async () => {
    await end();
    after = await fingerprint(world);
  });
  const reply = await world.call(route, call);
  expect(reply).toMatchObject({ status: 401, body: { code } });
  expect(reply.headers['www-authenticate']).toBe('Bearer');
  expect(await fingerprint(world)).toBe(after);
}

const SECRETS = ['api_key', 'secret'];
const fieldsOf = (route: Route): string[] =>
  route.success.flatMap(({ body }) => Object.keys(plainSchema(body, 'output').properties ?? {}));
/** Guarded routes that return no API key and no webhook secret. */
const ALSO_HELD = [
  'rotate_license_key',
  'update_webhook_endpoint',
  'pause_webhook_endpoint',
  'resume_webhook_endpoint',
];
const isHeld = (route: Route): boolean =>
  route.access === 'write' &&
  route.auth !== 'license_key' &&
  (fieldsOf(route).some((field) => SECRETS.includes(field)) || ALSO_HELD.includes(route.operation));
const HELD = rows(isHeld);

test('the guarded routes include every route that creates an API key, a webhook endpoint or a secret', () => {
  expect(HELD.map(([operation]) => operation).sort()).toEqual(
    [
      ...['create', 'rotate'].flatMap((verb) => [`${verb}_api_key`, `admin_${verb}_api_key`, `${verb}_platform_key`]),
      'create_webhook_endpoint',
      'rotate_webhook_secret',
      ...ALSO_HELD,
    ].sort(),
  );
});

type Ending = { by: (key: Key) => Promise<Call>; end: (kind: Kind, key: Key) => Promise<unknown>; code: string };
const ENDINGS: [string, Ending][] = [
  ['the revocation of its API key', { by: byKey, end: revoke, code: 'api_key_invalid' }],
  ['the revocation of its token’s API key', { by: byToken, end: revoke, code: 'api_key_invalid' }],
  [
    'the replacement of its API key without an overlap',
    { by: byKey, end: (kind, key) => rotate(kind, key, 0), code: 'api_key_expired' },
  ],
];

describe.each(ENDINGS)('a call in progress during %s', (_, { by, end, code }) => {
  test.each(HELD)('is refused by %s and writes nothing', async (_operation, route) => {
    const kind = kindOf(route);
    const key = await newKey(kind);
    const call = { ...(await changingCall(route)), ...(await by(key)) };
    await expectHeld(route, call, () => end(kind, key), code);
  });
});

test.each(HELD)('%s succeeds if the text of its key is replaced with an overlap during the call', async (_, route) => {
  const kind = kindOf(route);
  const key = await newKey(kind);
  const call = { ...(await changingCall(route)), apiKey: key.api_key };
  holdTransaction(() => rotate(kind, key, 1));
  expect((await world.call(route, call)).status).toBeLessThan(300);
});

test.each<[Kind]>([['brand'], ['platform']])(
  'an API key of a %s can create another in its last 30 seconds',
  async (kind) => {
    const { api_key: apiKey } = await newKey(kind, { expires_at: inMs(30_000) });
    expect((await world.call(routesFor(kind).createApiKey, { apiKey, body: { name: 'another' } })).status).toBe(201);
  },
);

describe.each<[Kind]>([['brand'], ['platform']])('an API key of a %s that rotates itself', (kind) => {
  const call = ({ id }: Key, apiKey: string, overlap_hours = 0): Call => ({
    apiKey,
    params: { api_key_id: id },
    body: { overlap_hours },
  });
  const rotation = (): Route => routesFor(kind).rotateApiKey;
  const rotatesItself = (key: Key, overlap = 0): Promise<Reply> =>
    world.call(rotation(), call(key, key.api_key, overlap));

  test('gets no new text if it is revoked during the call', async () => {
    const key = await newKey(kind);
    await expectHeld(rotation(), call(key, key.api_key), () => revoke(kind, key), 'api_key_invalid');
  });

  test('gets no new text if its text is replaced without an overlap during the call', async () => {
    const key = await newKey(kind);
    await expectHeld(rotation(), call(key, key.api_key), () => rotate(kind, key, 0), 'api_key_expired');
  });

  test('gets a new text by its earlier text during an overlap, unless it is revoked during the call', async () => {
    const key = await newKey(kind);
    await rotate(kind, key, 1);
    await expectHeld(rotation(), call(key, key.api_key), () => revoke(kind, key), 'api_key_invalid');
    const other = await newKey(kind);
    await rotate(kind, other, 1);
    expect((await rotatesItself(other)).status).toBe(200);
    expect(await rotatesItself(other)).toMatchObject({ status: 401, body: { code: 'api_key_invalid' } });
  });

  test('retries if it is rotated with an overlap during the call', async () => {
    const key = await newKey(kind);
    holdTransaction(() => rotate(kind, key, 1));
    const reply = await rotatesItself(key, 24);
    expect(reply).toMatchObject({ status: 200, body: { id: key.id, api_key: expect.any(String) } });
  });

  test('can revoke itself, and only once', async () => {
    const key = await newKey(kind);
    const { revokeApiKey } = routesFor(kind);
    const end = { apiKey: key.api_key, params: { api_key_id: key.id } };
    expect((await world.call(revokeApiKey, end)).status).toBe(200);
    expect(await world.call(revokeApiKey, end)).toMatchObject({ status: 401, body: { code: 'api_key_invalid' } });
  });
});
