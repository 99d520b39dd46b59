import { describe, expect, test } from '@jest/globals';
import { listLicenses, provisionLicenses } from '../../lib/api/licenses.ts';
import { byOperation, type Reply } from '../support/service/service.ts';
import { fingerprint } from '../support/table/fingerprint.ts';
import { pointersOf } from '../support/service/world.ts';
import { useWorld } from '../support/service/started-service.ts';

const createApiKey = byOperation('admin_create_api_key');
const createBrand = byOperation('create_brand');
const createProduct = byOperation('admin_create_product');
const world = useWorld();

let customers = 0;
function provision(fields: Record<string, unknown>): Promise<Reply> {
  customers += 1;
  return world.call(provisionLicenses, {
    apiKey: world.shop.apiKey,
    body: { customer_email: `person-${String(customers)}@example.com`, products: ['wp-rocket'], ...fields },
  });
}

async function refusedAt(pointers: string[], reply: Promise<Reply>, value: unknown): Promise<void> {
  const { status, body } = await reply;
  const found = ((body['errors'] ?? []) as { pointer: string }[]).map(({ pointer }) => pointer);
  expect({ value, status, code: body['code'], pointers: found }).toEqual({
    value,
    status: 400,
    code: 'bad_request',
    pointers,
  });
}

const license = ({ body }: Reply): Record<string, unknown> => (body['licenses'] as Record<string, unknown>[])[0] ?? {};

describe('an e-mail', () => {
  const NONE = [
    '',
    ' ',
    'ann',
    'ann@',
    '@example.com',
    'ann@example',
    'a b@example.com',
    'ann@@example.com',
    'ann@exam ple.com',
    'ann@example..com',
  ];
  test.each([
    ...NONE,
    'ann@-example.com',
    'ann@1.2.3.4',
    'ann@[1.2.3.4]',
    'Ann <ann@example.com>',
    'a@example.com,b@example.com',
    `${'a'.repeat(65)}@example.com`,
  ])('%p is refused by its name', async (value) => {
    const before = await fingerprint(world);
    await refusedAt(['/customer_email'], provision({ customer_email: value }), value);
    await refusedAt(
      ['?email'],
      world.call(listLicenses, { apiKey: world.shop.apiKey, query: { email: value } }),
      value,
    );
    expect(await fingerprint(world)).toBe(before);
  });

  test('identifies one person in every spelling, and is shown as first given', async () => {
    const first = await provision({ customer_email: ' Zoë.Doe@Bücher.example ' });
    const again = await provision({ customer_email: 'ZOE\u0308.doe@xn--bcher-kva.EXAMPLE', products: ['imagify'] });
    expect(first.body['license_key']).toMatchObject({ customer_email: 'Zoë.Doe@Bücher.example' });
    expect(again.body['license_key']).toEqual(first.body['license_key']);
  });
});

describe('a date', () => {
  const NONE = [
    '2026-02-30',
    '2026-13-01',
    '2026-1-1',
    '2099-12-31T23:59:59',
    '2099-12-31 23:59:59Z',
    '2099-12-31T24:00:01Z',
    '2099-12-31T23:59:59+25:00',
  ];
  test.each([...NONE, 'tomorrow', '', '1893456000', '+012099-12-31', '2099-12-31T'])(
    '%p is refused by its name',
    async (value) => {
      const before = await fingerprint(world);
      await refusedAt(['/expiration_date'], provision({ expiration_date: value }), value);
      await refusedAt(
        ['/products/0/expiration_date'],
        provision({ products: [{ product: 'wp-rocket', expiration_date: value }] }),
        value,
      );
      await refusedAt(
        ['?expires_before'],
        world.call(listLicenses, { apiKey: world.shop.apiKey, query: { email: 'a@b.co', expires_before: value } }),
        value,
      );
      const key = {
        apiKey: world.platformKey,
        params: { brand_id: world.shop.id },
        body: { name: 'a', expires_at: value },
      };
      await refusedAt(['/expires_at'], world.call(createApiKey, key), value);
      expect(await fingerprint(world)).toBe(before);
    },
  );

  test.each([
    ['2099-12-31', '2099-12-31T23:59:59Z'],
    ['2096-02-29', '2096-02-29T23:59:59Z'],
    ['2099-12-31T23:00:00+02:00', '2099-12-31T21:00:00Z'],
    ['2099-12-31T23:00:00-05:30', '2100-01-01T04:30:00Z'],
    ['2099-12-31T23:59:59.999Z', '2099-12-31T23:59:59Z'],
  ])('%p is kept as %p', async (given, kept) => {
    expect(license(await provision({ expiration_date: given }))).toMatchObject({ expires_at: kept });
  });

  test('in the past is refused as a rule violation, not as a bad request', async () => {
    const before = await fingerprint(world);
    const reply = await provision({ expiration_date: '2020-01-01' });
    expect(reply).toMatchObject({
      status: 422,
      body: { code: 'expiry_in_the_past', expiration_date: '2020-01-01T23:59:59Z' },
    });
    expect(await fingerprint(world)).toBe(before);
  });

  test('is refused together with a duration', async () => {
    const both = { expiration_date: '2099-12-31', duration: 'P1Y' };
    await refusedAt(['/duration'], provision(both), both);
    await refusedAt(['/products/0/duration'], provision({ products: [{ product: 'wp-rocket', ...both }] }), both);
  });
});

describe('a duration', () => {
  test.each(['', 'P', 'P0D', '1Y', 'PT1H', 'P1H', 'P-1Y', 'P1.5Y', 'p1y', 'P1Y ', 'P1D1Y', 'P100Y', 'a year'])(
    '%p is refused by its name',
    async (value) => {
      await refusedAt(['/duration'], provision({ duration: value }), value);
      await refusedAt(['/policy/duration'], provision({ policy: { duration: value } }), value);
      const product = {
        apiKey: world.platformKey,
        params: { brand_id: world.shop.id },
        body: { name: 'a', slug: 'a', policy: { duration: value } },
      };
      await refusedAt(['/policy/duration'], world.call(createProduct, product), value);
    },
  );
});

