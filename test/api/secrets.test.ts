import type { Context as LambdaContext } from 'aws-lambda';
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { openRuntime } from '../../lib/runtime.ts';
import { bind } from '../../lib/http/binding.ts';
import { serve } from '../../lib/http/handler.ts';
import { health } from '../../lib/api/service.ts';
import { getLicense, listLicenses, provisionLicenses } from '../../lib/api/licenses.ts';
import { routeKey } from '../../lib/api/route.ts';
import { captureOutput } from '../support/run/captured-output.ts';
import { byOperation, eventFor, SOURCE_IP, type Call, type Reply } from '../support/service/service.ts';
import { inTurn } from '../support/inputs/in-turn.ts';
import { bodyFields, withValue } from '../support/inputs/json-fields.ts';
import { callUnknown, freshCall, hasBody, rows, startWorld, validCall, type World } from '../support/service/world.ts';

const createApiKey = byOperation('admin_create_api_key');

process.env['LOG_LEVEL'] = 'DEBUG';

let world: World;
let token: string;
let secrets: string[];
/** All secrets in one text, and a license key alone, which some fields might accept. */
let sent: string[];
beforeAll(async () => {
  capture();
  world = { ...(await startWorld()), email: 'secret-person@example.com' };
  const { body } = await world.call(byOperation('issue_token'), validCall(byOperation('issue_token'), world));
  token = String(body['access_token']);
  secrets = [world.shop.apiKey, world.platformKey, world.licenseKey, world.email, token, world.webhookSecret];
  sent = [secrets.join(' '), world.licenseKey];
});

let lines: string[] = [];
const capture = (): void => {
  lines = captureOutput();
};
beforeEach(capture);
afterEach(() => {
  jest.restoreAllMocks();
});

/** The secret part of a secret: the text after the public prefix. */
const telling = (secret: string): string =>
  secret.replace(/^(?:cls_[A-Za-z0-9]+|whsec)_/, '').replace(/^[A-Z0-9]+-/, '');

function expectNoneIn(text: string, call: unknown): void {
  const announced = [...secrets.map(telling), SOURCE_IP].filter(
    (part) => text.toLowerCase().includes(part.toLowerCase()) || text.includes(encodeURIComponent(part)),
  );
  expect({ announced, call }).toEqual({ announced: [], call });
}

async function send(route: (typeof everything)[number][1], call: Call): Promise<Reply> {
  const reply = await world.call(route, call);
  if (reply.status >= 400) expectNoneIn(reply.text, [call.body, call.query]);
  expectNoneIn(JSON.stringify(reply.headers), call.headers);
  return reply;
}

const everything = rows();

