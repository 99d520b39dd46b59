import { beforeAll, describe, expect, test } from '@jest/globals';
import { listActivations } from '../../lib/api/activations.ts';
import { provisionLicenses } from '../../lib/api/licenses.ts';
import { activateLicense } from '../../lib/api/activate.ts';
import { checkLicense, checkLicenseByPost } from '../../lib/api/check.ts';
import { deactivateLicense } from '../../lib/api/deactivate.ts';
import type { Route } from '../../lib/api/route.ts';
import type { Reply } from '../support/service/service.ts';
import { SITE } from '../support/service/fresh-targets.ts';
import { pointersOf } from '../support/service/world.ts';
import { useWorld } from '../support/service/started-service.ts';
/** A key that contains a 0 and a 1, which may be typed as other characters. */
let forgiving = '';
const world = useWorld();
beforeAll(async () => {
  for (let i = 0; forgiving === '' && i < 60; i += 1) {
    const body = { customer_email: 'typist@example.com', products: ['wp-rocket'], license_key: 'new' };
    const reply = await world.call(provisionLicenses, { apiKey: world.shop.apiKey, body });
    const { key } = reply.body['license_key'] as { key: string };
    const [, ...rest] = key.split('-');
    if (rest.join('').includes('0') && rest.join('').includes('1')) forgiving = key;
  }
});

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const site = (fields: object = {}): Record<string, string> => ({
  license_key: world.licenseKey,
  product: 'wp-rocket',
  instance_identifier: SITE,
  ...fields,
});
const check = (fields: object): Promise<Reply> => world.call(checkLicense, { query: site(fields) });
const activations = async (): Promise<Record<string, unknown>[]> => {
  const params = { license_id: world.ids['license_id'] ?? '' };
  const reply = await world.call(listActivations, { apiKey: world.shop.apiKey, params, query: { limit: '100' } });
  return reply.body['activations'] as Record<string, unknown>[];
};

describe('a license key in another spelling', () => {
  test('in lower case, without dashes, with O for 0 and I or L for 1 is the same key', async () => {
    const [prefix = '', ...rest] = forgiving.split('-');
    const mistyped = (one: string): string => `${prefix}-${rest.join('-').replaceAll('0', 'O').replaceAll('1', one)}`;
    const spellings = [
      forgiving.toLowerCase(),
      forgiving.replaceAll('-', ''),
      forgiving.toLowerCase().replaceAll('-', ''),
      ` ${forgiving}\n`,
    ];
    for (const license_key of [...spellings, mistyped('I'), mistyped('L'), mistyped('i'), mistyped('l').toLowerCase()])
      expect({ license_key, reply: await check({ license_key }) }).toMatchObject({
        license_key,
        reply: { status: 200, body: { code: 'not_activated' } },
      });
  });

  test('takes one seat in all of its spellings', async () => {
    const ids = new Set<unknown>();
    for (const license_key of [forgiving, forgiving.toLowerCase(), forgiving.replaceAll('-', '')]) {
      const reply = await world.call(activateLicense, { body: site({ license_key }) });
      expect(reply.body).toMatchObject({ seats_used: 1 });
      ids.add(reply.body['activation_id']);
    }
    expect(ids.size).toBe(1);
  });
});

