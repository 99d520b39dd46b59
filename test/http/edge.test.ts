import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CloudFrontRequestEvent, CloudFrontResultResponse } from 'aws-lambda';
import { handler as atEdge } from '../../functions/edd-at-edge.ts';
import { MAX_EDD_ANSWER_BYTES } from '../../lib/domain/edd-answer-size.ts';
import { checkLicense } from '../../lib/api/check.ts';
import { listLicenses } from '../../lib/api/licenses.ts';
import { adminCreateApiKey } from '../../lib/api/api-keys.ts';
import { useWorld } from '../support/service/started-service.ts';

const [SECRET, BEFORE] = ['a'.repeat(48), 'b'.repeat(48)];
const EDGE_IP = '198.51.100.1';
const world = useWorld();
const through = (forwarded: string, secret = SECRET) => ({
  sourceIp: EDGE_IP,
  headers: {
    'x-origin-secret': secret,
    'x-public-host': 'licenses.example.com',
    'x-forwarded-for': `${forwarded}, ${EDGE_IP}`,
  },
});

describe('behind an edge', () => {
  const environment = process.env['ORIGIN_SECRETS'];
  beforeEach(() => {
    process.env['ORIGIN_SECRETS'] = `${SECRET},${BEFORE}`;
  });
  afterAll(() => {
    if (environment === undefined) delete process.env['ORIGIN_SECRETS'];
    else process.env['ORIGIN_SECRETS'] = environment;
  });
  const checking = () => ({ query: { license_key: world.licenseKey, product: 'wp-rocket' } });

  test.each([
    ['without its secret', { headers: {} }],
    ['with another secret', through('203.0.113.7', 'c'.repeat(48))],
    ['with a part of it', through('203.0.113.7', SECRET.slice(1))],
  ])('a call %s is refused before anything is read', async (_, sent) => {
    const refused = world.call(checkLicense, { ...checking(), ...sent });
    await expect(refused).rejects.toThrow('answers undefined, which is not among its refusals');
  });

  test('a call without its secret is answered while the origin is open, by the address that it came from', async () => {
    process.env['ORIGIN_OPEN'] = 'true';
    try {
      const { status } = await world.call(checkLicense, { ...checking(), headers: {} });
      expect(status).toBe(200);
    } finally {
      delete process.env['ORIGIN_OPEN'];
    }
  });

  test.each([SECRET, BEFORE])('a call with a secret in use is answered as without an edge: %s', async (secret) => {
    const { status, body } = await world.call(checkLicense, { ...checking(), ...through('203.0.113.7', secret) });
    expect({ status, code: body['code'] }).toMatchObject({ status: 200, code: expect.any(String) });
  });

  describe('an API key with allowed addresses', () => {
    let apiKey: string;
    beforeAll(async () => {
      delete process.env['ORIGIN_SECRETS'];
      const made = await world.call(adminCreateApiKey, {
        apiKey: world.platformKey,
        params: { brand_id: world.shop.id },
        body: { name: 'Office', allowed_cidrs: ['203.0.113.0/24'] },
      });
      apiKey = String(made.body['api_key']);
    });
    const list = (sent: ReturnType<typeof through> | { sourceIp: string; headers: object }) =>
      world.call(listLicenses, { apiKey, query: { email: world.email }, ...(sent as ReturnType<typeof through>) });

    test('is known by the address that the edge saw, and not by one that the caller invents', async () => {
      expect(await list(through('203.0.113.7'))).toMatchObject({ status: 200 });
      expect(await list(through('203.0.113.7, 192.0.2.1'))).toMatchObject({
        status: 403,
        body: { code: 'address_not_allowed' },
      });
      expect(await list(through('nonsense'))).toMatchObject({ status: 403, body: { code: 'address_not_allowed' } });
    });

    test.each([
      ['names no caller', {}, 403],
      ['names the edge alone', { 'x-forwarded-for': EDGE_IP }, 403],
      ['ends with the caller', { 'x-forwarded-for': '203.0.113.7' }, 200],
    ])('is known by the edge’s own address only if the header %s', async (_, forwarded, status) => {
      const sent = { sourceIp: EDGE_IP, headers: { 'x-origin-secret': SECRET, ...forwarded } };
      expect(await list(sent)).toMatchObject({ status });
    });

    test('is not opened by a forwarded address in a stage without an edge', async () => {
      delete process.env['ORIGIN_SECRETS'];
      expect(await list(through('203.0.113.7'))).toMatchObject({ status: 403, body: { code: 'address_not_allowed' } });
    });
  });
});

