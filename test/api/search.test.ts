import { beforeAll, describe, expect, test } from '@jest/globals';
import { newLicenseKey } from '../../lib/process/new-credentials.ts';
import { listLicenses, searchLicenses } from '../../lib/api/licenses.ts';
import { byOperation, type Reply } from '../support/service/service.ts';
import { furnish, pointersOf, type World } from '../support/service/world.ts';
import { useWorld } from '../support/service/started-service.ts';

type Entry = { id: string; brand: { slug: string }; license_key: { key: string }; expires_at: string | null };
type Bought = { id: string; key: string; keyId: string };
let other: World;
/** An API key that may search all brands. */
let wide: string;
const SHARED = 'https://shared.example.com';
const email = 'seeker@example.com';

const world = useWorld();
beforeAll(async () => {
  other = { ...world, ...(await furnish(world, await world.brand())) };
  const scopes = ['licenses:read', 'licenses:read:all_brands', 'license_keys:reveal'];
  const made = await world.call(byOperation('admin_create_api_key'), {
    apiKey: world.platformKey,
    params: { brand_id: world.shop.id },
    body: { name: 'support', scopes },
  });
  wide = String(made.body['api_key']);
});

async function buy(fields: Record<string, unknown> = {}, of: World = world): Promise<Bought> {
  const body = { customer_email: email, products: ['wp-rocket'], license_key: 'new', max_seats: 5, ...fields };
  const reply = await world.call(byOperation('provision_licenses'), { apiKey: of.shop.apiKey, body });
  const { license_key, licenses } = reply.body as {
    license_key: { id: string; key: string };
    licenses: { id: string }[];
  };
  return { id: licenses[0]?.id ?? reply.text, key: license_key.key, keyId: license_key.id };
}

const seat = async (
  operation: 'activate_license' | 'deactivate_license',
  license_key: string,
  instance_identifier: string,
): Promise<number> =>
  (await world.call(byOperation(operation), { body: { license_key, product: 'wp-rocket', instance_identifier } }))
    .status;

const find = (query: Record<string, string>, apiKey = world.shop.apiKey): Promise<Reply> =>
  world.call(listLicenses, { apiKey, query });
const seek = (query: Record<string, string>): Promise<Reply> =>
  world.call(searchLicenses, { apiKey: world.platformKey, query });
const entriesOf = ({ body }: Reply): Entry[] => body['licenses'] as Entry[];
const idsOf = (reply: Reply): string[] => entriesOf(reply).map(({ id }) => id);

/** Every entry, page by page. */
async function all(
  ask: (query: Record<string, string>) => Promise<Reply>,
  query: Record<string, string>,
): Promise<Entry[]> {
  const found: Entry[] = [];
  let cursor: string | null = '';
  for (let pages = 0; cursor !== null && pages < 100; pages += 1) {
    const reply = await ask(cursor === '' ? query : { ...query, cursor });
    expect({ status: reply.status, text: reply.status === 200 ? '' : reply.text }).toEqual({ status: 200, text: '' });
    expect(entriesOf(reply).length).toBeLessThanOrEqual(Number(query['limit'] ?? 50));
    found.push(...entriesOf(reply));
    cursor = reply.body['next_cursor'] as string | null;
  }
  return found;
}

