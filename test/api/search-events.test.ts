import { beforeAll, describe, expect, test } from '@jest/globals';
import { newLicenseKey } from '../../lib/process/new-credentials.ts';
import { listEvents, searchEvents } from '../../lib/api/events.ts';
import { byOperation, type Reply } from '../support/service/service.ts';
import { furnish, pointersOf, type World } from '../support/service/world.ts';
import { inMs, moveClock } from '../support/run/clock.ts';
import { journalIn, wholeTable } from '../support/table/whole-table.ts';
import { useWorld } from '../support/service/started-service.ts';
import { DAY_MS } from '../../lib/domain/time.ts';

type Entry = {
  id: string;
  type: string;
  occurred_at: string;
  entity: { type: string; id: string };
  brand: { slug: string } | null;
};
type Bought = { id: string; keyId: string; key: string };
let other: World;
const world = useWorld();
beforeAll(async () => {
  other = { ...world, ...(await furnish(world, await world.brand())) };
});

const ask = (query: Record<string, string>): Promise<Reply> =>
  world.call(searchEvents, { apiKey: world.platformKey, query });

/** Every event, page by page. `between` runs after each page. */
async function all(
  query: Record<string, string>,
  between: () => Promise<unknown> = () => Promise.resolve(),
): Promise<Entry[]> {
  const found: Entry[] = [];
  let cursor: string | null = '';
  for (let pages = 0; cursor !== null && pages < 400; pages += 1) {
    const reply = await ask(cursor === '' ? query : { ...query, cursor });
    expect({ status: reply.status, text: reply.status === 200 ? '' : reply.text }).toEqual({ status: 200, text: '' });
    const events = reply.body['events'] as Entry[];
    expect(events.length).toBeLessThanOrEqual(Number(query['limit'] ?? 50));
    found.push(...events);
    cursor = reply.body['next_cursor'] as string | null;
    await between();
  }
  expect(cursor).toBeNull();
  return found;
}

/** The ids of stored journal entries, newest first. */
async function journalled(
  of: (entry: ReturnType<typeof journalIn>[number]) => boolean = () => true,
): Promise<string[]> {
  return journalIn(await wholeTable(world))
    .filter(of)
    .map(({ id }) => id)
    .sort()
    .reverse();
}
const about = (...ids: string[]): Promise<string[]> => journalled(({ entity }) => ids.includes(entity.id));
const idsOf = (events: readonly Entry[]): string[] => events.map(({ id }) => id);

async function buy(customer_email: string, fields: Record<string, unknown> = {}, of: World = world): Promise<Bought> {
  const body = { customer_email, products: ['wp-rocket'], license_key: 'new', max_seats: 5, ...fields };
  const reply = await world.call(byOperation('provision_licenses'), { apiKey: of.shop.apiKey, body });
  const { license_key, licenses } = reply.body as {
    license_key: { id: string; key: string };
    licenses: { id: string }[];
  };
  return { id: licenses[0]?.id ?? reply.text, keyId: license_key.id, key: license_key.key };
}

/** Makes a history of several changes. */
async function live({ id, key }: Bought, of: World, site = 'https://lived.example.com'): Promise<void> {
  const call = { apiKey: of.shop.apiKey, params: { license_id: id }, body: {} };
  await world.call(byOperation('activate_license'), {
    body: { license_key: key, product: 'wp-rocket', instance_identifier: site },
  });
  for (const operation of ['suspend_license', 'resume_license'])
    expect((await world.call(byOperation(operation), call)).status).toBe(200);
}
const rotate = (license_key_id: string, of: World): Promise<Reply> =>
  world.call(byOperation('rotate_license_key'), { apiKey: of.shop.apiKey, params: { license_key_id }, body: {} });