describe('log lines and problems', () => {
  test.each(everything)('of %s contain no secret after a valid call', async (_, route) => {
    const call = await freshCall(route, world);
    if (call.body && 'customer_email' in call.body) call.body['customer_email'] = world.email;
    await send(route, call);
    expect(lines.some((line) => line.includes(routeKey(route)))).toBe(true);
    expectNoneIn(lines.join('\n'), route.operation);
  });

  test.each(everything)('of %s contain no secret that was sent in the wrong place', async (_, route) => {
    const valid = validCall(route, world);
    const [secret = ''] = inTurn(sent, route, 1);
    const places: Call[] = [
      {
        headers: {
          'x-license-key': secret,
          'idempotency-key': secret,
          'user-agent': secret,
          cookie: secret,
          referer: `https://shop.example.com/?key=${secret}`,
          'if-match': `"${secret}"`,
          'x-amzn-trace-id': `Root=${secret}`,
          'x-other': secret,
        },
      },
      { headers: { 'content-type': secret } },
      { headers: { authorization: `Bearer ${secret}` } },
      { apiKey: secret },
      { query: { ...valid.query, f: secret, cursor: secret, limit: secret, status: secret, license_key: secret } },
      { query: { ...valid.query, instance_identifier: `https://${encodeURIComponent(secret)}@example.com/` } },
      { params: Object.fromEntries(Object.keys(valid.params ?? {}).map((name) => [name, secret])) },
      ...(hasBody(route)
        ? [
            { rawBody: secret },
            { rawBody: `{"a": "${secret}` },
            { body: { ...valid.body, surprise: { nested: [secret] } } },
          ]
        : []),
    ];
    for (const place of places) await send(route, { ...valid, ...place });
    // An unknown field is refused with its name, as sent: to the caller, not in the log.
    await world.call(route, { ...valid, query: { ...valid.query, [secret]: '1' } });
    if (hasBody(route)) await world.call(route, { ...valid, body: { ...valid.body, [secret]: true } });
    expect(lines.length).toBeGreaterThan(0);
    expectNoneIn(lines.join('\n'), route.operation);
  });

  test.each(rows(hasBody))('of %s contain no secret that was sent in a body field', async (_, route) => {
    for (const [step, { path }] of bodyFields(route).entries()) {
      for (const secret of inTurn(sent, route, 1, step))
        await send(route, { ...validCall(route, world), body: withValue(validCall(route, world).body, path, secret) });
    }
    expectNoneIn(lines.join('\n'), route.operation);
  });

  test('of an unknown path contain no secret', async () => {
    for (const secret of secrets)
      expectNoneIn(
        (await callUnknown('GET', `/api/v1/${secret}`, { apiKey: secret, query: { a: secret } })).text,
        secret,
      );
    // Each call also writes a metrics line for its refusal.
    expect(lines.filter((line) => !line.includes('"_aws"'))).toHaveLength(secrets.length);
    expectNoneIn(lines.join('\n'), 'a path');
  });

  test.each(everything)('of %s contain no secret that was sent as a request id', async (_, route) => {
    for (const secret of inTurn([...secrets, ...sent], route, 2))
      await send(route, { ...validCall(route, world), headers: { 'x-request-id': secret } });
    expectNoneIn(lines.join('\n'), route.operation);
  });

  test('of an error contain no secret that its message quotes', async () => {
    const handler = serve(openRuntime, [
      bind(health, () => {
        throw new Error(
          secrets.map((secret) => `Unexpected token in "${secret}", nor in <${encodeURIComponent(secret)}>`).join(' '),
        );
      }),
    ]);
    await handler({ ...eventFor(health, {}), call: undefined as never }, {} as LambdaContext);
    expect(lines.some((line) => line.includes('Unexpected token'))).toBe(true);
    expectNoneIn(lines.join('\n'), 'an error');
  });
});

describe('the text of a license key', () => {
  const keyIn = (entry: unknown): string => (entry as { license_key: { key: string } }).license_key.key;

  test('is masked to its last four characters for an API key without the scope to reveal it', async () => {
    const scopes = ['licenses:read', 'licenses:write'];
    const made = await world.call(createApiKey, {
      apiKey: world.platformKey,
      params: { brand_id: world.shop.id },
      body: { name: 'blind', scopes },
    });
    const blind = String(made.body['api_key']);
    const body = { customer_email: world.email, products: ['wp-rocket'] };
    const provisioned = await world.call(provisionLicenses, { apiKey: blind, body });
    const [license] = provisioned.body['licenses'] as { id: string }[];
    const params = { license_id: license?.id ?? '' };
    const query = { email: world.email };
    const list = await world.call(listLicenses, { apiKey: world.shop.apiKey, query });
    const entries = (list.body['licenses'] as { id: string }[]).filter(({ id }) => id === params.license_id);
    const full = keyIn(entries[0]);
    const masked = `${world.shop.key_prefix}-****-****-****-${full.slice(-4)}`;
    expect(full).toMatch(new RegExp(`^${world.shop.key_prefix}-(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}$`));

    // The caller that creates a key sees its text once.
    expect(keyIn(provisioned.body)).toBe(full);
    expect(keyIn((await world.call(getLicense, { apiKey: blind, params })).body)).toBe(masked);
    const blindList = await world.call(listLicenses, { apiKey: blind, query });
    for (const entry of blindList.body['licenses'] as unknown[])
      expect(keyIn(entry)).toMatch(/-\*{4}-\*{4}-\*{4}-[0-9A-Z]{4}$/);
    expect(blindList.text).toContain(masked);
    expect(keyIn((await world.call(getLicense, { apiKey: world.shop.apiKey, params })).body)).toBe(full);
    expect(blindList.text).not.toContain(full.slice(-9, -5));
  });
});