describe('a search', () => {
  test('requires exactly one search field, and names the possible ones', async () => {
    const none = await find({});
    expect(none.status).toBe(400);
    expect(pointersOf(none)).toEqual(['']);
    const several = await find({ email, product: 'wp-rocket' });
    expect(several.status).toBe(400);
    expect(pointersOf(several)).toEqual(['?product']);
    expect(none.text).toContain('one of email, license_key, external_id, instance, product is required');
    expect((await seek({})).text).toContain('one of email, license_key, external_id, instance, license_id is required');
    expect(pointersOf(await seek({ product: 'wp-rocket' }))).toContain('?product');
    expect(pointersOf(await find({ instance: 'not a site' }))).toEqual(['?instance']);
    expect(pointersOf(await find({ email, instance_type: 'url' }))).toEqual(['?instance_type']);
    expect(pointersOf(await find({ product: 'wp-rocket', brands: 'all' }, wide))).toEqual(['?brands']);
    expect(pointersOf(await find({ email, brands: 'some' }, wide))).toEqual(['?brands']);
  });

  test('by a license key finds its licenses newest first, in any spelling and by its old text', async () => {
    const bought = await buy({ products: ['wp-rocket', 'imagify'] });
    const typed = bought.key.replaceAll('-', '').toLowerCase();
    const [newest, oldest] = entriesOf(await find({ license_key: typed }));
    expect([newest?.id, oldest?.id].toSorted().toReversed()).toEqual([newest?.id, oldest?.id]);
    expect([newest?.id, oldest?.id]).toContain(bought.id);
    const pages = await all((query) => find(query), { license_key: bought.key, limit: '1' });
    expect(pages.map(({ id }) => id)).toEqual([newest?.id, oldest?.id]);
    const params = { license_key_id: bought.keyId };
    const rotated = await world.call(byOperation('rotate_license_key'), {
      apiKey: world.shop.apiKey,
      params,
      body: {},
    });
    expect(rotated.status).toBe(200);
    for (const license_key of [bought.key, String(rotated.body['key'])])
      expect(idsOf(await find({ license_key }))).toEqual([newest?.id, oldest?.id]);
    for (const license_key of [newLicenseKey(world.shop.key_prefix), 'no key', other.licenseKey])
      expect((await find({ license_key })).body).toEqual({ licenses: [], next_cursor: null });
  });

  test('by an order number finds its licenses of this brand only', async () => {
    const mine = await buy({ products: ['wp-rocket', 'imagify'], external_id: 'order-7' });
    const theirs = await buy({ external_id: 'order-7' }, other);
    expect(idsOf(await find({ external_id: 'order-7' }))).toContain(mine.id);
    expect(entriesOf(await find({ external_id: 'order-7' }))).toHaveLength(2);
    expect(await all((query) => find(query), { external_id: 'order-7', limit: '1' })).toHaveLength(2);
    expect(idsOf(await find({ external_id: 'order-7' }, other.shop.apiKey))).toEqual([theirs.id]);
    expect((await find({ external_id: 'order-8' })).body).toEqual({ licenses: [], next_cursor: null });
  });

  test('by a site finds every license ever active on it, newest first, and no other brand’s', async () => {
    const bought = [await buy(), await buy(), await buy()];
    for (const { key } of bought) expect(await seat('activate_license', key, SHARED)).toBe(201);
    const theirs = await buy({}, other);
    expect(await seat('activate_license', theirs.key, SHARED)).toBe(201);
    expect(await seat('deactivate_license', bought[1]?.key ?? '', SHARED)).toBe(200);
    const expected = bought.map(({ id }) => id).toReversed();
    expect(idsOf(await find({ instance: 'http://www.shared.example.com/?x=1' }))).toEqual(expected);
    expect((await all((query) => find(query), { instance: SHARED, limit: '1' })).map(({ id }) => id)).toEqual(expected);
    expect(idsOf(await find({ instance: SHARED }, other.shop.apiKey))).toEqual([theirs.id]);
    expect(idsOf(await find({ instance: 'shared.example.com', instance_type: 'hostname' }))).toEqual([]);
  });

  test('by a site does not find a license that was transferred without its seats', async () => {
    const bought = await buy();
    const site = 'https://moved.example.com';
    expect(await seat('activate_license', bought.key, site)).toBe(201);
    expect(idsOf(await find({ instance: site }))).toEqual([bought.id]);
    const params = { license_id: bought.id };
    const body = { customer_email: 'buyer@example.com', keep_activations: false };
    const moved = await world.call(byOperation('transfer_license'), { apiKey: world.shop.apiKey, params, body });
    expect({ status: moved.status, text: moved.status === 200 ? '' : moved.text }).toEqual({ status: 200, text: '' });
    expect(idsOf(await find({ instance: site }))).toEqual([]);
  });

  test('by a product lists its licenses by expiry, lifetime licenses last', async () => {
    const shop = await world.brand({ products: { solo: {}, duo: {} } });
    const dates = ['2090-05-01', null, '2031-01-01', '2060-01-01', null, '2030-06-30'];
    for (const expiration_date of dates) await buy({ products: ['solo'], expiration_date }, { ...world, shop });
    await buy({ products: ['duo'] }, { ...world, shop });
    const ask = (query: Record<string, string>): Promise<Reply> => find(query, shop.apiKey);
    const found = await all(ask, { product: 'solo', limit: '2' });
    expect(found.map(({ expires_at }) => expires_at?.slice(0, 10) ?? null)).toEqual([
      '2030-06-30',
      '2031-01-01',
      '2060-01-01',
      '2090-05-01',
      null,
      null,
    ]);
    const early = await all(ask, { product: 'solo', expires_before: '2060-01-01T23:59:59Z' });
    expect(early.map(({ expires_at }) => expires_at?.slice(0, 4))).toEqual(['2030', '2031']);
    expect(await all(ask, { product: 'solo', status: 'suspended' })).toEqual([]);
    expect(pointersOf(await find({ product: 'none' }))).toEqual(['?product']);
  });

  test('by a product lists each license once, for any page size and with equal expiry dates', async () => {
    const shop = await world.brand({ products: { solo: {} } });
    const dates = ['2031-01-01', null, '2030-06-30', '2031-01-01', '2031-01-01'];
    const bought: string[] = [];
    for (let i = 0; i < 40; i += 1) {
      const expiration_date = dates[i % dates.length];
      const metadata = { colour: i % 3 === 0 ? 'red' : 'blue' };
      bought.push((await buy({ products: ['solo'], expiration_date, metadata }, { ...world, shop })).id);
    }
    const ask = (query: Record<string, string>): Promise<Reply> => find(query, shop.apiKey);
    for (const limit of ['3', '9', '100']) {
      const found = await all(ask, { product: 'solo', limit });
      expect(found.map(({ id }) => id).sort()).toEqual([...bought].sort());
      const places = found.map(({ id, expires_at }) => `${expires_at ?? '9999'} ${id}`);
      expect(places).toEqual([...places].sort());
    }
    const red = await all(ask, { product: 'solo', 'metadata.colour': 'red', limit: '4' });
    expect(red.map(({ id }) => id).sort()).toEqual(bought.filter((_, i) => i % 3 === 0).sort());
  });
});

