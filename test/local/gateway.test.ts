import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { accessLine } from '../../local/banner.ts';
import { createGateway, type Handler } from '../../local/gateway.ts';
import { startServer, type LocalServer, type Served } from '../../local/server.ts';

let events: APIGatewayProxyEventV2[] = [];
let errors: unknown[] = [];
let served: Served[] = [];
let answer: () => Promise<APIGatewayProxyStructuredResultV2>;
const ok = (name: string) => () =>
  Promise.resolve({ statusCode: 200, headers: { 'content-type': 'text/plain' }, body: name });

const named =
  (name: string): Handler =>
  (event) => {
    events.push(event);
    return ok(name)();
  };
const handlers = new Map<string, Handler>([
  ['list', named('list')],
  ['one', named('one')],
  ['provision', named('provision')],
  ['custom', () => answer()],
]);
const routes = [
  {
    auth: 'none',
    operation: 'get_licenses_license_id',
    method: 'GET',
    path: '/licenses/{license_id}',
    function: 'one',
  },
  { auth: 'none', operation: 'get_licenses_search', method: 'GET', path: '/licenses/search', function: 'list' },
  {
    auth: 'none',
    operation: 'get_licenses_license_id_events_event_id',
    method: 'GET',
    path: '/licenses/{license_id}/events/{event_id}',
    function: 'one',
  },
  {
    auth: 'none',
    operation: 'post_licenses_provision',
    method: 'POST',
    path: '/licenses/provision',
    function: 'provision',
  },
  { auth: 'none', operation: 'change_license', method: 'PATCH', path: '/licenses/{license_id}', function: 'provision' },
  { auth: 'none', operation: 'get_custom', method: 'GET', path: '/custom', function: 'custom' },
] as const;

let server: LocalServer;
beforeAll(async () => {
  const gateway = createGateway({
    routes,
    handlers,
    notFound: named('$default'),
    onError: (error) => errors.push(error),
    timeoutMs: 300,
  });
  server = await startServer({
    port: 0,
    host: '127.0.0.1',
    gateway: Promise.resolve(gateway),
    onServed: (one) => served.push(one),
  });
});
afterAll(() => server.stop());
beforeEach(() => {
  events = [];
  errors = [];
  served = [];
});

type Sent = { method?: string; headers?: OutgoingHttpHeaders | string[]; body?: string | Buffer };

/** Sends a request byte for byte; `fetch` would normalize the path and join the headers. */
async function send(path: string, { method = 'GET', headers = {}, body }: Sent = {}) {
  const outgoing = httpRequest(server.baseUrl, { path, method, headers, agent: false });
  outgoing.end(body);
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: incoming.statusCode, headers: incoming.headers, body: (await buffer(incoming)).toString() };
}

async function eventOf(path: string, sent: Sent = {}): Promise<APIGatewayProxyEventV2> {
  await send(path, sent);
  const [event] = events;
  if (event === undefined) throw new Error('no handler was called');
  return event;
}

test('the gateway sends events of payload format 2.0', async () => {
  const event = await eventOf('/licenses/l-1?a=1', { headers: { 'User-Agent': 'tests' } });
  expect(event).toMatchObject({
    version: '2.0',
    routeKey: 'GET /licenses/{license_id}',
    rawPath: '/licenses/l-1',
    rawQueryString: 'a=1',
    queryStringParameters: { a: '1' },
    pathParameters: { license_id: 'l-1' },
    isBase64Encoded: false,
    requestContext: {
      routeKey: 'GET /licenses/{license_id}',
      stage: '$default',
      domainName: '127.0.0.1',
      http: { method: 'GET', path: '/licenses/l-1', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'tests' },
    },
  });
  expect(event.requestContext.time).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
  expect(Math.abs(event.requestContext.timeEpoch - Date.now())).toBeLessThan(60_000);
});

test('the gateway omits fields that the request does not have', async () => {
  const event = await eventOf('/licenses/search');
  for (const field of ['queryStringParameters', 'pathParameters', 'body', 'cookies'])
    expect(event).not.toHaveProperty(field);
});

