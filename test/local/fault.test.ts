import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { addFault } from '../../local/fault.ts';
import type { FaultMode } from '../../local/fault-proxy.ts';
import { useLocalStart } from '../support/service/started-locally.ts';

const local = useLocalStart();
let apiKey: string;
let site: Record<string, string>;
beforeAll(async () => {
  const [brand] = local.credentials.brands;
  apiKey = brand?.api_key ?? '';
  const product = brand?.products[0]?.slug ?? '';
  const sold = await sell(product);
  const { license_key } = (await sold.json()) as { license_key: { key: string } };
  site = { license_key: license_key.key, product, instance_identifier: 'https://ann.example' };
}, 60_000);
afterEach(async () => {
  for (const what of ['table', 'secret', 'bucket', 'bus']) await fault(what, 'off');
});

const post = (path: string, body: object = {}) =>
  fetch(`${local.baseUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
    body: JSON.stringify(body),
  });
const sell = (product = site['product']) =>
  post('/api/v1/brand/licenses/provision', {
    customer_email: 'ann@example.com',
    products: [product],
    license_key: 'new',
  });
const check = (more: Record<string, string> = {}) =>
  fetch(`${local.baseUrl}/api/v1/product/licenses/check?${new URLSearchParams({ ...site, ...more }).toString()}`);
const bodyOf = async (answer: Response) => (await answer.json()) as Record<string, unknown>;
/** The status once a part is back. A busy machine may be too slow for one call, but not for three. */
async function statusOnceBack(ask: () => Promise<Response>): Promise<number> {
  for (let again = 2; again > 0; again -= 1) {
    const { status } = await ask();
    if (status !== 503) return status;
  }
  return (await ask()).status;
}
const fault = (what: string, mode: string, ms = '') => post(`/__local/fault?what=${what}&mode=${mode}${ms}`);

async function expectUnavailable(answer: Response): Promise<void> {
  expect(answer.status).toBe(503);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(((await answer.json()) as { code: string }).code).toBe('unavailable');
}

test('without the table every call is answered with 503 and when to retry, and works once it is back', async () => {
  expect(await (await fault('table', 'away')).json()).toEqual({
    table: 'away',
    secret: 'off',
    bucket: 'off',
    bus: 'off',
  });
  await expectUnavailable(await check());
  await expectUnavailable(await sell());
  expect((await fetch(`${local.baseUrl}/health`)).status).toBe(200);
  expect((await fetch(`${local.baseUrl}/ready`)).status).toBe(503);
  await fault('table', 'off');
  expect(await statusOnceBack(check)).toBe(200);
  expect(await statusOnceBack(sell)).toBe(201);
}, 60_000);

test('a slow table makes calls slow, not wrong', async () => {
  // Far below what a call waits for, even when the machine is as slow again.
  await fault('table', 'slow', '&ms=50');
  expect((await check()).status).toBe(200);
  expect((await sell()).status).toBe(201);
});

test('without the data key a cold container still checks licenses, and sells nothing until it is back', async () => {
  await fault('secret', 'away');
  expect((await check()).status).toBe(200);
  await expectUnavailable(await sell());
  await fault('secret', 'off');
  expect(await statusOnceBack(sell)).toBe(201);
});

test('without the signing keys answers have a proof of null, and a proof as soon as they are back', async () => {
  const activate = () => post('/api/v1/product/licenses/activate', { ...site, proof: 1 });
  const ask = async () => [await check({ proof: '1' }), await activate()];
  // A verdict waits one second for the keys. Each end of the fault makes the service load them again.
  const proofsOnceBack = async (): Promise<unknown[]> => {
    let proofs: unknown[] = [null];
    for (let tries = 0; tries < 3 && !proofs.every((proof) => typeof proof === 'string'); tries += 1) {
      await fault('secret', 'off');
      proofs = await Promise.all((await ask()).map(async (answer) => (await bodyOf(answer))['proof']));
    }
    return proofs;
  };
  expect(await proofsOnceBack()).toEqual([expect.any(String), expect.any(String)]);
  await fault('secret', 'away');
  for (const answer of await ask()) {
    expect(answer.headers.get('license-proof')).toBe('unavailable');
    expect(await bodyOf(answer)).toMatchObject({ proof: null });
  }
  expect(await proofsOnceBack()).toEqual([expect.any(String), expect.any(String)]);
});

test('without the bucket sites hear of updates; downloads, uploads and imports fail until it is back', async () => {
  const { product = '' } = site;
  await post('/api/v1/product/licenses/activate', site);
  const latest = async () => bodyOf(await post('/api/v1/product/releases/latest', site));
  const before = (await latest())['package'] as { url: string };
  const draft = await bodyOf(await post(`/api/v1/brand/products/${product}/releases`, { version: '9.0.0' }));
  const { url, headers } = draft['upload'] as { url: string; headers: Record<string, string> };
  const upload = () => fetch(url, { method: 'PUT', headers, body: 'PK' });
  const importRows = () =>
    post('/api/v1/brand/imports', { name: 'fault', format: 'ndjson', mode: 'run', file: '{}\n' });

  await fault('bucket', 'away');
  const offer = { release: { version: '1.1.0' }, package: { url: expect.any(String) } };
  expect(await latest()).toMatchObject(offer);
  await expect(fetch(before.url)).rejects.toThrow('fetch failed');
  await expect(upload()).rejects.toThrow('fetch failed');
  await expectUnavailable(await importRows());
  await fault('bucket', 'off');
  const downloaded = await fetch(before.url);
  expect(
    Buffer.from(await downloaded.arrayBuffer())
      .subarray(0, 2)
      .toString(),
  ).toBe('PK');
  expect((await upload()).status).toBe(200);
  expect((await importRows()).status).toBe(201);
}, 60_000);

test('without the bus every call works, and the events arrive once it is back', async () => {
  await fault('bus', 'away');
  const other = { ...site, instance_identifier: 'https://bus.example' };
  expect((await post('/api/v1/product/licenses/deactivate', site)).status).toBe(200);
  expect((await post('/api/v1/product/licenses/activate', other)).status).toBe(201);
  await fault('bus', 'off');
  const { events } = (await (await post('/__local/tick')).json()) as { events: number };
  expect(events).toBeGreaterThan(0);
}, 60_000);

test.each([
  ['disk', 'away', '', 'what must be one of table, secret, bucket, bus.'],
  ['table', 'broken', '', 'mode must be one of away, slow, off.'],
  ['table', 'slow', '&ms=soon', 'ms must be'],
])('a fault of %s, %s%s is refused, and nothing is taken away', async (what, mode, ms, detail) => {
  const answer = await fault(what, mode, ms);
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain(detail);
  expect((await check()).status).toBe(200);
});

test('a call from another machine takes nothing away', async () => {
  const set: FaultMode[] = [];
  const parts = { table: { set: (mode: FaultMode) => void set.push(mode) } };
  const passedOn = { statusCode: 404, headers: {}, cookies: [], body: Buffer.from(''), routeKey: undefined };
  const gateway = addFault(() => Promise.resolve(passedOn), parts);
  const request = { method: 'POST', target: '/__local/fault?what=table&mode=away', headers: [], body: Buffer.from('') };
  expect(await gateway({ ...request, sourceIp: '10.0.0.7' })).toBe(passedOn);
  expect(set).toEqual([]);
  expect((await gateway({ ...request, sourceIp: '127.0.0.1' })).statusCode).toBe(200);
  expect(set).toEqual(['away']);
});
