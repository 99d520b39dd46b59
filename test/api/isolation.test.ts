import { beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../../lib/process/ids.ts';
import { newLicenseKey } from '../../lib/process/new-credentials.ts';
import { parseLicenseKey } from '../../lib/domain/license-key.ts';
import { listLicenses, provisionLicenses } from '../../lib/api/licenses.ts';
import { activateLicense } from '../../lib/api/activate.ts';
import { checkLicense } from '../../lib/api/check.ts';
import { deactivateLicense } from '../../lib/api/deactivate.ts';
import { pathParameters } from '../../lib/api/route.ts';
import { keys } from '../../lib/table/keys.ts';
import { equals } from '../../lib/dynamo/condition.ts';
import { updateItem } from '../../lib/dynamo/update.ts';
import { ForeignKey, getMany, getOne } from '../../lib/dynamo/table.ts';
import { query } from '../../lib/dynamo/query.ts';
import { transact } from '../../lib/dynamo/transact.ts';
import { byOperation } from '../support/service/service.ts';
import { fingerprint } from '../support/table/fingerprint.ts';
import { SITE } from '../support/service/fresh-targets.ts';
import { bytesOf, freshCall, furnish, pointersOf, rows, validCall, type World } from '../support/service/world.ts';
import { useWorld } from '../support/service/started-service.ts';

const createProduct = byOperation('admin_create_product');
const listProducts = byOperation('admin_list_products');
let other: World;
const world = useWorld();
beforeAll(async () => {
  other = { ...world, ...(await furnish(world, await world.brand())) };
});

const uuidsIn = (path: string): string[] => pathParameters(path).filter((name) => name.endsWith('_id'));
const withId = rows(({ path, auth }) => uuidsIn(path).length > 0 && auth === 'brand');
const withAnyId = rows(({ path }) => uuidsIn(path).length > 0);

describe('an id in the path', () => {
  test.each(withId)(
    'of another brand gets from %s byte for byte the answer of an unknown id, and nothing is written',
    async (_, route) => {
      const before = await fingerprint(world);
      for (const name of uuidsIn(route.path)) {
        const call = validCall(route, world);
        const ask = async (id: string): Promise<string> => {
          const reply = await world.call(route, { ...call, params: { ...call.params, [name]: id } });
          expect(reply.status).toBe(404);
          return bytesOf(reply);
        };
        const missing = await ask(newId(Date.parse('2026-01-01T00:00:00Z')));
        const foreign = other.ids[name];
        expect(foreign).toMatch(/^[0-9a-f-]{36}$/);
        expect(await ask(foreign ?? '')).toBe(missing);
        expect(await ask(world.shop.id)).toBe(missing);
      }
      expect(await fingerprint(world)).toBe(before);
    },
  );

  test.each(withAnyId)('that is unknown gets 404 from %s, and nothing is written', async (_, route) => {
    const before = await fingerprint(world);
    for (const name of uuidsIn(route.path)) {
      const call = validCall(route, world);
      const reply = await world.call(route, { ...call, params: { ...call.params, [name]: newId(1) } });
      expect(reply).toMatchObject({ status: 404, body: { code: expect.stringMatching(/_not_found$/) } });
    }
    expect(await fingerprint(world)).toBe(before);
  });

  test.each(withAnyId)('that is malformed is refused by %s with the parameter’s name', async (_, route) => {
    for (const name of uuidsIn(route.path)) {
      const call = validCall(route, world);
      for (const bad of [
        'x',
        '',
        '01938c5b-11aa-7b3c-8d4e-2f60718293a',
        '01938c5b11aa7b3c8d4e2f60718293a4',
        `${newId(1)}#`,
        '../x',
        'constructor',
        'é',
      ]) {
        const reply = await world.call(route, { ...call, params: { ...call.params, [name]: bad } });
        expect(reply).toMatchObject({ status: 400, body: { code: 'bad_request' } });
        expect(pointersOf(reply)).toEqual([`{${name}}`]);
      }
    }
  });

  test.each(withAnyId)('is accepted by %s in upper case', async (_, route) => {
    const { params = {}, ...call } = await freshCall(route, world);
    const upper = Object.fromEntries(
      Object.entries(params).map(([name, id]) => [name, name.endsWith('_id') ? id.toUpperCase() : id]),
    );
    const reply = await world.call(route, { ...call, params: upper });
    expect({ refused: reply.status < 300 ? '' : reply.text }).toEqual({ refused: '' });
  });

  test.each(withAnyId)('is refused by %s if it is also in the body or query', async (_, route) => {
    for (const name of uuidsIn(route.path)) {
      const { query, body, ...call } = validCall(route, world);
      const again = { [name]: other.ids[name] ?? '' };
      const reply = await world.call(route, {
        ...call,
        ...(body ? { body: { ...body, ...again } } : { query: { ...query, ...again } }),
      });
      expect(reply).toMatchObject({ status: 400, body: { code: 'bad_request' } });
    }
  });
});

describe('two brands', () => {
  const held = { customer_email: 'customer@example.com', products: ['wp-rocket'] };

  test('have separate keys and lists for the same customer', async () => {
    for (const [one, two] of [
      [world, other],
      [other, world],
    ] as const) {
      const list = await one.call(listLicenses, {
        apiKey: one.shop.apiKey,
        query: { email: 'customer@example.com', limit: '100' },
      });
      const licenses = list.body['licenses'] as { id: string; brand: { slug: string } }[];
      expect(licenses.map(({ id }) => id)).toContain(one.ids['license_id']);
      expect(licenses.map(({ id }) => id)).not.toContain(two.ids['license_id']);
      expect(new Set(licenses.map(({ brand }) => brand.slug))).toEqual(new Set([one.shop.slug]));
      expect(list.text).not.toContain(two.licenseKey);
    }
  });

  test('get the same answer for each other’s license keys as for unknown ones', async () => {
    const before = await fingerprint(world);
    const attempt = async (license_key: string): Promise<string> =>
      bytesOf(
        await world.call(provisionLicenses, {
          apiKey: world.shop.apiKey,
          body: { ...held, products: ['imagify'], license_key },
        }),
      );
    const unknown = await attempt(newLicenseKey(world.shop.key_prefix));
    expect(unknown).toMatch(/^404 .*license_key_not_found/);
    expect(await attempt(other.licenseKey)).toBe(unknown);
    expect(await attempt('no key at all')).toBe(unknown);
    expect(await fingerprint(world)).toBe(before);
  });

  test('cannot sell each other’s products, by slug or by id, even if the slugs are equal', async () => {
    const params = { brand_id: other.shop.id };
    const created = await world.call(createProduct, {
      apiKey: world.platformKey,
      params,
      body: { name: 'Only theirs', slug: 'only-theirs' },
    });
    expect(created.status).toBe(201);
    const theirs = await world.call(listProducts, { apiKey: world.platformKey, params });
    const ids = (theirs.body['products'] as { id: string }[]).map(({ id }) => id);
    const before = await fingerprint(world);
    for (const product of ['only-theirs', ...ids]) {
      const reply = await world.call(provisionLicenses, {
        apiKey: world.shop.apiKey,
        body: { ...held, products: [product] },
      });
      expect(reply).toMatchObject({ status: 404, body: { code: 'product_not_found', product } });
    }
    expect(await fingerprint(world)).toBe(before);
  });

  test.each([activateLicense, checkLicense, deactivateLicense])(
    'cannot use each other’s license keys with the prefix replaced',
    async (route) => {
      const [, ...body] = other.licenseKey.split('-');
      const renamed = [world.shop.key_prefix, ...body].join('-');
      expect(parseLicenseKey(renamed)).toBeDefined();
      const call = { license_key: renamed, product: 'wp-rocket', instance_identifier: SITE };
      const reply = await world.call(route, route.method === 'GET' ? { query: call } : { body: call });
      expect(reply).toMatchObject({ status: 404, body: { code: 'license_key_not_found' } });
    },
  );
});

describe('a brand’s access to the table', () => {
  test.each(['WP', 'W', 'WPRX', 'wpr', ''])(
    'with the prefix %p excludes every read and write of WPR’s items',
    async (owner) => {
      const narrow = world.table(owner);
      const key = keys.brand('WPR');
      const before = await fingerprint(world);
      await expect(getMany(narrow, [key])).rejects.toThrow(ForeignKey);
      await expect(getMany(narrow, [...(owner === '' ? [] : [keys.brand(owner)]), key])).rejects.toThrow(ForeignKey);
      await expect(getOne(narrow, key)).rejects.toThrow(ForeignKey);
      await expect(query(narrow, { pk: key.pk, limit: 1 })).rejects.toThrow(ForeignKey);
      await expect(query(narrow, { pk: 'WPR#day#2026-01-01#0', index: 'by_group', limit: 1 })).rejects.toThrow(
        ForeignKey,
      );
      await expect(updateItem(narrow, key, { set: { a: 1 } }, { guard: equals('a', 0) })).rejects.toThrow(ForeignKey);
      await expect(transact<never>(narrow, [{ put: { ...key, a: 1 } }])).rejects.toThrow(ForeignKey);
      await expect(transact<never>(narrow, [{ update: key, set: { a: 1 } }])).rejects.toThrow(ForeignKey);
      await expect(transact<never>(narrow, [{ remove: key }])).rejects.toThrow(ForeignKey);
      expect(await fingerprint(world)).toBe(before);
    },
  );

  test('keeps WP and WPR apart, with the same products and customers', async () => {
    const [wp, wpr] = [
      await world.brand({ key_prefix: 'WP', slug: 'wp' }),
      await world.brand({ key_prefix: 'WPR', slug: 'wpr' }),
    ];
    const [short, long] = [await furnish(world, wp), await furnish(world, wpr)];
    expect(short.licenseKey).toMatch(/^WP-/);
    expect(long.licenseKey).toMatch(/^WPR-/);
    const withoutDashes = (key: string): string => key.replaceAll('-', '');
    for (const { licenseKey, ids } of [short, long]) {
      const query = { license_key: withoutDashes(licenseKey), product: 'wp-rocket', instance_identifier: SITE };
      expect(await world.call(checkLicense, { query })).toMatchObject({
        status: 200,
        body: { may_run: true, license: { id: ids['license_id'] } },
      });
    }
    for (const [mine, theirs] of [
      [short, long],
      [long, short],
    ] as const) {
      for (const [, route] of withId) {
        const call = validCall(route, { ...world, ...mine });
        const { operation } = route;
        const { status } = await world.call(route, { ...call, params: { ...call.params, ...theirs.ids } });
        expect({ operation, status }).toEqual({ operation, status: 404 });
      }
      const list = await world.call(listLicenses, { apiKey: mine.shop.apiKey, query: { email: mine.email } });
      expect((list.body['licenses'] as { id: string }[]).map(({ id }) => id)).toEqual([mine.ids['license_id']]);
    }
  });
});
