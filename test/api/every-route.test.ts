import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { bind } from '../../lib/http/binding.ts';
import { serve } from '../../lib/http/handler.ts';
import { buildOpenApi } from '../../lib/http/openapi.ts';
import { problems } from '../../lib/http/problems.ts';
import type { Route } from '../../lib/api/route.ts';
import { routes } from '../../lib/api/routes.ts';
import { health } from '../../lib/api/service.ts';
import { openRuntime } from '../../lib/runtime.ts';
import { keepDeployedWires, sentBySdk } from '../support/run/deployed-wires.ts';
import { statementsOf } from '../support/run/roles.ts';
import { eventFor, type Call, type Reply } from '../support/service/service.ts';
import { callUnknown, freshCall, rows, validCall } from '../support/service/world.ts';
import { useWorld } from '../support/service/started-service.ts';

keepDeployedWires();
const world = useWorld();

const codes = new Map(Object.entries(problems).map(([code, { status }]) => [code, status]));

/** Nothing is cached but the key set of proofs, for a day, and the files of the API page. */
function readableCaching({ headers, status }: Reply): RegExp {
  if (status === 200 && headers['content-type'] === 'application/jose') return /^public, max-age=86400$/;
  return headers['vary'] === undefined ? /^no-store$/ : /^(?:no-cache|public, max-age=31536000, immutable)$/;
}

