import { beforeAll, describe, expect, test } from '@jest/globals';
import { cancelLicense } from '../../lib/api/license-lifecycle.ts';
import { getLicense, listLicenses, provisionLicenses } from '../../lib/api/licenses.ts';
import { listActivations } from '../../lib/api/activations.ts';
import { listLicenseEvents } from '../../lib/api/events.ts';
import { activateLicense } from '../../lib/api/activate.ts';
import type { Route } from '../../lib/api/route.ts';
import { byOperation, type Call, type Reply } from '../support/service/service.ts';
import { furnish, type World } from '../support/service/world.ts';
import { useWorld } from '../support/service/started-service.ts';

const createProduct = byOperation('admin_create_product');
const listApiKeys = byOperation('admin_list_api_keys');
const listBrands = byOperation('list_brands');
const listBundles = byOperation('admin_list_bundles');
const listProducts = byOperation('admin_list_products');
let other: World;
const email = 'collector@example.com';
/** Licenses in order of creation. */
const made: string[] = [];
const world = useWorld();
beforeAll(async () => {
  other = { ...world, ...(await furnish(world, await world.brand())) };
  for (let i = 0; i < 130; i += 1) {
    const expiration_date = i % 10 === 0 ? '2050-06-30' : i % 10 === 1 ? null : '2099-12-31';
    const body = { customer_email: email, products: ['wp-rocket'], license_key: 'new', expiration_date };
    const reply = await world.call(provisionLicenses, { apiKey: world.shop.apiKey, body });
    made.push((reply.body['licenses'] as { id: string }[])[0]?.id ?? reply.text);
  }
});

type Entry = { id: string; status: string; expires_at: string | null };
const find = (query: Record<string, string> = {}, apiKey = world.shop.apiKey): Promise<Reply> =>
  world.call(listLicenses, { apiKey, query: { email, ...query } });

/** Every page of a list, one after the other. */
async function pagesOf(route: Route, noun: string, call: Call): Promise<Entry[][]> {
  const pages: Entry[][] = [];
  let cursor: string | null | undefined;
  while (cursor !== null && pages.length < 200) {
    const query = { ...call.query, ...(cursor === undefined ? {} : { cursor }) };
    const { status, body } = await world.call(route, { ...call, query });
    expect(status).toBe(200);
    const beside = noun === 'activations' && pages.length === 0 ? ['refused_calls'] : [];
    expect(Object.keys(body).sort()).toEqual([noun, 'next_cursor', ...beside].sort());
    pages.push(body[noun] as Entry[]);
    cursor = body['next_cursor'] as string | null;
  }
  return pages;
}

const licensePages = (query: Record<string, string>): Promise<Entry[][]> =>
  pagesOf(listLicenses, 'licenses', { apiKey: world.shop.apiKey, query: { email, ...query } });

describe('a list of a customer’s 130 licenses', () => {
  test.each([{}, { limit: '1' }, { limit: '7' }, { limit: '100' }])(
    'shows each license once, newest first, in pages of at most the limit: %p',
    async (query) => {
      const pages = await licensePages(query);
      expect(pages.flat().map(({ id }) => id)).toEqual(made.toReversed());
      for (const page of pages) expect(page.length).toBeLessThanOrEqual(Number(query.limit ?? 50));
    },
  );

  test('can be filtered by the current status', async () => {
    const [cancelled = ''] = made;
    const reply = await world.call(cancelLicense, {
      apiKey: world.shop.apiKey,
      params: { license_id: cancelled },
      body: {},
    });
    expect(reply.status).toBe(200);
    expect((await licensePages({ status: 'cancelled' })).flat().map(({ id }) => id)).toEqual([cancelled]);
    expect((await licensePages({ status: 'valid' })).flat()).toHaveLength(129);
    expect((await licensePages({ status: 'suspended' })).flat()).toEqual([]);
    expect(await find({ status: 'Valid' })).toMatchObject({ status: 400, body: { errors: [{ pointer: '?status' }] } });
  });

  test('can be filtered by expiry, strictly before a time and without lifetime licenses', async () => {
    const expiring = (await licensePages({ expires_before: '2050-07-01' })).flat();
    expect(expiring.map(({ id }) => id)).toEqual(made.filter((_, i) => i % 10 === 0).toReversed());
    expect((await licensePages({ expires_before: '2050-06-30T23:59:59Z' })).flat()).toEqual([]);
    expect((await licensePages({ expires_before: '2051-01-01', status: 'valid' })).flat()).toHaveLength(12);
    expect((await licensePages({ expires_before: '9999-12-31' })).flat()).toHaveLength(117);
  });

  test('continues from a cursor with another limit, and after a new license was made', async () => {
    const first = await find({ limit: '10' });
    const cursor = String(first.body['next_cursor']);
    const another = { customer_email: email, products: ['imagify'], license_key: 'new' };
    const reply = await world.call(provisionLicenses, { apiKey: world.shop.apiKey, body: another });
    const [newest] = reply.body['licenses'] as { id: string }[];
    const next = await find({ limit: '5', cursor });
    expect((next.body['licenses'] as Entry[]).map(({ id }) => id)).toEqual(made.toReversed().slice(10, 15));
    expect((await find({ limit: '1' })).body['licenses']).toMatchObject([{ id: newest?.id }]);
    const params = { license_id: newest?.id ?? '' };
    expect(await world.call(getLicense, { apiKey: world.shop.apiKey, params })).toMatchObject({ status: 200 });
    made.push(newest?.id ?? '');
  });

  test('is empty for an unknown customer', async () => {
    expect((await find({ email: 'nobody@example.com' })).body).toEqual({ licenses: [], next_cursor: null });
  });
});

