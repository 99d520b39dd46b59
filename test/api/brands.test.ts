import { describe, expect, test } from '@jest/globals';
import { byOperation, type Reply, type TestBrand } from '../support/service/service.ts';
import { fingerprint } from '../support/table/fingerprint.ts';
import { useBrand, useService } from '../support/service/started-service.ts';

const service = useService();
const one = useBrand(service, { slug: 'first', key_prefix: 'FIRST' });
const two = useBrand(service, { slug: 'second', key_prefix: 'SECOND' });

const createBrand = (fields: Record<string, unknown>): Promise<Reply> =>
  service.call(byOperation('create_brand'), {
    apiKey: service.platformKey,
    body: { name: 'A brand', slug: 'third', key_prefix: 'THIRD', ...fields },
  });
const inBrand = (operation: string, brand: TestBrand, body: Record<string, unknown>): Promise<Reply> =>
  service.call(byOperation(operation), { apiKey: service.platformKey, params: { brand_id: brand.id }, body });
const list = async (operation: string, noun: string, brand?: TestBrand): Promise<Record<string, unknown>[]> => {
  const reply = await service.call(byOperation(operation), {
    apiKey: service.platformKey,
    ...(brand ? { params: { brand_id: brand.id } } : {}),
  });
  return reply.body[noun] as Record<string, unknown>[];
};
const provision = (brand: TestBrand, fields: Record<string, unknown>): Promise<Reply> =>
  service.call(byOperation('provision_licenses'), {
    apiKey: brand.apiKey,
    body: { customer_email: 'ann@example.com', license_key: 'new', ...fields },
  });

describe('a brand’s slug and key prefix', () => {
  test.each([
    ['slug_taken', { slug: 'first' }],
    ['key_prefix_taken', { key_prefix: 'FIRST' }],
    ['slug_taken', { slug: 'first', key_prefix: 'FIRST' }],
  ])('belong to one brand only: a second request gets %s', async (code, fields) => {
    const before = await fingerprint(service);
    expect(await createBrand(fields)).toMatchObject({
      status: 409,
      body: { code, ...('slug' in fields ? { slug: 'first' } : { key_prefix: 'FIRST' }) },
    });
    expect(await fingerprint(service)).toBe(before);
  });

  test('may be a prefix of another brand’s', async () => {
    expect(await createBrand({ slug: 'firs', key_prefix: 'FIRS' })).toMatchObject({ status: 201 });
    expect(await createBrand({ slug: 'first-two', key_prefix: 'FIRST2' })).toMatchObject({ status: 201 });
    const slugs = (await list('list_brands', 'brands')).map(({ slug }) => slug);
    expect(slugs).toEqual(['firs', 'first', 'first-two', 'second']);
  });

  test('are given to exactly one of many parallel requests', async () => {
    const replies = await Promise.all(
      Array.from({ length: 6 }, (_, i) => createBrand({ slug: 'wanted', key_prefix: `WANT${String(i)}` })),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
  });
});

describe('a product', () => {
  test('has a unique slug within its brand, and another brand may use the same slug', async () => {
    const before = await fingerprint(service);
    const again = await inBrand('admin_create_product', one, { name: 'Again', slug: 'wp-rocket' });
    expect(again).toMatchObject({ status: 409, body: { code: 'slug_taken', slug: 'wp-rocket' } });
    expect(await fingerprint(service)).toBe(before);
    const idOf = async (brand: TestBrand): Promise<unknown> =>
      (await list('admin_list_products', 'products', brand)).find(({ slug }) => slug === 'wp-rocket')?.['id'];
    const ids = [await idOf(one), await idOf(two)];
    expect(new Set(ids).size).toBe(2);
    const licenses = [
      await provision(one, { products: [ids[0]] }),
      await provision(two, { products: ['wp-rocket'] }),
    ].map(({ body }) => body['licenses']);
    expect(licenses).toMatchObject([[{ product_id: ids[0] }], [{ product_id: ids[1] }]]);
  });

  test('gives its policy to new licenses', async () => {
    const policy = { seat_limit: 3, duration: 'P1Y', grace_days: 14, overage: '1.5x' };
    expect(
      await inBrand('admin_create_product', one, { name: 'With terms', slug: 'with-terms', policy }),
    ).toMatchObject({
      status: 201,
      body: { policy },
    });
    const reply = await provision(one, { products: ['with-terms'] });
    expect(reply.body['licenses']).toMatchObject([{ seat_limit: 3, expires_at: expect.stringMatching(/^\d{4}-/) }]);
  });

  test('is refused for an unknown brand, and so are a bundle and an API key', async () => {
    const nobody = { ...one, id: '01938c50-0001-7a2b-9c3d-4e5f60718293' };
    for (const operation of ['admin_create_product', 'admin_create_bundle', 'admin_create_api_key']) {
      const body = {
        name: 'a',
        ...(operation === 'admin_create_api_key' ? {} : { slug: 'a' }),
        ...(operation === 'admin_create_bundle' ? { products: ['a'] } : {}),
      };
      expect(await inBrand(operation, nobody, body)).toMatchObject({ status: 404, body: { code: 'brand_not_found' } });
    }
  });
});

describe('a bundle', () => {
  test('provisions all of its products in one purchase, by slug or id', async () => {
    const made = await inBrand('admin_create_bundle', one, {
      name: 'Everything',
      slug: 'everything',
      products: ['wp-rocket', 'imagify'],
    });
    expect(made).toMatchObject({ status: 201, body: { products: [{ slug: 'wp-rocket' }, { slug: 'imagify' }] } });
    expect(await list('admin_list_bundles', 'bundles', one)).toEqual([made.body]);
    for (const bundle of ['everything', made.body['id']]) {
      const reply = await provision(one, { bundle });
      const slugs = (reply.body['licenses'] as { product_slug: string }[]).map(({ product_slug }) => product_slug);
      expect(slugs.sort()).toEqual(['imagify', 'wp-rocket']);
    }
  });

  test('lets a product’s own terms override the purchase’s, and provisions the product once', async () => {
    const reply = await provision(one, {
      bundle: 'everything',
      max_seats: 9,
      products: [{ product: 'imagify', max_seats: 2 }],
    });
    const seats = (reply.body['licenses'] as { product_slug: string; seat_limit: number }[]).map((entry) => [
      entry.product_slug,
      entry.seat_limit,
    ]);
    expect(seats.sort()).toEqual([
      ['imagify', 2],
      ['wp-rocket', 9],
    ]);
  });

  test('is refused if its slug is taken, or a product is missing, from another brand or named twice', async () => {
    const theirs = (await list('admin_list_products', 'products', two)).map(({ id }) => id);
    const before = await fingerprint(service);
    const bundle = (fields: object): Promise<Reply> =>
      inBrand('admin_create_bundle', one, { name: 'B', slug: 'b', products: ['imagify'], ...fields });
    expect(await bundle({ slug: 'everything' })).toMatchObject({ status: 409, body: { code: 'slug_taken' } });
    expect(await bundle({ products: ['imagify', 'nothing'] })).toMatchObject({
      status: 404,
      body: { code: 'product_not_found', product: 'nothing' },
    });
    expect(await bundle({ products: [theirs[0]] })).toMatchObject({ status: 404, body: { code: 'product_not_found' } });
    expect(await bundle({ products: ['imagify', 'imagify'] })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/products/1' }] },
    });
    expect(await provision(two, { bundle: 'everything' })).toMatchObject({
      status: 404,
      body: { code: 'bundle_not_found', bundle: 'everything' },
    });
    expect(await fingerprint(service)).toBe(before);
  });
});