describe('numbers and sizes', () => {
  test.each([0, -1, 1.5, 1_000_001, Number.MAX_SAFE_INTEGER])('%p seats are refused by name', async (value) => {
    await refusedAt(['/max_seats'], provision({ max_seats: value }), value);
    await refusedAt(['/policy/seat_limit'], provision({ policy: { seat_limit: value } }), value);
  });

  test('no products, more than 20, a duplicate, or neither products nor bundle are refused by name', async () => {
    const before = await fingerprint(world);
    await refusedAt(['/products'], provision({ products: [] }), 'none');
    await refusedAt(['/products'], provision({ products: undefined }), 'neither');
    await refusedAt(
      ['/products'],
      provision({ products: Array.from({ length: 21 }, (_, i) => `p-${String(i)}`) }),
      '21',
    );
    await refusedAt(['/products/1'], provision({ products: ['wp-rocket', 'wp-rocket'] }), 'twice');
    expect(await fingerprint(world)).toBe(before);
  });

  test('a body with thousands of errors gets a short answer', async () => {
    const wrong = await provision({ products: Array.from({ length: 60_000 }, () => 7) });
    const unknown = await provision(Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`f${String(i)}`, 1])));
    for (const reply of [wrong, unknown]) {
      expect(reply).toMatchObject({ status: 400, body: { code: 'bad_request' } });
      expect(pointersOf(reply).length).toBeLessThanOrEqual(50);
      expect(reply.text.length).toBeLessThan(10_000);
    }
  });

  test('metadata over 2 KB or with an empty name, and overlong texts are refused by name', async () => {
    const before = await fingerprint(world);
    await refusedAt(['/metadata'], provision({ metadata: { a: 'a'.repeat(2048) } }), '2 KB');
    await refusedAt(['/metadata'], provision({ metadata: { a: 'ä'.repeat(1024) } }), '2 KB in bytes');
    await refusedAt(['/metadata/'], provision({ metadata: { '': 'a' } }), 'empty name');
    await refusedAt(['/metadata/a'], provision({ metadata: { a: 'a\ud800' } }), 'half a character');
    await refusedAt([`/metadata/${'a'.repeat(65)}`], provision({ metadata: { ['a'.repeat(65)]: 'a' } }), 'long name');
    await refusedAt(['/external_id'], provision({ external_id: 'a'.repeat(256) }), '256');
    expect(await fingerprint(world)).toBe(before);
    expect(await provision({ metadata: { a: 'a'.repeat(2040) }, external_id: 'a'.repeat(255) })).toMatchObject({
      status: 201,
    });
  });

  test('names and external ids are stored composed and without surrounding blanks', async () => {
    const params = { brand_id: world.shop.id };
    const reply = await world.call(createProduct, {
      apiKey: world.platformKey,
      params,
      body: { name: ' Cafe\u0301 \n', slug: 'cafe' },
    });
    expect(reply.body['name']).toBe('Café');
    const first = await provision({ external_id: 'caf\u00e9-1' });
    expect(first.status).toBe(201);
    expect(await provision({ external_id: 'cafe\u0301-1' })).toMatchObject({
      status: 409,
      body: { code: 'external_id_taken' },
    });
  });

  test.each(['10.0.0.0/33', '10.0.0/8', 'fe80::1%eth0/64', '::1/129', '10.0.0.1', '/8', 'any'])(
    '%p is refused as an address block',
    async (value) => {
      const key = {
        apiKey: world.platformKey,
        params: { brand_id: world.shop.id },
        body: { name: 'a', allowed_cidrs: ['10.0.0.0/8', value] },
      };
      await refusedAt(['/allowed_cidrs/1'], world.call(createApiKey, key), value);
    },
  );
});

describe('slugs and prefixes', () => {
  const brand = (fields: object): Promise<Reply> =>
    world.call(createBrand, {
      apiKey: world.platformKey,
      body: { name: 'A', slug: 'a-slug', key_prefix: 'ASLUG', ...fields },
    });
  const SLUGS = [
    '',
    '-a',
    'a-',
    'A',
    'a_b',
    'a b',
    'ä',
    'a#b',
    'a/b',
    'a'.repeat(65),
    '01938c5b-11aa-7b3c-8d4e-2f60718293a4',
    'all',
    'platform',
    'admin',
  ];
  test.each(SLUGS)('the slug %p is refused by its name', async (slug) => {
    const before = await fingerprint(world);
    await refusedAt(['/slug'], brand({ slug }), slug);
    expect(await fingerprint(world)).toBe(before);
  });

  test.each(['', 'A', 'ABCDEFGHIJK', 'abc', 'AB-C', 'AB#', 'ÄB', '@platform', 'PLATFORM', ' AB', 'AB\n'])(
    'the prefix %p is refused by its name',
    async (key_prefix) => {
      const before = await fingerprint(world);
      await refusedAt(['/key_prefix'], brand({ key_prefix }), key_prefix);
      expect(await fingerprint(world)).toBe(before);
    },
  );
});

describe('the limit of a list', () => {
  test.each(['0', '101', '-1', '1.5', 'abc', '', '1,2', 'Infinity', '9'.repeat(400)])(
    '%p is refused by its name',
    async (limit) => {
      await refusedAt(
        ['?limit'],
        world.call(listLicenses, { apiKey: world.shop.apiKey, query: { email: world.email, limit } }),
        limit,
      );
    },
  );
});