describe('a search across brands', () => {
  test('requires a scope, which the refusal names', async () => {
    expect(await find({ email, brands: 'all' })).toMatchObject({
      status: 403,
      body: { code: 'scope_missing', required_scope: 'licenses:read:all_brands' },
    });
    expect((await find({ email, brands: 'all' }, wide)).status).toBe(200);
  });

  test('finds by e-mail, key, order and site each license once, and masks other brands’ keys', async () => {
    const person = 'everywhere@example.com';
    const site = 'https://everywhere.example.com';
    const shops = [
      world,
      other,
      ...(await Promise.all([1, 2, 3].map(async () => ({ ...world, shop: await world.brand() })))),
    ];
    const bought: (Bought & { slug: string })[] = [];
    for (const of of shops)
      for (let i = 0; i < 3; i += 1) {
        const one = await buy({ customer_email: person, ...(i === 0 ? { external_id: 'everywhere-1' } : {}) }, of);
        expect(await seat('activate_license', one.key, site)).toBe(201);
        bought.push({ ...one, slug: of.shop.slug });
      }
    const bySlug = bought
      .toSorted((a, b) => (a.slug === b.slug ? (a.id < b.id ? 1 : -1) : a.slug < b.slug ? -1 : 1))
      .map(({ id }) => id);
    const across = (query: Record<string, string>): Promise<Reply> => find({ ...query, brands: 'all' }, wide);
    for (const ask of [across, seek]) {
      for (const limit of ['1', '2', '4', '100']) {
        expect((await all(ask, { email: person, limit })).map(({ id }) => id)).toEqual(bySlug);
        expect((await all(ask, { instance: site, limit })).map(({ id }) => id)).toEqual(bySlug);
        expect(await all(ask, { external_id: 'everywhere-1', limit })).toHaveLength(shops.length);
      }
      for (const { id, key, slug } of bought) {
        const [entry, ...rest] = entriesOf(await ask({ license_key: key }));
        expect(rest).toEqual([]);
        const shown =
          ask === across && slug === world.shop.slug ? key : key.replace(/-.{4}-.{4}-.{4}-/, '-****-****-****-');
        expect(entry).toMatchObject({ id, brand: { slug }, license_key: { key: shown } });
      }
      expect(idsOf(await ask({ license_key: newLicenseKey('NOBODY') }))).toEqual([]);
    }
    for (const { id } of bought) expect(idsOf(await seek({ license_id: id }))).toEqual([id]);
    expect(idsOf(await seek({ license_id: bought[0]?.keyId ?? '' }))).toEqual([]);
  }, 90_000);

  test('keeps its position during purchases: earlier licenses in order, new ones at most once', async () => {
    const person = 'crowd@example.com';
    const site = 'https://crowd.example.com';
    const third = { ...world, shop: await world.brand() };
    const inAll = async (): Promise<void> => {
      for (const shop of [world, other, third])
        expect(await seat('activate_license', (await buy({ customer_email: person }, shop)).key, site)).toBe(201);
    };
    await inAll();
    await inAll();
    for (const query of [{ email: person }, { instance: site }] as Record<string, string>[]) {
      const before = (await all(seek, query)).map(({ id }) => id);
      let bought = 0;
      const meanwhile = async (page: Record<string, string>): Promise<Reply> => {
        bought += 1;
        if (bought <= 3) await inAll();
        return seek(page);
      };
      const found = (await all(meanwhile, { ...query, limit: '2' })).map(({ id }) => id);
      expect(new Set(found).size).toBe(found.length);
      expect(found.filter((id) => before.includes(id))).toEqual(before);
    }
  });

  test('has its own cursors, which other searches refuse', async () => {
    const person = 'everywhere@example.com';
    const first = await find({ email: person, brands: 'all', limit: '1' }, wide);
    const cursor = String(first.body['next_cursor']);
    const INVALID = { status: 400, body: { code: 'cursor_invalid' } };
    expect(await find({ email: person, cursor })).toMatchObject(INVALID);
    expect(await seek({ email: person, cursor })).toMatchObject(INVALID);
    expect(await find({ email, brands: 'all', cursor }, wide)).toMatchObject(INVALID);
    expect(await find({ email: person, brands: 'all', cursor, limit: '2' }, wide)).toMatchObject({ status: 200 });
  });
});
