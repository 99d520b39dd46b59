import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, jest, test } from '@jest/globals';
import { openShop, receiveWebhook, refund, renew, sell } from '../../clients/typescript/examples/shop.ts';
import { calls } from '../../clients/typescript/src/calls.ts';
import { createClient, isProblem, NoAnswer, Problem } from '../../clients/typescript/src/index.ts';
import { routeKey } from '../../lib/api/route.ts';
import { routes } from '../../lib/api/routes.ts';
import { openServiceFetch, SERVICE_URL } from '../support/service/service-fetch.ts';
import { useBrand, useService } from '../support/service/started-service.ts';
import { signMessage } from '../support/webhooks/sign-message.ts';

const service = useService();
const brand = useBrand(service, {
  products: { 'wp-rocket': { policy: { seat_limit: 1, duration: 'P1Y' } }, imagify: {} },
});
const asked = jest.fn<typeof fetch>((...args) => openServiceFetch(service)(...args));
const openAt = (apiKey?: string, fetchIt: typeof fetch = asked) =>
  createClient({ url: SERVICE_URL, fetch: fetchIt, ...(apiKey === undefined ? {} : { apiKey }) });
const email = (name: string): string => `${name}@example.com`;

/** Why the client has no call for these routes. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  check_license: 'the same by POST keeps the license key out of the URL',
  latest_release: 'the same by POST keeps the license key out of the URL',
  edd: 'for clients of Easy Digital Downloads',
  edd_by_post: 'for clients of Easy Digital Downloads',
  download_package: 'a link that an answer contains',
  plugin_update: 'for WordPress itself',
  changelog: 'a page',
  composer_repository: 'for Composer',
  composer_package: 'for Composer',
  composer_dist: 'for Composer',
  issue_token: 'for libraries of OAuth; the client sends its API key',
  get_key_set: 'a text, which readTrustedKeys() reads',
  health_db: 'for monitors',
  openapi: 'the document that the types are made from',
  api_docs: 'a page',
  api_docs_asset: 'a page',
  root: 'a page',
};

describe('the table of calls', () => {
  const named = Object.values(calls).flatMap((verbs): string[] => Object.values(verbs));

  test('has every route once, or says why not', () => {
    const rest = routes.filter((route) => !(route.operation in LEFT_OUT)).map(routeKey);
    expect([...named].sort()).toEqual([...rest].sort());
  });

  test('has types that are up to date with `npm run docs:api`', () => {
    // In a process of its own: jest cannot load the packages of openapi-typescript.
    const printed = execFileSync('node_modules/.bin/node', ['test/clients/write-files.ts', '--print-types'], {
      encoding: 'utf8',
      maxBuffer: 8 * 1024 * 1024,
    });
    expect(readFileSync('clients/typescript/src/openapi.ts', 'utf8')).toBe(printed);
  });
});

describe('the client', () => {
  test('reads a list page by page, as far as it is read', async () => {
    const { customers, licenses } = openAt(brand.apiKey);
    for (let i = 0; i < 3; i += 1)
      await licenses.provision({ customer_email: email('ann'), products: ['imagify'], license_key: 'new' });
    const list = licenses.list({ email: email('ann'), limit: 1 });
    const ids = (await list.toArray()).map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    expect((await list.toArray(2)).map(({ id }) => id)).toEqual(ids.slice(0, 2));
    asked.mockClear();
    for await (const page of list.pages()) {
      expect(page.licenses.map(({ id }) => id)).toEqual(ids.slice(0, 1));
      break;
    }
    expect(asked).toHaveBeenCalledTimes(1);
    expect(await customers.list({ email: email('nobody') }).toArray()).toEqual([]);
  });

  test('throws a refusal as a problem with its code, and the faults of the input', async () => {
    const { licenses, product } = openAt(brand.apiKey);
    const { license_key } = await licenses.provision({ customer_email: email('bob'), products: ['wp-rocket'] });
    const site = { license_key: license_key.key, product: 'wp-rocket', instance_identifier: 'https://one.example' };
    await product.activate(site);
    const full = await product.activate({ ...site, instance_identifier: 'https://two.example' }).catch(String);
    expect(full).toMatch(/^Problem: /);
    const caught: unknown = await licenses.renew('no-id', { extend_by: 'a year' }).catch((error: unknown) => error);
    expect(isProblem(caught)).toBe(true);
    expect(isProblem(caught, 'seat_limit_reached')).toBe(false);
    expect(caught).toMatchObject({ status: 400, code: 'bad_request', requestId: expect.any(String) });
    expect(caught instanceof Problem && caught.errors.map(({ pointer }) => pointer)).toEqual([
      '{license_id}',
      '/extend_by',
    ]);
  });

  test('never puts a license key into the URL of a product call, and needs no API key for it', async () => {
    const { license_key } = await openAt(brand.apiKey).licenses.provision({
      customer_email: email('cid'),
      products: ['imagify'],
    });
    asked.mockClear();
    const { product } = openAt();
    const key = { license_key: license_key.key, product: 'imagify' };
    expect(await product.seats(key)).toMatchObject({ seats: [] });
    expect(await product.check(key)).toMatchObject({ code: 'valid', may_run: null });
    for (const [url, init] of asked.mock.calls) {
      expect(url).not.toContain(license_key.key);
      expect(init?.headers).not.toHaveProperty('x-api-key');
    }
  });

  test('makes one purchase when the answer to the first try is lost', async () => {
    let losses = 1;
    const lossy: typeof fetch = async (...args) => {
      const answer = await openServiceFetch(service)(...args);
      losses -= 1;
      if (losses >= 0) throw new TypeError('terminated');
      return answer;
    };
    const { licenses } = openAt(brand.apiKey, lossy);
    await licenses.provision({ customer_email: email('dan'), products: ['imagify'], license_key: 'new' });
    expect(losses).toBe(-1);
    expect(await licenses.list({ email: email('dan') }).toArray()).toHaveLength(1);
  });

  test('does not repeat a lost change that must not overtake another one', async () => {
    const { licenses } = openAt(brand.apiKey);
    const { licenses: sold } = await licenses.provision({ customer_email: email('eve'), products: ['imagify'] });
    const id = sold[0]?.id ?? '';
    const broken = jest.fn<typeof fetch>(() => Promise.reject(new TypeError('terminated')));
    const lost = openAt(brand.apiKey, broken).licenses.update(id, { max_seats: 2 }, { ifMatch: '"1"' });
    await expect(lost).rejects.toBeInstanceOf(NoAnswer);
    expect(broken).toHaveBeenCalledTimes(1);
    const stale = licenses.update(id, { max_seats: 2 }, { ifMatch: '"100"' });
    await expect(stale).rejects.toMatchObject({ code: 'stale_version' });
  });

  test('refuses a call without its id before it sends anything', () => {
    asked.mockClear();
    const { licenses } = openAt(brand.apiKey);
    expect(() => licenses.get('')).toThrow('licenses.get needs {license_id}');
    expect(asked).not.toHaveBeenCalled();
  });
});

describe('a shop, as docs/for-shops.md builds it', () => {
  const page = readFileSync('docs/for-shops.md', 'utf8');
  const example = readFileSync('clients/typescript/examples/shop.ts', 'utf8').replace(
    '../src/index.ts',
    '@license-service/client',
  );
  const blocks = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);

  test('is shown with exactly the code that these tests run', () => {
    expect(blocks.join('\n')).toBe(example);
  });

  test('sells an order once, renews it, refunds it, and learns why a refunded license cannot be renewed', async () => {
    const shop = { ...openShop(SERVICE_URL, brand.apiKey, []), service: openAt(brand.apiKey) };
    const order = { number: 'order-77', email: email('fay'), product: 'wp-rocket', seats: 2, duration: 'P1Y' };
    const bought = await sell(shop, order);
    expect(await sell(shop, order)).toEqual(bought);
    const [id = ''] = bought.licenseIds;
    const before = (await shop.service.licenses.get(id)).expires_at ?? '';
    const { renewedUntil = '' } = await renew(shop, id, 'payment-78');
    expect(Number(renewedUntil?.slice(0, 4))).toBe(Number(before.slice(0, 4)) + 1);
    expect(await renew(shop, id, 'payment-78')).toEqual({ renewedUntil });

    expect(await refund(shop, order)).toEqual([id]);
    expect(await refund(shop, order)).toEqual([]);
    expect(await shop.service.product.check({ license_key: bought.key, product: 'wp-rocket' })).toMatchObject({
      code: 'cancelled',
    });
    expect(await renew(shop, id, 'payment-79')).toEqual({ refundBecause: expect.stringContaining('cancelled') });
  });

  test('finds the sale of an order whose idempotency key has been forgotten', async () => {
    const client = openAt(brand.apiKey);
    const order = { number: 'order-80', email: email('gus'), product: 'imagify', seats: 1, duration: 'P1M' };
    const made = await client.licenses.provision({
      customer_email: order.email,
      products: ['imagify'],
      external_id: order.number,
    });
    const shop = { service: client, webhookSecrets: [] };
    expect(await sell(shop, order)).toEqual({
      key: made.license_key.key,
      licenseIds: made.licenses.map(({ id }) => id),
    });
  });

  test('takes a signed message once, and refuses any other', async () => {
    const secret = `whsec_${Buffer.from('a secret of the shop').toString('base64')}`;
    const shop = openShop(SERVICE_URL, brand.apiKey, [secret]);
    const seen = new Set<string>();
    const message = signMessage(secret, { id: 'msg-1', type: 'license.expiring' });
    const printed = jest.spyOn(console, 'log').mockReturnValue();
    const post = (body: string): Promise<Response> =>
      receiveWebhook(shop, new Request(SERVICE_URL, { method: 'POST', body, headers: message.headers }), seen);
    expect((await post(message.body)).status).toBe(204);
    expect((await post(message.body)).status).toBe(204);
    expect(printed).toHaveBeenCalledTimes(1);
    printed.mockRestore();
    expect((await post(message.body.replace('msg-1', 'msg-2'))).status).toBe(401);
    expect([...seen]).toEqual(['msg-1']);
  });
});