describe('a search for events', () => {
  test('finds by id, key, order and site each event once, newest first, in pages', async () => {
    for (const owner of [world, other]) {
      const n = owner === world ? '1' : '2';
      const bought = await buy(`found-${n}@example.com`, { external_id: `found-${n}` }, owner);
      await live(bought, owner, `https://found-${n}.example.com`);
      await buy(`found-${n}@example.com`, {}, owner);
      await rotate(bought.keyId, owner);
      const history = await about(bought.id);
      expect(history).toHaveLength(4);
      for (const limit of ['1', '3', '100']) {
        expect(idsOf(await all({ license_id: bought.id, limit }))).toEqual(history);
        expect(idsOf(await all({ external_id: `found-${n}`, limit }))).toEqual(history);
        expect(idsOf(await all({ instance: `http://www.found-${n}.example.com/`, limit }))).toEqual(history);
        expect(idsOf(await all({ license_key: bought.key, limit }))).toEqual(await about(bought.id, bought.keyId));
      }
      for (const { brand } of await all({ license_id: bought.id })) expect(brand).toEqual({ slug: owner.shop.slug });
    }
    for (const query of [
      { license_id: world.shop.id },
      { license_key: newLicenseKey('NOBODY') },
      { license_key: 'none' },
      { external_id: 'none' },
    ])
      expect(await all(query as Record<string, string>)).toEqual([]);
  });

  test('finds by e-mail the events of customers, keys and licenses in all brands, each once', async () => {
    const email = 'collector@example.com';
    const ids: string[] = [];
    for (const owner of [world, other, { ...world, shop: await world.brand() }]) {
      const many = owner === world ? 19 : 1;
      for (let i = 0; i < many; i += 1) {
        const one = await buy(email, i % 3 === 0 ? {} : { products: ['wp-rocket', 'imagify'] }, owner);
        if (i % 5 === 0) await live(one, owner);
        if (i % 7 === 0) await rotate(one.keyId, owner);
      }
      const found = await world.call(byOperation('list_licenses'), {
        apiKey: owner.shop.apiKey,
        query: { email, limit: '100' },
      });
      const licenses = found.body['licenses'] as { id: string; license_key: { id: string }; customer_id: string }[];
      for (const { id, license_key, customer_id } of licenses) ids.push(id, license_key.id, customer_id);
      const customer_id = licenses[0]?.customer_id ?? '';
      const change = { apiKey: owner.shop.apiKey, params: { customer_id }, body: { email: 'Collector@example.com' } };
      expect((await world.call(byOperation('update_customer'), change)).status).toBe(200);
    }
    const expected = await about(...ids);
    for (const limit of ['4', '100']) {
      const found = idsOf(await all({ email, limit }));
      expect(found).toHaveLength(expected.length);
      expect(found.toSorted().toReversed()).toEqual(expected);
    }
    const types = new Set((await all({ email, type: 'customer.*' })).map(({ type }) => type));
    expect(types).toEqual(new Set(['customer.updated']));
  });

  test('finds by key and e-mail the events of a key whose licenses are all cancelled', async () => {
    const email = 'refunded@example.com';
    const products = ['wp-rocket', 'imagify'];
    const { keyId, key } = await buy(email, { products });
    await rotate(keyId, world);
    const found = await world.call(byOperation('list_licenses'), {
      apiKey: world.shop.apiKey,
      query: { license_key: key },
    });
    const licenses = found.body['licenses'] as { id: string; customer_id: string }[];
    const ids = licenses.map(({ id }) => id);
    expect(ids).toHaveLength(2);
    const again = await buy(email, { products: ['wp-rocket'], license_key: 'new' });
    const everything = () => about(...ids, keyId, again.id, again.keyId, licenses[0]?.customer_id ?? '');
    for (const license_id of [...ids, again.id]) {
      const cancel = { apiKey: world.shop.apiKey, params: { license_id }, body: {} };
      expect((await world.call(byOperation('cancel_license'), cancel)).status).toBe(200);
      for (const limit of ['1', '100']) {
        for (const license_key of [key, key.slice(-4)])
          expect(idsOf(await all({ license_key, email, limit }))).toEqual(await about(...ids, keyId));
        expect(idsOf(await all({ email, limit }))).toEqual(await everything());
      }
    }
  });

  test('shows the events of several licenses and brands in one order', async () => {
    const email = 'traveller@example.com';
    const trips = [await buy(email), await buy(email, {}, other), await buy(email)];
    await live(trips[1] as Bought, other);
    await live(trips[0] as Bought, world);
    const found = await all({ email, type: 'license.*', limit: '2' });
    expect(idsOf(found)).toEqual(await about(...trips.map(({ id }) => id)));
    expect(new Set(found.map(({ brand }) => brand?.slug))).toEqual(new Set([world.shop.slug, other.shop.slug]));
  });

  test('filters by type and time in a history that is longer than one read', async () => {
    const bought = await buy('busy@example.com', { max_seats: null });
    for (let i = 0; i < 110; i += 1) {
      const body = {
        license_key: bought.key,
        product: 'wp-rocket',
        instance_identifier: `https://busy-${String(i)}.example.com`,
      };
      expect((await world.call(byOperation('activate_license'), { body })).status).toBe(201);
    }
    const query = { license_id: bought.id };
    expect(await all({ ...query, type: 'license.provisioned', limit: '10' })).toMatchObject([
      { type: 'license.provisioned' },
    ]);
    const history = await all({ ...query, limit: '7' });
    expect(idsOf(history)).toEqual(await about(bought.id));
    const middle = history[50]?.occurred_at ?? '';
    const within = (fits: (time: string) => boolean): string[] =>
      idsOf(history.filter(({ occurred_at }) => fits(occurred_at)));
    expect(idsOf(await all({ ...query, from: middle, limit: '9' }))).toEqual(within((time) => time >= middle));
    expect(idsOf(await all({ ...query, to: middle, limit: '9' }))).toEqual(within((time) => time <= middle));
  });

  test('keeps its position while new events arrive', async () => {
    const bought = await buy('steady@example.com');
    await live(bought, world);
    const before = await about(bought.id);
    const suspend = () =>
      world.call(byOperation('suspend_license'), {
        apiKey: world.shop.apiKey,
        params: { license_id: bought.id },
        body: {},
      });
    const resume = () =>
      world.call(byOperation('resume_license'), {
        apiKey: world.shop.apiKey,
        params: { license_id: bought.id },
        body: {},
      });
    const found = await all({ license_id: bought.id, limit: '1' }, () => suspend().then(resume));
    expect(idsOf(found)).toEqual(before);
  });
});