/** Expects the headers of every answer, and the fields of every problem. */
function expectHouseForm(reply: Reply): void {
  expect(reply.headers).toMatchObject({
    'x-request-id': expect.stringMatching(/^[A-Za-z0-9._-]{1,64}$/),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cache-control': expect.stringMatching(readableCaching(reply)),
    'strict-transport-security': expect.stringMatching(/^max-age=\d{8}/),
    'content-security-policy': expect.stringContaining("default-src 'none'"),
  });
  // A compact JWS is its text alone.
  if (reply.headers['content-type'] !== 'application/jose') expect(reply.text.at(-1)).toBe('\n');
  expect(reply.text).not.toMatch(/\bat \S+ \(|node_modules|\.ts:\d/);
  if (reply.status < 400 || 'error' in reply.body) return;
  expect(reply.headers['content-type']).toBe('application/problem+json');
  const { type, title, status, detail, code, request_id } = reply.body;
  expect(codes.get(String(code))).toBe(status);
  expect(status).toBe(reply.status);
  expect(request_id).toBe(reply.headers['x-request-id']);
  expect(type).toBe(`/api/docs#${String(code)}`);
  for (const text of [title, detail]) expect(text).toEqual(expect.stringMatching(/\S/));
}

/** Headers that every answer may have without documentation. */
const UNDOCUMENTED = new Set([
  ...['strict-transport-security', 'x-content-type-options', 'x-frame-options', 'referrer-policy'],
  ...['cache-control', 'pragma', 'vary'],
]);
const isUndocumented = (name: string): boolean => UNDOCUMENTED.has(name) || name.startsWith('content-');
const document = buildOpenApi(routes);

/** Expects that every header sent is documented, and every header documented as required is sent. */
function expectDocumentedHeaders(route: Route, reply: Reply): void {
  const found = document.paths[route.path]?.[route.method.toLowerCase()]?.responses[String(reply.status)];
  const response = found && '$ref' in found ? document.components.responses[found.$ref.split('/').at(-1) ?? ''] : found;
  const documented = Object.keys(response?.headers ?? {});
  const sent = Object.keys(reply.headers).filter((name) => !isUndocumented(name));
  const known = documented.map((name) => name.toLowerCase());
  const promised = documented.filter((name) => document.components.headers[name]?.required === true);
  expect({ unknown: sent.filter((name) => !known.includes(name)) }).toEqual({ unknown: [] });
  expect({ missing: promised.filter((name) => !sent.includes(name.toLowerCase())) }).toEqual({ missing: [] });
}

describe('a documented call', () => {
  test.each(rows())('to %s gets the documented answer and headers, without undocumented fields', async (_, route) => {
    const reply = await world.call(route, await freshCall(route, world));
    expectHouseForm(reply);
    const success = route.success.find(({ status }) => status === reply.status);
    expect({ status: reply.status, text: success ? '' : reply.text }).toEqual({ status: success?.status, text: '' });
    const type = success?.contentType ?? 'application/json';
    const isPage = type !== 'application/json';
    expect(reply.headers['content-type']?.split(';', 1)[0]).toBe(type);
    const answer = isPage ? reply.text : reply.body;
    const parsed = z.safeParse(success?.body ?? z.never(), answer);
    expect(parsed.error).toBeUndefined();
    expect(parsed.data).toEqual(answer);
    expectDocumentedHeaders(route, reply);
  });
});

test('each function of a route that is deployed with the SDK has sent its requests with it', () => {
  const names = [...new Set(routes.map((route) => route.function))].filter((name) => statementsOf(name).length > 0);
  const deployed = names.filter((name) => /\bopenRuntime\b/.test(readFileSync(`functions/${name}.ts`, 'utf8')));
  expect(deployed.length).toBeGreaterThan(20);
  expect(deployed.filter((name) => !sentBySdk.has(name))).toEqual([]);
});

describe('the request id', () => {
  test.each(rows())('that is valid is kept by %s in a success and in a refusal', async (_, route) => {
    const sane = { 'x-request-id': 'shop-7_a.b-C'.padEnd(64, '0') };
    for (const call of [await freshCall(route, world), { ...validCall(route, world), apiKey: 'nonsense' }]) {
      const reply = await world.call(route, { ...call, headers: sane });
      expect(reply.headers['x-request-id']).toBe(sane['x-request-id']);
    }
  });

  const insane = {
    'too long': 'a'.repeat(65),
    empty: '',
    spaced: 'a b',
    'with a line break': 'a\r\nset-cookie: b',
    'beyond ASCII': 'ä',
    quoted: '"a"',
  };
  describe.each(Object.entries(insane))('that is %s', (_, value) => {
    test.each(rows())('is replaced by %s', async (__, route) => {
      const reply = await world.call(route, { headers: { 'x-request-id': value } });
      expect(reply.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
      expectHouseForm(reply);
    });
  });
});

describe('an answer to a call', () => {
  const calls: Record<string, Call> = {
    'without any input': {},
    'with an invalid API key': { apiKey: 'nonsense' },
    'with a malformed body': { rawBody: '{' },
    'with an unsupported content type': { rawBody: 'a', headers: { 'content-type': 'text/plain' } },
    'with a body that is too long': { rawBody: ' '.repeat(300_000) },
  };
  describe.each(Object.entries(calls))('%s', (_, call) => {
    test.each(rows(({ auth }) => auth !== 'none'))(
      'is sent by %s with the standard headers and a documented problem',
      async (__, route) => {
        const { apiKey } = validCall(route, world);
        const reply = await world.call(route, { apiKey, ...call });
        expect(reply.status).not.toBe(500);
        expectHouseForm(reply);
        expectDocumentedHeaders(route, reply);
      },
    );
  });
});

describe('an unknown path or method', () => {
  test.each([
    '/api',
    '/api/v1/brand/licenses/',
    '/api/v1/brand/licenses//events',
    '/api/v2/brand/licenses',
    '/nothing',
    '/%2e%2e',
    '/constructor',
  ])('%s answers 404 to each method', async (path) => {
    for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS']) {
      const reply = await callUnknown(method, path);
      expect(reply).toMatchObject({ status: 404, body: { code: 'route_not_found' } });
      expectHouseForm(reply);
    }
  });

  // A route that takes every method answers each itself.
  const paths = [...new Set(routes.filter(({ edd }) => edd !== true).map(({ path }) => path))];
  test.each(paths)('%s answers 405 and names the methods that it supports', async (path) => {
    const allowed = routes
      .filter((route) => route.path === path)
      .flatMap(({ method }): string[] => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
    const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter((method) => !allowed.includes(method));
    for (const method of others) {
      const reply = await callUnknown(method, path.replaceAll(/\{\w+\}/g, '01938c5b-11aa-7b3c-8d4e-2f60718293a4'));
      expect(reply).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
      expect(reply.headers['allow']?.split(', ').sort()).toEqual([...allowed].sort());
      expectHouseForm(reply);
    }
  });
});

describe('an internal error', () => {
  const broken = (): never => {
    throw new Error('the data key is 0123456789');
  };

  test.each([
    ['the operation', serve(openRuntime, [bind(health, () => Promise.resolve(broken()))])],
    ['the startup of a container', serve(broken, [bind(health, () => Promise.resolve({ body: {} }))])],
  ])('in %s answers 500 and reveals nothing but the request id', async (_, handler) => {
    const { statusCode, headers, body } = await handler(
      eventFor(health, {}) as Parameters<typeof handler>[0],
      {} as Context,
    );
    const text = String(body);
    const reply = {
      status: Number(statusCode),
      headers: headers as Reply['headers'],
      text,
      body: JSON.parse(text) as Reply['body'],
    };
    expectHouseForm(reply);
    expect(Object.keys(reply.body).sort()).toEqual(['code', 'detail', 'request_id', 'status', 'title', 'type']);
    expect(reply).toMatchObject({ status: 500, body: { code: 'internal_error' } });
    expect(text).not.toContain('0123456789');
  });
});
