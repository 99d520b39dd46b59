import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createClient, NoAnswer, type CallOptions, type ClientOptions } from '../../clients/typescript/src/index.ts';

const KEY = 'sk_of_a_shop';
const order = { customer_email: 'ann@example.com', products: ['wp-rocket'] };
const problem = (status: number, code: string) => ({
  type: `/${code}`,
  title: code,
  status,
  detail: 'No.',
  code,
  request_id: 'r-1',
});
const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers });

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A server that behaves in this way, at each request; `seen` counts them. */
async function startMean(listener: RequestListener): Promise<{ url: string; seen: () => number }> {
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    request.resume();
    listener(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? String(address?.port) : ''}`, seen: () => count };
}

const caughtBy = (options: ClientOptions): Promise<unknown> =>
  createClient({ apiKey: KEY, ...options })
    .licenses.provision(order)
    .then(
      () => 'an answer',
      (error: unknown) => error,
    );

describe('a server that', () => {
  test.each<[string, string, number | undefined, number, RequestListener]>([
    ['hangs', 'timeout', undefined, 2, () => undefined],
    [
      'stalls within its answer',
      'timeout',
      undefined,
      2,
      (_, r) => r.writeHead(200, { 'content-length': '9' }).write('{'),
    ],
    ['ends the connection', 'network', undefined, 2, (_, r) => r.destroy()],
    [
      'cuts its answer off',
      'network',
      undefined,
      2,
      (_, r) => {
        r.writeHead(200, { 'content-length': '99' });
        r.write('{"licen', () => r.destroy());
      },
    ],
    ['answers half a JSON', 'not_the_service', 200, 2, (_, r) => r.writeHead(200).end('{"licen')],
    ['answers a page', 'not_the_service', 200, 2, (_, r) => r.writeHead(200).end('<html>Welcome</html>')],
    ['answers the error page of a proxy', 'not_the_service', 502, 2, (_, r) => r.writeHead(502).end('<html>Bad')],
    ['has another API at this address', 'not_the_service', 404, 1, (_, r) => r.writeHead(404).end('{"error":1}')],
    ['redirects', 'not_the_service', 302, 1, (_, r) => r.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
  ])('%s ends in NoAnswer, with nothing secret in it', async (_, reason, status, tries, listener) => {
    const { url, seen } = await startMean(listener);
    const error = await caughtBy({ url, timeoutMs: 150, attempts: 2 });
    expect(error).toBeInstanceOf(NoAnswer);
    expect(error).toMatchObject({ reason, status, idempotencyKey: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(seen()).toBe(tries);
    expect(String(error)).toContain('POST /api/v1/brand/licenses/provision was not answered');
    expect(String(error) + JSON.stringify(error)).not.toMatch(/ann@|sk_of/);
  });

  test('is not there ends in NoAnswer', async () => {
    expect(await caughtBy({ url: 'http://127.0.0.1:1', attempts: 2 })).toMatchObject({ reason: 'network' });
  });

  test('answers after a failure is asked again with the same idempotency key', async () => {
    const keys: unknown[] = [];
    const { url } = await startMean((request, response) => {
      keys.push(request.headers['idempotency-key']);
      if (keys.length === 1) response.writeHead(500, {}).end(JSON.stringify(problem(500, 'internal_error')));
      else response.writeHead(201).end('{"license_key":{"key":"WPR"}}');
    });
    const { licenses } = createClient({ url: `${url}/`, apiKey: KEY });
    expect(await licenses.provision(order)).toEqual({ license_key: { key: 'WPR' } });
    expect(keys).toEqual([keys[0], keys[0]]);
  });
});

describe('the pauses between tries', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    jest.spyOn(Math, 'random').mockReturnValue(0.999);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  /** The seconds after which each request was made, until the call ended. */
  async function triesAgainst(answer: () => Response, options: Partial<ClientOptions> = {}): Promise<unknown[]> {
    const began = Date.now();
    const tries: number[] = [];
    const fetchIt: typeof fetch = () => {
      tries.push((Date.now() - began) / 1000);
      return Promise.resolve(answer());
    };
    const caught = caughtBy({ url: 'https://a.example', fetch: fetchIt, ...options });
    await jest.advanceTimersByTimeAsync(200_000);
    return [...tries.map((s) => Math.round(s * 10) / 10), await caught];
  }
  const refused =
    (status: number, headers: Record<string, string> = {}) =>
    () =>
      json(status, problem(status, 'unavailable'), headers);

  test('double, up to half a second at first, and end with the fourth try', async () => {
    const last = expect.objectContaining({ name: 'Problem', status: 503 });
    expect(await triesAgainst(refused(503))).toEqual([0, 0.5, 1.5, 3.5, last]);
  });

  test('are those of the client where a call passes undefined, as plain JavaScript may', async () => {
    // A type that allows undefined, as it does where a caller does not compile with exactOptionalPropertyTypes.
    const unset = { timeoutMs: undefined, deadlineMs: undefined, attempts: undefined } as unknown as CallOptions;
    const tries: (AbortSignal | null | undefined)[] = [];
    const fetchIt: typeof fetch = (_, init) => {
      tries.push(init?.signal);
      return new Promise((_resolve, reject) =>
        init?.signal?.addEventListener('abort', () => reject(new Error('late'))),
      );
    };
    const client = createClient({ url: 'https://a.example', apiKey: KEY, fetch: fetchIt, attempts: 2 });
    const caught = client.licenses.provision(order, unset).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(9_000);
    expect(tries.map((signal) => signal?.aborted)).toEqual([false]);
    await jest.advanceTimersByTimeAsync(30_000);
    expect(tries).toHaveLength(2);
    expect(await caught).toMatchObject({ reason: 'timeout' });
  });

  test('are as long as the service asks for, and up to a quarter longer', async () => {
    const last = expect.objectContaining({ status: 429, retryAfterS: 4 });
    expect(await triesAgainst(refused(429, { 'retry-after': '4' }))).toEqual([0, 5, 10, 15, last]);
    const date = new Date(Date.now() + 8_000).toUTCString();
    const [, second] = await triesAgainst(refused(429, { 'retry-after': date }), { attempts: 2 });
    expect(second).toBeCloseTo(10, -1);
    expect(await triesAgainst(refused(503, { 'retry-after': 'soon' }), { attempts: 2 })).toHaveLength(3);
  });

  test('are not begun when the deadline would pass within them', async () => {
    const last = expect.objectContaining({ retryAfterS: 40 });
    expect(await triesAgainst(refused(429, { 'retry-after': '40' }))).toEqual([0, 50, last]);
    expect(await triesAgainst(refused(429, { 'retry-after': '40' }), { deadlineMs: 30_000 })).toEqual([0, last]);
  });

  test.each([400, 401, 403, 404, 409, 422])('do not follow a refusal with %i', async (status) => {
    expect(await triesAgainst(refused(status))).toEqual([0, expect.objectContaining({ status })]);
  });

  test('end with the caller’s signal, whose reason is thrown', async () => {
    const stop = new AbortController();
    const { licenses } = createClient({ url: 'https://a.example', fetch: () => Promise.resolve(refused(503)()) });
    const caught = licenses.provision(order, { signal: stop.signal }).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(100);
    stop.abort(new Error('the customer has left'));
    expect(await caught).toEqual(new Error('the customer has left'));
    await expect(licenses.provision(order, { signal: stop.signal })).rejects.toThrow('the customer has left');
  });
});

test('the caller’s signal ends a request that hangs', async () => {
  const { url } = await startMean(() => undefined);
  const stop = new AbortController();
  const caught = createClient({ url }).licenses.list({ email: 'ann@example.com' }, { signal: stop.signal }).toArray();
  setTimeout(() => stop.abort(new Error('enough')), 20);
  await expect(caught).rejects.toThrow('enough');
});
