import { describe, expect, test } from '@jest/globals';
import type { Route } from '../../lib/api/route.ts';
import { routes } from '../../lib/api/routes.ts';
import { plainSchema } from '../support/inputs/plain-schema.ts';
import { byOperation, type Call, type Reply } from '../support/service/service.ts';
import { freshCall, keyFor, validCall } from '../support/service/world.ts';
import { useWorld } from '../support/service/started-service.ts';

const world = useWorld();

const TIMES = [
  '0000-01-01',
  '0000-01-01T00:00:00Z',
  '0000-01-01T00:00:00+01:00',
  '1969-12-31T23:59:59Z',
  '1970-01-01',
  '2016-12-31T23:59:60Z',
  '2026-02-29',
  '2026-06-15T12:00:00+14:00',
  '2026-06-15T12:00:00-23:59',
  '9999-12-31',
  '9999-12-31T23:59:59Z',
  '9999-12-31T23:59:59-01:00',
];
/** Each product of a purchase may have its own expiry. */
const NESTED = 'products[].expiration_date';

/** Names of a route's fields that are times. */
function timesIn(route: Route): string[] {
  const { properties = {} } = plainSchema(route.input, 'input');
  const isTime = (schema: unknown): boolean => JSON.stringify(schema).includes('"format":"date-time"');
  const names = Object.keys(properties).filter((name) => isTime(properties[name]));
  return names.map((name) => (name === 'products' ? NESTED : name));
}

const asField = (name: string, time: string): Record<string, unknown> =>
  name === NESTED ? { products: [{ product: 'wp-rocket', expiration_date: time }] } : { [name]: time };

/** All pages, at most as many as this table can fill. */
async function pagesOf(route: Route, call: Call, first: Reply, most = 12): Promise<Reply[]> {
  const replies = [first];
  for (
    let cursor = first.body['next_cursor'];
    typeof cursor === 'string';
    cursor = replies.at(-1)?.body['next_cursor']
  ) {
    if (replies.length > most) throw new Error(`${route.operation} ${JSON.stringify(call.query)} has no last page`);
    replies.push(await world.call(route, { ...call, query: { ...call.query, cursor } }));
  }
  return replies;
}

const withTimes = routes.filter((route) => timesIn(route).length > 0);

describe.each(withTimes.map((route) => [route.operation, route] as const))('%s', (_, route) => {
  test.each(timesIn(route))(
    'accepts or refuses each unusual %s without a 500, and its pages end',
    async (name) => {
      for (const time of TIMES) {
        const base = await freshCall(route, world);
        const change = asField(name, time);
        const call =
          route.method === 'GET'
            ? { ...base, query: { ...base.query, ...texts(change) } }
            : { ...base, body: { ...base.body, ...change } };
        const reply = await world.call(route, call);
        for (const { status, text } of await pagesOf(route, call, reply))
          expect({ time, status, text: status < 500 ? '' : text }).toEqual({ time, status, text: '' });
      }
    },
    120_000,
  );
});

const texts = (fields: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));

test('every route with a time parameter is tested above', () => {
  expect(withTimes.map(({ operation }) => operation).sort()).toEqual([
    'admin_create_api_key',
    'create_api_key',
    'create_export',
    'create_platform_key',
    'get_analytics',
    'get_license',
    'list_events',
    'list_licenses',
    'provision_licenses',
    'renew_license',
    'replay_events',
    'search_events',
    'update_license',
  ]);
});

describe('a list of events', () => {
  const asks = [
    ['list_events', {}],
    ['search_events', {}],
    ['search_events', { brand_id: true }],
    ['search_events', { license_id: true }],
  ] as const;
  const ask = async (operation: string, of: object, query: Record<string, string>): Promise<Reply[]> => {
    const route = byOperation(operation);
    const ids = Object.fromEntries(Object.keys(of).map((name) => [name, world.ids[name] ?? '']));
    const call = { apiKey: keyFor(route, world), query: { ...ids, ...query } };
    return pagesOf(route, call, await world.call(route, call));
  };
  const eventsIn = (pages: readonly Reply[]): unknown[] => pages.flatMap(({ body }) => body['events'] as unknown[]);

  test.each(asks)('of %s %j up to the far future is the whole list', async (operation, of) => {
    const [whole] = await ask(operation, of, { limit: '100' });
    const [first] = await ask(operation, of, { limit: '100', to: '9999-12-31' });
    expect(first?.body['events']).not.toEqual([]);
    expect(first?.body['events']).toEqual(whole?.body['events']);
  });

  test.each(asks)('of %s %j with an empty or impossible time span is one empty page', async (operation, of) => {
    for (const query of [
      { from: '2026-06-02', to: '2026-06-01' },
      { from: '9999-01-01', to: '9999-12-31' },
      { to: '0000-01-01' },
      { from: '0000-01-01', to: '0001-01-01' },
    ]) {
      const pages = await ask(operation, of, query);
      expect({ query, found: eventsIn(pages), pages: pages.length }).toEqual({ query, found: [], pages: 1 });
    }
  });

  test.each(asks)('of %s %j from the year 0 on ends and is complete', async (operation, of) => {
    const whole = eventsIn(await ask(operation, of, { limit: '100' }));
    const all = eventsIn(await ask(operation, of, { from: '0000-01-01', limit: '100' }));
    expect(all).toEqual(whole);
  });
});

test('a list of licenses of a product answers any expires_before without a 500', async () => {
  const route = byOperation('list_licenses');
  const { apiKey } = validCall(route, world);
  for (const expires_before of TIMES) {
    const call = { apiKey, query: { product: 'wp-rocket', expires_before } };
    const [first] = await pagesOf(route, call, await world.call(route, call));
    expect({ expires_before, isFault: (first?.status ?? 500) >= 500 }).toEqual({ expires_before, isFault: false });
  }
});
