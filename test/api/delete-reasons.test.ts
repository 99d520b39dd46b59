import { expect, test } from '@jest/globals';
import type { Route } from '../../lib/api/route.ts';
import { routes } from '../../lib/api/routes.ts';
import { purchase } from '../support/service/purchases.ts';
import { byOperation, type Call, type Reply } from '../support/service/service.ts';
import { pointersOf } from '../support/service/world.ts';
import { useWorld } from '../support/service/started-service.ts';

const world = useWorld();

const asBrand = (operation: string, call: Call): Promise<Reply> =>
  world.call(byOperation(operation), { apiKey: world.shop.apiKey, ...call });
const idOf = ({ body }: Reply): string => String(body['id']);

/** Creates an entity for a route to delete, by the last parameter of the route's path. */
const make: Record<string, () => Promise<Record<string, string>>> = {
  async bundle() {
    const bundle = `gone-${String(Math.random()).slice(2)}`;
    await asBrand('create_bundle', { body: { name: bundle, slug: bundle, products: ['wp-rocket'] } });
    return { bundle };
  },
  api_key_id: async () => ({ api_key_id: idOf(await asBrand('create_api_key', { body: { name: 'x' } })) }),
  async endpoint_id() {
    const body = { url: 'http://127.0.0.1:9/x' };
    return { endpoint_id: idOf(await asBrand('create_webhook_endpoint', { body })) };
  },
  async activation_id() {
    const { license_key, licenses } = await purchase(world, world.shop, { license_key: 'new' });
    const body = { license_key: license_key.key, instance_identifier: 'https://gone.example.com' };
    const activated = await world.call(byOperation('activate_license'), { body });
    return { license_id: licenses[0]?.id ?? '', activation_id: String(activated.body['activation_id']) };
  },
};

const isPlatformsOwn = ({ auth, path }: Route): boolean => auth === 'platform' && !path.includes('{brand_id}');

async function callOf(route: Route): Promise<Call> {
  if (isPlatformsOwn(route)) {
    const body = { name: 'x' };
    const made = await world.call(byOperation('create_platform_key'), { apiKey: world.platformKey, body });
    return { apiKey: world.platformKey, params: { api_key_id: idOf(made) } };
  }
  const params = (await make[/\{(\w+)\}$/.exec(route.path)?.[1] ?? '']?.()) ?? {};
  return route.auth === 'platform'
    ? { apiKey: world.platformKey, params: { brand_id: world.shop.id, ...params } }
    : { apiKey: world.shop.apiKey, params };
}

async function lastReason(route: Route): Promise<unknown> {
  const query: Record<string, string> = isPlatformsOwn(route) ? {} : { brand_id: world.shop.id };
  const { body } = await world.call(byOperation('search_events'), { apiKey: world.platformKey, query });
  const events = body['events'] as { reason: unknown; type: string }[];
  return events.find(({ type }) => /\.(?:revoked|deleted|deactivated)$/.test(type))?.reason;
}

const deletes = routes.filter(({ method }) => method === 'DELETE').map((route) => [route.operation, route] as const);

test.each(deletes)(
  '%s journals the reason from body or query, and refuses both together and unknown fields',
  async (_, route) => {
    const call = await callOf(route);
    for (const body of [{ nonsense: 1 }, { reason: 1 }, { reason: '' }])
      expect(pointersOf(await world.call(route, { ...call, body }))).toEqual([`/${String(Object.keys(body)[0])}`]);
    const both = await world.call(route, { ...call, body: { reason: 'one' }, query: { reason: 'two' } });
    expect(pointersOf(both)).toEqual(['/reason']);
    expect((await world.call(route, { ...call, body: { reason: 'in the body' } })).status).toBe(200);
    expect(await lastReason(route)).toBe('in the body');
    const next = await callOf(route);
    expect((await world.call(route, { ...next, query: { reason: 'in the query' } })).status).toBe(200);
    expect(await lastReason(route)).toBe('in the query');
  },
);