describe('the function at the edge', () => {
  type Got = { method?: string | undefined; url?: string | undefined; headers: Record<string, unknown>; body: string };
  const got: Got[] = [];
  let answer = { status: 200, headers: {} as Record<string, string>, body: '{"license":"valid"}', isCut: false };
  const origin = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      got.push({ method, url, headers, body: Buffer.concat(chunks).toString('utf8') });
      if (answer.isCut) request.socket.destroy();
      else response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  let port = 0;
  beforeAll(async () => {
    await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
    port = (origin.address() as AddressInfo).port;
  });
  afterAll(() => {
    origin.closeAllConnections();
    origin.close();
  });
  beforeEach(() => {
    got.length = 0;
    answer = {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"license":"valid"}',
      isCut: false,
    };
  });

  type Sent = { query?: string; form?: string; method?: string; at?: number; request?: object };
  const ask = ({
    query = '',
    form,
    method = 'POST',
    at = port,
    request = {},
  }: Sent): Promise<CloudFrontResultResponse> => {
    const custom = {
      protocol: 'http',
      domainName: '127.0.0.1',
      port: at,
      path: '',
      customHeaders: { 'x-origin-secret': [{ key: 'x-origin-secret', value: SECRET }], 'x-nothing': [] },
    };
    const headers = {
      host: [{ key: 'Host', value: 'origin.licenses.example.com' }],
      'user-agent': [{ key: 'User-Agent', value: 'WordPress/6.8' }],
      'content-type': [{ key: 'Content-Type', value: 'application/x-www-form-urlencoded' }],
      'x-origin-secret': [{ key: 'X-Origin-Secret', value: 'of the caller' }],
      'x-forwarded-for': [{ key: 'X-Forwarded-For', value: '192.0.2.1' }],
    };
    const body = { data: Buffer.from(form ?? '').toString('base64'), encoding: 'base64', inputTruncated: false };
    const sent = { method, uri: '/edd/wp-rocket/', querystring: query, headers, clientIp: '203.0.113.7', body };
    const record = { cf: { config: {}, request: { ...sent, origin: { custom }, ...request } } };
    return atEdge({ Records: [record] } as unknown as CloudFrontRequestEvent);
  };
  const bodyOf = ({ body = '' }: CloudFrontResultResponse) => JSON.parse(body) as Record<string, unknown>;

  test('hands a form to the API with the secret of the edge and the address of the caller', async () => {
    const passed = await ask({ query: 'a=1', form: 'edd_action=check_license&license=x' });
    expect(passed).toMatchObject({ status: '200', body: '{"license":"valid"}' });
    expect(got).toEqual([
      expect.objectContaining({
        method: 'POST',
        url: '/edd/wp-rocket/?a=1',
        body: 'edd_action=check_license&license=x',
      }),
    ]);
    expect(got[0]?.headers).toMatchObject({
      'x-origin-secret': SECRET,
      'x-forwarded-for': '203.0.113.7',
      'user-agent': 'WordPress/6.8',
      host: `127.0.0.1:${port}`,
    });
  });

  test.each([400, 403, 404, 429, 500, 502, 503, 504])(
    'turns %s into 200 without a word on the license',
    async (status) => {
      answer = { ...answer, status, headers: { 'retry-after': '1' } };
      const turned = await ask({ form: 'edd_action=check_license&license=x' });
      expect(turned).toMatchObject({ status: '200', statusDescription: 'OK' });
      expect(Object.keys(turned.headers ?? {}).sort()).toEqual(['cache-control', 'content-type']);
      expect(bodyOf(turned)).toEqual({ success: false, msg: expect.any(String) });
    },
  );

  test('answers so too where the API cannot be reached, or breaks off: CloudFront would tell of 502', async () => {
    const check = { form: 'edd_action=check_license&license=x' };
    expect(bodyOf(await ask({ ...check, at: 1 }))).toEqual({ success: false, msg: expect.any(String) });
    answer = { ...answer, isCut: true };
    expect(await ask(check)).toMatchObject({ status: '200', body: expect.stringContaining('"success":false') });
  });

  test.each([
    ['its address', { query: 'edd_action=get_version&version=1.2.3&slug=rocket', method: 'GET' }],
    ['its form', { form: 'edd_action=get_version&version=1.2.3&slug=rocket' }],
  ])('offers the version that the site has where %s tells it', async (_, sent) => {
    answer = { ...answer, status: 429 };
    const turned = bodyOf(await ask(sent));
    expect(turned).toMatchObject({ new_version: '1.2.3', slug: 'rocket', package: '' });
    expect(turned['sections']).toMatch(/^a:2:/);
  });

  test('answers a request that names no action so that every action survives it', async () => {
    answer = { ...answer, status: 503 };
    const turned = bodyOf(await ask({}));
    expect(turned).toMatchObject({ success: false, new_version: '', package: '', msg: expect.any(String) });
    expect(turned['sections']).toMatch(/^a:2:/);
    expect(turned).not.toHaveProperty('license');
  });

  test('cannot tell either where the answer, or its own, is too long for CloudFront', async () => {
    answer = { ...answer, body: JSON.stringify({ a: 'é'.repeat(MAX_EDD_ANSWER_BYTES / 2) }) };
    const products = (count: number) =>
      Array.from({ length: count }, (_, n) => `products[p${String(n)}][version]=1.${String(n)}`).join('&');
    const turned = bodyOf(await ask({ form: `edd_action=get_version&${products(20)}` }));
    expect(Object.keys(turned)).toHaveLength(20);
    expect(turned).toMatchObject({ p3: { new_version: '1.3', package: '' } });
    const { body = '' } = await ask({ query: products(900), form: `edd_action=get_version&slug=${'x'.repeat(9)}` });
    expect(Buffer.byteLength(body)).toBeLessThan(MAX_EDD_ANSWER_BYTES);
    const longName = '%01'.repeat(16_000);
    const named = Array.from({ length: 20 }, (_, n) => `products[p${String(n)}${longName}][version]=1`).join('&');
    expect(bodyOf(await ask({ form: `edd_action=get_version&${named}` }))).toMatchObject({
      success: false,
      new_version: '',
    });
  });

  test('leaves a redirect to the renewal page as it is', async () => {
    answer = { ...answer, status: 302, headers: { location: 'https://shop.example/renew', 'set-cookie': 'a=b' } };
    const passed = await ask({ method: 'GET', query: 'edd_action=renew' });
    expect(passed).toMatchObject({ status: '302', headers: { location: [{ value: 'https://shop.example/renew' }] } });
    expect(passed.headers).not.toHaveProperty('set-cookie');
  });

  test('reads a form that CloudFront hands over as text, and a request without form and without a client', async () => {
    answer = { ...answer, status: 503 };
    const body = { data: 'edd_action=get_version&version=1.2.3', encoding: 'text', inputTruncated: false };
    expect(bodyOf(await ask({ request: { body } }))).toMatchObject({ new_version: '1.2.3', package: '' });
    const bare = bodyOf(await ask({ request: { body: undefined, headers: {} } }));
    expect(bare).toMatchObject({ success: false, new_version: '' });
  });

  test('answers HEAD without a body', async () => {
    expect(await ask({ method: 'HEAD' })).not.toHaveProperty('body');
    answer = { ...answer, status: 503 };
    expect((await ask({ method: 'HEAD' })).body).toBeUndefined();
  });
});