describe('a form-encoded request', () => {
  test('activates with metadata, checks and deactivates, as WordPress sends it', async () => {
    const form = (fields: Record<string, string>): string =>
      new URLSearchParams(site({ instance_identifier: 'https://form.example.com', ...fields })).toString();
    const rawBody = form({
      'metadata[plan]': 'plus & more',
      'metadata[wp]': '6.9',
      wp_version: '6.9',
    });
    const activated = await world.call(activateLicense, { rawBody, headers: FORM });
    expect(activated.status).toBe(201);
    const [entry] = (await activations()).filter(({ id }) => id === activated.body['activation_id']);
    expect(entry).toMatchObject({
      instance_identifier: 'https://form.example.com',
      metadata: { plan: 'plus & more', wp: '6.9' },
    });

    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' };
    const base64 = Buffer.from(form({})).toString('base64');
    const checked = await world.call(checkLicenseByPost, { rawBody: base64, isBase64Encoded: true, headers });
    expect(checked).toMatchObject({ status: 200, body: { may_run: true } });
    expect(await world.call(deactivateLicense, { rawBody: form({}), headers: FORM })).toMatchObject({
      status: 200,
      body: { status: 'deactivated' },
    });
  });

  test.each([
    ['/license_key', 'product=wp-rocket&instance_identifier=https://a.example.com'],
    ['/instance_identifier', 'license_key=x'],
    ['/metadata', 'license_key=x&instance_identifier=a.example.com&metadata=plus'],
    ['/metadata', 'license_key=x&instance_identifier=a.example.com&metadata[]=plus'],
    ['/metadata/site', 'license_key=x&instance_identifier=a.example.com&metadata[site][lang]=de'],
    ['/metadata/site', 'license_key=x&instance_identifier=a.example.com&metadata%5Bsite%5D%5Blang%5D=de'],
    ['/metadata/__proto__', 'license_key=x&instance_identifier=a.example.com&metadata[__proto__]=y'],
    ['/product', 'license_key=x&instance_identifier=a.example.com&product[a]=b'],
    ['/license_key', 'license_key[]=x&instance_identifier=a.example.com'],
    ['/instance_type', 'license_key=x&instance_identifier=a.example.com&instance_type=site'],
  ])('is refused with the pointer %p for %p', async (pointer, rawBody) => {
    const reply = await world.call(activateLicense, { rawBody, headers: FORM });
    expect(reply).toMatchObject({ status: 400, body: { code: 'bad_request' } });
    expect(pointersOf(reply)).toEqual([pointer]);
  });
});

describe('the license key', () => {
  const routes: Route[] = [activateLicense, checkLicense, checkLicenseByPost, deactivateLicense];
  const split = (
    route: Route,
    fields: Record<string, string>,
  ): { query?: Record<string, string>; body?: Record<string, string> } =>
    route.method === 'GET' ? { query: fields } : { body: fields };
  const ok = async (route: Route, reply: Promise<Reply>): Promise<void> => {
    const { status, text } = await reply;
    expect({ route: route.operation, refused: status < 300 ? '' : text }).toEqual({
      route: route.operation,
      refused: '',
    });
  };

  test('is also accepted in the header X-License-Key and in the query', async () => {
    const { license_key = '', ...rest } = site();
    for (const route of routes) {
      await ok(route, world.call(route, { ...split(route, rest), headers: { 'x-license-key': license_key } }));
      const { query = {}, body } = split(route, rest);
      await ok(route, world.call(route, { query: { ...query, license_key }, ...(body ? { body } : {}) }));
      await ok(route, world.call(route, { query: site(), headers: { 'x-license-key': '' } }));
    }
  });

  test('in the body takes precedence over the query, and the query over the header', async () => {
    const { license_key = '', ...rest } = site();
    for (const route of routes.filter(({ method }) => method === 'POST')) {
      await ok(
        route,
        world.call(route, {
          body: { ...rest, license_key },
          query: { license_key: 'x' },
          headers: { 'x-license-key': 'x' },
        }),
      );
    }
    await ok(
      checkLicense,
      world.call(checkLicense, { query: { ...rest, license_key }, headers: { 'x-license-key': 'x' } }),
    );
  });

  test('is named as required if it is missing', async () => {
    const { license_key: _, ...rest } = site();
    for (const route of routes) {
      const reply = await world.call(route, split(route, rest));
      expect(reply).toMatchObject({
        status: 400,
        body: {
          errors: [{ pointer: route.method === 'GET' ? '?license_key' : '/license_key', message: 'is required' }],
        },
      });
    }
  });

  test('sent twice and joined by a comma is not found', async () => {
    expect(await check({ license_key: `${world.licenseKey},${world.licenseKey}` })).toMatchObject({
      status: 404,
      body: { code: 'license_key_not_found' },
    });
  });
});

test('an idempotency key that is not text, empty, too long or unlike the header is refused by name', async () => {
  const call = (idempotency_key: unknown, header?: string): Promise<Reply> =>
    world.call(activateLicense, { body: { ...site(), idempotency_key }, headers: { 'idempotency-key': header } });
  for (const wrong of [7, null, [], {}, '', ' ', 'ä', 'a b', 'a'.repeat(256)])
    expect(pointersOf(await call(wrong))).toEqual(['/idempotency_key']);
  expect(pointersOf(await call('a', 'b'))).toEqual(['/idempotency_key']);
  for (const wrong of ['', ' ', 'ä', 'a'.repeat(256)])
    expect(pointersOf(await call(undefined, wrong))).toEqual(['Idempotency-Key']);
});