test('the gateway writes header names in lower case and joins repeated headers by commas', async () => {
  const event = await eventOf('/licenses/search', {
    headers: ['Host', 'x', 'X-Thing', 'a', 'x-thing', 'b', 'X-API-Key', 'k', 'Content-Type', 'A', 'content-type', 'B'],
  });
  expect(event.headers).toMatchObject({ 'x-thing': 'a,b', 'x-api-key': 'k', 'content-type': 'A,B' });
});

test('the gateway moves cookies from the headers to their own field', async () => {
  const event = await eventOf('/licenses/search', { headers: { Cookie: 'a=1; b=2' } });
  expect(event.cookies).toEqual(['a=1', 'b=2']);
  expect(event.headers).not.toHaveProperty('cookie');
});

test('the gateway decodes and joins repeated query parameters, and leaves the raw query string as sent', async () => {
  const event = await eventOf('/licenses/search?a=1&b=x%20y+z&a=2&c');
  expect(event.rawQueryString).toBe('a=1&b=x%20y+z&a=2&c');
  expect(event.queryStringParameters).toEqual({ a: '1,2', b: 'x y z', c: '' });
});

test('the gateway prefers a literal segment to a parameter, whatever the order of the route table', async () => {
  expect((await send('/licenses/search')).body).toBe('list');
  expect((await send('/licenses/other')).body).toBe('one');
});

test('the gateway decodes path parameters and does not split a segment at an encoded slash', async () => {
  const event = await eventOf('/licenses/a%2Fb/events/%C3%A9+1');
  expect(event.pathParameters).toEqual({ license_id: 'a/b', event_id: 'é+1' });
  expect(event.rawPath).toBe('/licenses/a/b/events/é+1');
});

test('the gateway answers 400 for a path that cannot be decoded', async () => {
  expect(await send('/licenses/%E0%A4%A')).toMatchObject({ status: 400, body: '{"message":"Bad Request"}' });
  expect(events).toEqual([]);
});

test.each([
  ['GET', '/nowhere'],
  ['GET', '/licenses/search/'],
  ['GET', '/licenses//events/x'],
  ['DELETE', '/licenses/provision/x'],
  ['DELETE', '/licenses/0190'],
])('the gateway sends %s %s to $default', async (method, path) => {
  expect((await eventOf(path, { method })).routeKey).toBe('$default');
});

test.each([
  ['HEAD', '/licenses/search', 'ANY /licenses/search'],
  ['GET', '/licenses/search', 'ANY /licenses/search'],
  ['DELETE', '/licenses/search', 'ANY /licenses/search'],
  ['GET', '/licenses/0190', 'GET /licenses/{license_id}'],
  ['HEAD', '/licenses/0190', 'HEAD /licenses/{license_id}'],
  ['PATCH', '/licenses/0190', 'PATCH /licenses/{license_id}'],
])('the gateway sends %s %s to the route key %s', async (method, path, key) => {
  const event = await eventOf(path, { method });
  expect({ key: event.routeKey, method: event.requestContext.http.method }).toEqual({ key, method });
});

test.each(['application/json', 'Application/JSON; charset=utf-8', 'text/plain', 'application/xml'])(
  'the gateway passes a body of %s as text',
  async (type) => {
    const event = await eventOf('/licenses/provision', {
      method: 'POST',
      headers: { 'content-type': type },
      body: '{"a":"é"}',
    });
    expect(event).toMatchObject({ body: '{"a":"é"}', isBase64Encoded: false });
  },
);

test.each(['application/x-www-form-urlencoded', 'application/octet-stream', 'application/problem+json', undefined])(
  'the gateway passes a body of %s as base64',
  async (type) => {
    const body = Buffer.from([0xff, 0x00, 0x41]);
    const event = await eventOf('/licenses/provision', {
      method: 'POST',
      headers: type === undefined ? {} : { 'content-type': type },
      body,
    });
    expect(event).toMatchObject({ body: body.toString('base64'), isBase64Encoded: true });
  },
);

