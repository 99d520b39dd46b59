import { describe, expect, test } from '@jest/globals';
import type { Route } from '../../lib/api/route.ts';
import { MAX_BODY_BYTES } from '../../lib/api/route.ts';
import { byOperation, type Call, type Reply } from '../support/service/service.ts';
import { inTurn } from '../support/inputs/in-turn.ts';
import { fingerprint } from '../support/table/fingerprint.ts';
import { freshCall, hasBody, pointersOf, rows, validCall } from '../support/service/world.ts';
import { useWorld } from '../support/service/started-service.ts';

const world = useWorld();

const routes = rows((route) => hasBody(route) && route.oauth !== true && route.edd !== true);
const brandRoutes = routes.filter(([, { auth }]) => auth !== 'license_key');
const productRoutes = routes.filter(([, { auth }]) => auth === 'license_key');

/** The same JSON body, padded with blanks to a number of bytes. */
const padded = (body: unknown, bytes: number): string => {
  const text = JSON.stringify(body);
  return `${text.slice(0, -1)}${' '.repeat(bytes - Buffer.byteLength(text))}}`;
};

async function expectRefused(route: Route, calls: Call[], refusal: { status: number; code: string }): Promise<void> {
  const before = await fingerprint(world);
  for (const call of calls) {
    const { body: _, ...rest } = validCall(route, world);
    const reply = await world.call(route, { ...rest, ...call });
    const sent = call.rawBody?.slice(0, 60);
    expect({ sent, status: reply.status, code: reply.body['code'] }).toEqual({ sent, ...refusal });
  }
  expect(await fingerprint(world)).toBe(before);
}

describe('a body that is not a JSON object', () => {
  const BODIES = [
    '{',
    '{"a":}',
    "{'a':1}",
    'null',
    '[0]',
    '[{}]',
    '7',
    '"text"',
    'true',
    'NaN',
    'undefined',
    '{} {}',
    '<a/>',
    'a=b',
    '\u0000',
    ' ',
  ];
  test.each(routes)('is refused by %s, which writes nothing', async (_, route) => {
    await expectRefused(
      route,
      inTurn(BODIES, route, 3).map((rawBody) => ({ rawBody })),
      { status: 400, code: 'body_not_json' },
    );
  });

  test.each(routes)('that is not UTF-8 is refused by %s, which writes nothing', async (_, route) => {
    const text = Buffer.from(JSON.stringify(validCall(route, world).body));
    const rawBody = Buffer.concat([text.subarray(0, -2), Buffer.from([0xff, 0xfe]), text.subarray(-2)]).toString(
      'base64',
    );
    await expectRefused(route, [{ rawBody, isBase64Encoded: true }], { status: 400, code: 'body_not_json' });
  });
});

describe('a body nested 100,000 levels deep', () => {
  const deep = (open: string, close: string, times: number): string => `${open.repeat(times)}1${close.repeat(times)}`;
  test.each(brandRoutes)('is refused by %s, which writes nothing', async (_, route) => {
    const [first = 'name'] = Object.keys(validCall(route, world).body ?? {});
    await expectRefused(route, [{ rawBody: deep('[', ']', 100_000) }], { status: 400, code: 'body_not_json' });
    const wanted = { status: 400, code: 'bad_request' };
    const within = [`{"${first}":${deep('[', ']', 100_000)}}`, deep(`{"${first}":`, '}', 10_000)];
    await expectRefused(
      route,
      inTurn(within, route, 1).map((rawBody) => ({ rawBody })),
      wanted,
    );
  });

  test.each(productRoutes)('is refused by %s in a known field, and ignored in an unknown one', async (_, route) => {
    await expectRefused(route, [{ rawBody: deep('[', ']', 100_000) }], { status: 400, code: 'body_not_json' });
    await expectRefused(route, [{ rawBody: `{"license_key":${deep('[', ']', 100_000)}}` }], {
      status: 400,
      code: 'bad_request',
    });
    const text = JSON.stringify(validCall(route, world).body);
    const reply = await world.call(route, { rawBody: `${text.slice(0, -1)},"later":${deep('[', ']', 100_000)}}` });
    expect(reply.status).toBeLessThan(300);
  });
});

test.each([
  ['empty arrays, where PHP may mean an object', { products: Array.from({ length: 80_000 }, () => []) }],
  ['reserved names', { products: Array.from({ length: 15_000 }, () => JSON.parse('{"__proto__":1}') as object) }],
])('a body full of %s is refused with at most 50 errors', async (_what, changes) => {
  const route = byOperation('provision_licenses');
  const before = await fingerprint(world);
  const reply = await world.call(route, validCall(route, world, changes));
  expect(reply).toMatchObject({ status: 400, body: { code: 'bad_request' } });
  expect(pointersOf(reply).length).toBeGreaterThan(0);
  expect(pointersOf(reply).length).toBeLessThanOrEqual(50);
  expect(await fingerprint(world)).toBe(before);
});

describe('the size of a body', () => {
  test.each(routes)('may be 256 KB for %s, or as much as the route allows, and not a byte more', async (_, route) => {
    const { maxBodyBytes = MAX_BODY_BYTES } = route;
    const { body, ...call } = await freshCall(route, world);
    const most = await world.call(route, { ...call, rawBody: padded(body, maxBodyBytes) });
    expect({ status: most.status, refused: most.status < 300 ? '' : most.text }).toEqual({
      status: most.status,
      refused: '',
    });
    const tooLong = padded(body, maxBodyBytes + 1);
    const base64 = Buffer.from(tooLong).toString('base64');
    const calls: Call[] = [
      { rawBody: tooLong },
      { rawBody: base64, isBase64Encoded: true },
      { rawBody: 'ä'.repeat(maxBodyBytes / 2 + 1) },
    ];
    await expectRefused(route, inTurn(calls, route, 1), { status: 413, code: 'body_too_large' });
  });
});

describe('the content type of a body', () => {
  const WRONG = [
    'text/plain',
    'text/html',
    'application/xml',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'json',
    'x/application/json',
  ];
  const NAMES_OF_JSON = [
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON;charset=UTF-8',
    'application/vnd.api+json',
    undefined,
  ];
  test.each(routes)('is refused by %s if it is not supported, and nothing is written', async (_, route) => {
    const form = route.auth === 'license_key' ? [] : ['application/x-www-form-urlencoded'];
    const rawBody = JSON.stringify(validCall(route, world).body);
    const calls = [...inTurn(WRONG, route, 2), ...form].map((type) => ({ rawBody, headers: { 'content-type': type } }));
    await expectRefused(route, calls, { status: 415, code: 'unsupported_media_type' });
  });

  test.each(routes)('is accepted by %s for each JSON media type, in base 64', async (_, route) => {
    for (const type of inTurn(NAMES_OF_JSON, route, 2)) {
      const { body, ...call } = await freshCall(route, world);
      const rawBody = Buffer.from(JSON.stringify(body)).toString('base64');
      const reply = await world.call(route, {
        ...call,
        rawBody,
        isBase64Encoded: true,
        headers: { 'content-type': type },
      });
      expect({ type, refused: reply.status < 300 ? '' : reply.text }).toEqual({ type, refused: '' });
    }
  });
});

describe('a missing body', () => {
  test.each(routes)('is read by %s as an empty object', async (_, route) => {
    const announced = ({ status, body }: Reply): unknown => [status, body['code'], body['errors']];
    const { body: _body, ...call } = await freshCall(route, world);
    const without = announced(await world.call(route, call));
    const { params = {}, apiKey } = await freshCall(route, world);
    expect(without).toEqual(announced(await world.call(route, { params, apiKey, body: {} })));
  });
});
