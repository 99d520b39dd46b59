import { beforeAll, describe, expect, test } from '@jest/globals';
import { listEvents } from '../../lib/api/events.ts';
import type { Reply } from '../support/service/service.ts';
import { byOperation } from '../support/service/service.ts';
import { furnish, pointersOf, type World } from '../support/service/world.ts';
import { journalIn, overwrite, wholeTable } from '../support/table/whole-table.ts';
import { useWorld } from '../support/service/started-service.ts';

type Entry = { id: string; type: string; occurred_at: string; entity: { type: string; id: string } };
let other: World;
const LONG_AGO = '2026-01-15';
const world = useWorld();
beforeAll(async () => {
  other = { ...world, ...(await furnish(world, await world.brand())) };
  for (let i = 0; i < 12; i += 1) {
    const body = { customer_email: `person-${String(i % 3)}@example.com`, products: ['wp-rocket'], license_key: 'new' };
    await world.call(byOperation('provision_licenses'), { apiKey: world.shop.apiKey, body });
  }
});

const ask = (query: Record<string, string> = {}, apiKey = world.shop.apiKey): Promise<Reply> =>
  world.call(listEvents, { apiKey, query });
const eventsOf = ({ body }: Reply): Entry[] => body['events'] as Entry[];

async function all(query: Record<string, string>): Promise<Entry[]> {
  const found: Entry[] = [];
  let cursor: string | null = '';
  for (let pages = 0; cursor !== null && pages < 200; pages += 1) {
    const reply = await ask(cursor === '' ? query : { ...query, cursor });
    expect({ status: reply.status, text: reply.status === 200 ? '' : reply.text }).toEqual({ status: 200, text: '' });
    expect(eventsOf(reply).length).toBeLessThanOrEqual(Number(query['limit'] ?? 50));
    found.push(...eventsOf(reply));
    cursor = reply.body['next_cursor'] as string | null;
  }
  return found;
}

/** The ids of a brand's journal entries as the table holds them, newest first. */
async function journalled(of: World, fits: (entry: Entry) => boolean = () => true): Promise<string[]> {
  const entries = journalIn(await wholeTable(world)).filter(({ brand }) => brand === of.shop.key_prefix);
  return entries
    .filter(fits)
    .map(({ id }) => id)
    .sort()
    .reverse();
}

describe('the events of a brand', () => {
  test.each(['1', '7', '100'])('are listed once each, newest first, in pages of %s', async (limit) => {
    const expected = await journalled(world);
    expect(expected.length).toBeGreaterThan(30);
    expect((await all({ limit })).map(({ id }) => id)).toEqual(expected);
  });

  test('can be filtered by type or by all types of a noun', async () => {
    const licenses = await journalled(world, ({ type }) => type.startsWith('license.'));
    const keys = await journalled(world, ({ type }) => type === 'license_key.created');
    expect(keys.length).toBeGreaterThan(10);
    expect((await all({ type: 'license.*', limit: '5' })).map(({ id }) => id)).toEqual(licenses);
    expect((await all({ type: 'license_key.created', limit: '5' })).map(({ id }) => id)).toEqual(keys);
    expect(await all({ type: 'webhook_endpoint.disabled' })).toEqual([]);
    for (const type of ['*', 'webhook.*', 'license', 'license.', '*.created', 'license.re*', 'License.*'])
      expect(pointersOf(await ask({ type }))).toEqual(['?type']);
  });

  test('reach back to the creation of the brand over empty days, and include both ends of a time span', async () => {
    const items = await wholeTable(world);
    const brand = items.find(({ sk, slug }) => sk === 'brand' && slug === world.shop.slug);
    const [old] = journalIn(items).filter(
      ({ brand: prefix, type }) => prefix === world.shop.key_prefix && type === 'license.provisioned',
    );
    const item = items.find(({ sk, id }) => sk.startsWith('journal#') && id === old?.id);
    if (!brand || !item || !old) throw new Error('nothing to put back in time');
    const id = '019bc000-0000-7000-8000-000000000001';
    const occurred_at = `${LONG_AGO}T08:00:00Z`;
    const idThen = Date.parse(occurred_at).toString(16).padStart(12, '0');
    const then = `${idThen.slice(0, 8)}-${idThen.slice(8)}${id.slice(13)}`;
    const shard = String(item['group_pk']).slice(-1);
    await overwrite(world, brand, { created_at: '2026-01-01T00:00:00Z' });
    await overwrite(world, item, {
      id: then,
      occurred_at,
      group_pk: `${world.shop.key_prefix}#day#${LONG_AGO}#${shard}`,
      group_sk: then,
    });
    const everything = await all({});
    expect(everything.at(-1)).toMatchObject({
      id: then,
      type: 'license.provisioned',
      entity: { type: 'license', id: old.entity.id },
    });
    expect(everything.map((entry) => entry.id)).toEqual(await journalled(world));
    const within = (from: string, to: string): Promise<string[]> =>
      all({ from, to }).then((found) => found.map((entry) => entry.id));
    expect(await within(occurred_at, occurred_at)).toEqual([then]);
    expect(await within('2026-01-02', LONG_AGO)).toEqual([then]);
    expect(await within(`${LONG_AGO}T08:00:01Z`, '2026-03-01')).toEqual([]);
    expect(await within('2026-01-02', `${LONG_AGO}T07:59:59Z`)).toEqual([]);
    expect(await within('2026-02-01', '2026-01-01')).toEqual([]);
    expect(pointersOf(await ask({ from: 'yesterday' }))).toEqual(['?from']);
  });

  test('keep their positions while new events arrive', async () => {
    const first = await ask({ limit: '5' });
    const rest = (await journalled(world)).slice(5, 10);
    await world.call(byOperation('suspend_license'), { apiKey: world.shop.apiKey, params: world.ids, body: {} });
    const next = await ask({ limit: '5', cursor: String(first.body['next_cursor']) });
    expect(eventsOf(next).map(({ id }) => id)).toEqual(rest);
    expect(eventsOf(await ask({ limit: '1' }))).toMatchObject([
      { type: 'license.suspended', entity: { id: world.ids['license_id'] } },
    ]);
  });

  test('include no other brand’s events, and refuse a cursor of another brand or filter', async () => {
    const mine = await journalled(other);
    const shown = await ask({ limit: '100' }, other.shop.apiKey);
    expect(eventsOf(shown).map(({ id }) => id)).toEqual(mine);
    const cursor = String((await ask({ limit: '1' })).body['next_cursor']);
    expect(await ask({ limit: '1', cursor }, other.shop.apiKey)).toMatchObject({
      status: 400,
      body: { code: 'cursor_invalid' },
    });
    expect(await ask({ limit: '1', cursor, type: 'license.*' })).toMatchObject({
      status: 400,
      body: { code: 'cursor_invalid' },
    });
  });
});