describe('a cursor', () => {
  const INVALID = { status: 400, body: { code: 'cursor_invalid' } };
  const someCursor = async (): Promise<string> => String((await find({ limit: '3' })).body['next_cursor']);

  test('reveals nothing about the table', async () => {
    const cursor = await someCursor();
    const bytes = Buffer.from(cursor.split('.')[1] ?? '', 'base64url').toString('latin1');
    for (const word of [world.shop.key_prefix, 'customer', 'license']) expect(cursor + bytes).not.toContain(word);
    expect(await someCursor()).not.toBe(cursor);
  });

  test('with any one character changed is refused', async () => {
    const cursor = await someCursor();
    for (let i = 0; i < cursor.length; i += 1) {
      const letter = cursor.charAt(i) === 'A' ? 'B' : 'A';
      expect(await find({ cursor: cursor.slice(0, i) + letter + cursor.slice(i + 1) })).toMatchObject(INVALID);
    }
    for (const bad of [
      `${cursor}A`,
      `${cursor}.x`,
      `${cursor}=`,
      cursor.slice(0, -1),
      'v1.',
      'null',
      '{}',
      cursor.toUpperCase(),
    ])
      expect(await find({ cursor: bad })).toMatchObject(INVALID);
  });

  test('is refused by another brand, by another route and with other filters', async () => {
    const cursor = await someCursor();
    expect(await find({ cursor }, other.shop.apiKey)).toMatchObject(INVALID);
    expect(await find({ cursor, email: 'customer@example.com' })).toMatchObject(INVALID);
    expect(await find({ cursor, status: 'valid' })).toMatchObject(INVALID);
    expect(await find({ cursor, expires_before: '2099-01-01' })).toMatchObject(INVALID);
    for (const route of [listActivations, listLicenseEvents]) {
      const params = { license_id: made[0] ?? '' };
      expect(await world.call(route, { apiKey: world.shop.apiKey, params, query: { cursor } })).toMatchObject(INVALID);
    }
    for (const route of [listBrands, listProducts, listBundles, listApiKeys]) {
      const params: Record<string, string> = route === listBrands ? {} : { brand_id: world.shop.id };
      expect(await world.call(route, { apiKey: world.platformKey, params, query: { cursor } })).toMatchObject(INVALID);
    }
    expect(await find({ cursor, email: ' COLLECTOR@example.com ' })).toMatchObject({ status: 200 });
  });

  test('of one brand’s products is refused for another brand’s and for API keys', async () => {
    const params = { brand_id: world.shop.id };
    const products = await world.call(listProducts, { apiKey: world.platformKey, params, query: { limit: '1' } });
    const query = { cursor: String(products.body['next_cursor']) };
    expect(await world.call(listProducts, { apiKey: world.platformKey, params, query })).toMatchObject({ status: 200 });
    expect(
      await world.call(listProducts, { apiKey: world.platformKey, params: { brand_id: other.shop.id }, query }),
    ).toMatchObject(INVALID);
    expect(await world.call(listApiKeys, { apiKey: world.platformKey, params, query })).toMatchObject(INVALID);
  });
});

describe('other lists', () => {
  test('show each activation and event of a license once, in pages', async () => {
    const sites = Array.from({ length: 23 }, (_, i) => `https://site-${String(i)}.example.com`);
    for (const instance_identifier of sites) {
      const body = { license_key: world.licenseKey, product: 'wp-rocket', instance_identifier };
      expect((await world.call(activateLicense, { body })).status).toBe(201);
    }
    const call = { apiKey: world.shop.apiKey, params: { license_id: world.ids['license_id'] ?? '' } };
    for (const limit of ['1', '10', '100']) {
      const pages = await pagesOf(listActivations, 'activations', { ...call, query: { limit } });
      const found = pages
        .flat()
        .map((entry) => (entry as unknown as { instance_identifier: string }).instance_identifier);
      expect(found.filter((site) => site.includes('site-')).sort()).toEqual([...sites].sort());
      for (const page of pages) expect(page.length).toBeLessThanOrEqual(Number(limit));
      const events = (await pagesOf(listLicenseEvents, 'events', { ...call, query: { limit } })).flat();
      const seqs = events.map((entry) => (entry as unknown as { seq: number }).seq);
      expect(seqs).toEqual(Array.from({ length: 25 }, (_, i) => 25 - i));
    }
  });

  test('show each product, API key and brand once, in pages', async () => {
    const params = { brand_id: other.shop.id };
    const slugs = Array.from({ length: 12 }, (_, i) => `product-${String(i)}`);
    for (const slug of slugs)
      await world.call(createProduct, { apiKey: world.platformKey, params, body: { name: slug, slug } });
    const products = (
      await pagesOf(listProducts, 'products', { apiKey: world.platformKey, params, query: { limit: '5' } })
    ).flat();
    const found = products.map((entry) => (entry as unknown as { slug: string }).slug);
    expect(found.sort()).toEqual(['imagify', 'wp-rocket', ...slugs].sort());
    const apiKeys = (
      await pagesOf(listApiKeys, 'api_keys', { apiKey: world.platformKey, params, query: { limit: '1' } })
    ).flat();
    expect(apiKeys.map(({ id }) => id)).toEqual([...new Set(apiKeys.map(({ id }) => id))].sort().reverse());
    expect(apiKeys).toHaveLength(2);
    const brands = (await pagesOf(listBrands, 'brands', { apiKey: world.platformKey, query: { limit: '1' } })).flat();
    expect(brands.map(({ id }) => id).sort()).toEqual([world.shop.id, other.shop.id].sort());
  });
});
