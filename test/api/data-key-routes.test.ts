import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Route } from '../../lib/api/route.ts';
import { root } from '../../lib/api/service.ts';
import { DENIED, startSecretsManager, type SecretsManager } from '../support/table/secrets-manager.ts';
import {
  byOperation,
  callHandler,
  loadHandler,
  type Call,
  type Handler,
  type Reply,
} from '../support/service/service.ts';
import { formOf, freshCall, rows, startWorld, type World } from '../support/service/world.ts';

const SECRET = randomBytes(32).toString('hex');
let secrets: SecretsManager;
let world: World;
const cold = new Map<string, Handler>();
beforeAll(async () => {
  secrets = await startSecretsManager(SECRET);
  for (const [, route] of rows()) cold.set(route.function, await loadHandler(route));
  jest.resetModules();
  world = await startWorld();
});
beforeEach(() => {
  secrets.behave({ answers: SECRET });
});
afterAll(() => secrets.stop());

/**
 * Calls a route while the data key cannot be read, in a container that has never read it. The calls of `world` have
 * containers of their own.
 */
async function coldCall(route: Route, call: Call): Promise<Reply> {
  secrets.behave(DENIED);
  secrets.asked.length = 0;
  const handler = cold.get(route.function);
  if (handler === undefined) throw new Error(`${route.function} was not loaded`);
  return callHandler(handler, route, call);
}

function expectUnavailable(reply: Reply): void {
  // The token route uses the error code of RFC 6749, every other route the service's own.
  expect({ status: reply.status, code: reply.body['error'] ?? reply.body['code'] }).toEqual({
    status: 503,
    code: expect.stringMatching(/^(?:temporarily_)?unavailable$/),
  });
  expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
}

async function tokenFor({ apiKey, apiKeyId }: { apiKey: string; apiKeyId: string }): Promise<string> {
  const fields = { grant_type: 'client_credentials', client_id: apiKeyId, client_secret: apiKey };
  return String((await world.call(byOperation('issue_token'), formOf(fields))).body['access_token']);
}

describe('a route that always needs the data key', () => {
  test.each(rows(({ vault }) => vault === true))('%s answers 503 with Retry-After without it', async (_, route) => {
    const call = await freshCall(route, world);
    expectUnavailable(await coldCall(route, call));
    expect(secrets.asked).toHaveLength(1);
  });
});

describe('a route that sometimes needs the data key', () => {
  const onDemand = rows(({ vault }) => vault === 'on_demand');

  test.each(onDemand)('%s does not request it for a plain call', async (_, route) => {
    const call = await freshCall(route, world);
    const { status, text } = await coldCall(route, call);
    expect({ status, asked: secrets.asked, text: status < 300 ? '' : text }).toEqual({
      status: route.success.find((success) => success.status === status)?.status,
      asked: [],
      text: '',
    });
  });

  test.each(onDemand.filter(([, { once }]) => once))('%s needs it for an Idempotency-Key', async (_, route) => {
    const call = await freshCall(route, world);
    expectUnavailable(
      await coldCall(route, { ...call, headers: { ...call.headers, 'idempotency-key': randomUUID() } }),
    );
  });

  test.each(onDemand.filter(([, { auth }]) => auth === 'brand'))('%s needs it for a token', async (_, route) => {
    const token = await tokenFor(world.shop);
    const { apiKey: _apiKey, ...call } = await freshCall(route, world);
    expectUnavailable(
      await coldCall(route, { ...call, headers: { ...call.headers, authorization: `Bearer ${token}` } }),
    );
  });
});

describe('a route that never needs the data key', () => {
  test.each(rows(({ vault }) => vault === false))('%s does not request it', async (_, route) => {
    const call = await freshCall(route, world);
    const { status } = await coldCall(route, call);
    expect({ status, asked: secrets.asked }).toEqual({
      status: route.operation === root.operation ? 302 : 200,
      asked: [],
    });
  });
});