describe('the events of all brands', () => {
  test.each(['9', '100'])('are listed once each, newest first, with their brand, in pages of %s', async (limit) => {
    const expected = await journalled();
    const found = await all({ limit });
    expect(idsOf(found)).toEqual(expected);
    const owners = new Set(found.map(({ brand }) => brand?.slug ?? null));
    expect(owners.has(null) && owners.has(world.shop.slug) && owners.has(other.shop.slug)).toBe(true);
    for (const { brand, entity, type } of found)
      if (brand === null) expect([entity.type, type]).toEqual(['api_key', expect.stringMatching(/^api_key\./)]);
  });

  test('can be filtered by type and time', async () => {
    const made = await journalled(({ type }) => type === 'brand.created');
    expect(idsOf(await all({ type: 'brand.created', limit: '1' }))).toEqual(made);
    expect(await all({ from: '2026-01-01', to: '2026-01-20' })).toEqual([]);
    expect(await all({ from: '2026-02-01', to: '2026-01-01' })).toEqual([]);
  });

  test('keep their positions while new events arrive', async () => {
    const before = await journalled();
    const found = await all({ limit: '50' }, () => buy('meanwhile@example.com'));
    expect(idsOf(found)).toEqual(before);
  });

  test('cover the last 31 days unless a start is given', async () => {
    const createdDaysAgo = async (days: number): Promise<string> => {
      moveClock(-days * DAY_MS);
      const { id } = await world.brand({ products: {} });
      moveClock(days * DAY_MS);
      return id;
    };
    const [older, newer] = [await createdDaysAgo(32), await createdDaysAgo(30.9)];
    const created = async (query: Record<string, string> = {}): Promise<string[]> =>
      (await all({ type: 'brand.created', limit: '100', ...query })).map(({ entity }) => entity.id);
    expect((await created()).at(-1)).toBe(newer);
    expect(await created({ from: inMs(-33 * DAY_MS), to: inMs(-30 * DAY_MS) })).toEqual([newer, older]);
  });
});

describe('a search for the events of one brand', () => {
  test('shows the brand’s own list with the brand’s name added', async () => {
    const own = await world.call(listEvents, { apiKey: other.shop.apiKey, query: { limit: '100' } });
    const seen = await ask({ brand_id: other.shop.id, limit: '100' });
    const beside = (own.body['events'] as Entry[]).map((event) => ({ ...event, brand: { slug: other.shop.slug } }));
    expect(seen.body['events']).toEqual(beside);
    expect(await ask({ brand_id: world.ids['license_id'] ?? '' })).toMatchObject({
      status: 404,
      body: { code: 'brand_not_found' },
    });
  });

  test('has its own cursor, and so has every other search', async () => {
    const cursorOf = async (query: Record<string, string>): Promise<string> =>
      String((await ask({ ...query, limit: '1' })).body['next_cursor']);
    const ways = [
      {},
      { brand_id: world.shop.id },
      { brand_id: other.shop.id },
      { license_id: world.ids['license_id'] ?? '' },
      { email: world.email },
    ];
    const cursors = await Promise.all(ways.map((way) => cursorOf(way as Record<string, string>)));
    for (const [i, way] of ways.entries())
      for (const [j, cursor] of cursors.entries())
        expect((await ask({ ...(way as Record<string, string>), limit: '1', cursor })).status).toBe(
          i === j ? 200 : 400,
        );
    const brands = await world.call(listEvents, { apiKey: world.shop.apiKey, query: { limit: '1' } });
    expect((await ask({ brand_id: world.shop.id, cursor: String(brands.body['next_cursor']) })).body['code']).toBe(
      'cursor_invalid',
    );
  });

  test('refuses a second search field', async () => {
    const two = await ask({ brand_id: world.shop.id, email: world.email });
    expect(two.status).toBe(400);
    expect(pointersOf(two)).toEqual(['?email']);
    expect(pointersOf(await ask({ instance: 'not a site' }))).toEqual(['?instance']);
    expect(pointersOf(await ask({ instance_type: 'url' }))).toEqual(['?instance_type']);
  });
});