test('the gateway answers 413 for a body over 10 MB and serves the next request', async () => {
  const body = Buffer.alloc(10 * 1024 * 1024 + 1, 'a');
  const refused = await send('/licenses/provision', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  expect(refused).toMatchObject({ status: 413, body: '{"message":"Request Entity Too Large"}' });
  expect(events).toEqual([]);
  expect((await send('/licenses/provision', { method: 'POST', body: body.subarray(1) })).status).toBe(200);
});

test('the gateway returns the status, headers, cookies and decoded base64 body of an answer', async () => {
  answer = () =>
    Promise.resolve({
      statusCode: 201,
      headers: { 'X-Thing': 7 },
      cookies: ['a=1', 'b=2'],
      body: Buffer.from('é').toString('base64'),
      isBase64Encoded: true,
    });
  const response = await send('/custom');
  expect(response).toMatchObject({
    status: 201,
    body: 'é',
    headers: { 'x-thing': '7', 'set-cookie': ['a=1', 'b=2'], 'content-length': '2' },
  });
});

test('the gateway answers 500 without details if a handler throws', async () => {
  answer = () => Promise.reject(new Error('secret of the house'));
  expect(await send('/custom')).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
  expect(errors).toEqual([new Error('secret of the house')]);
});

test('the gateway answers 500 if the answer of a handler has no status', async () => {
  answer = () => Promise.resolve({ body: 'x' });
  expect(await send('/custom')).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
});

test('the gateway answers 503 if a handler exceeds its timeout', async () => {
  answer = () => pause(2_000, { statusCode: 200 }, { ref: false });
  expect(await send('/custom')).toMatchObject({ status: 503, body: '{"message":"Service Unavailable"}' });
});

test('an access line contains neither the query nor the values of path parameters', async () => {
  await send('/licenses/WPR-7K2M-9QXT-4HVD-B3N1?license_key=WPR-7K2M-9QXT-4HVD-B3N1');
  await send('/v1/lisenses/cls_WPR_2mz8v3ysfkw1hfb79zg3svdap9xjtr6y?api_key=cls_WPR_2mz8v3ysfkw1hfb79zg3svdap9xjtr6y');
  const lines = served.map((one) => accessLine(one, Date.now()));
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d {2}200 {2}GET \/licenses\/\{license_id\} {2}\d+ ms$/);
  expect(lines[1]).toMatch(/^\d\d:\d\d:\d\d {2}200 {2}GET \/v1\/lisenses\/… {2}\d+ ms$/);
});

test('a stopping server answers open requests and accepts no new ones', async () => {
  const arrived = Promise.withResolvers<undefined>();
  const finished = Promise.withResolvers<{ statusCode: number; body: string }>();
  const custom: Handler = () => {
    arrived.resolve(undefined);
    return finished.promise;
  };
  const gateway = createGateway({
    routes,
    handlers: new Map([...handlers, ['custom', custom]]),
    notFound: named('$default'),
    onError: () => undefined,
  });
  const other = await startServer({
    port: 0,
    host: '127.0.0.1',
    gateway: Promise.resolve(gateway),
    onServed: () => undefined,
  });
  const underWay = fetch(`${other.baseUrl}/custom`);
  await arrived.promise;
  const stopped = other.stop();
  await expect(fetch(`${other.baseUrl}/licenses/search`)).rejects.toThrow();
  finished.resolve({ statusCode: 200, body: 'done' });
  expect(await (await underWay).text()).toBe('done');
  await stopped;
});

test('a port in use is reported with a hint to PORT', async () => {
  const port = Number(new URL(server.baseUrl).port);
  const again = startServer({
    port,
    host: '127.0.0.1',
    gateway: new Promise(() => undefined),
    onServed: () => undefined,
  });
  await expect(again).rejects.toThrow(`Port ${port} is taken. Stop what listens there, or choose another: PORT=`);
});
