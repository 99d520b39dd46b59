import type { Table } from '../../../lib/dynamo/table.ts';
import type { Wire } from '../../../lib/dynamo/wire.ts';
import type { Store } from '../engine/store.ts';
import type { Evaluate } from './bundle.ts';
import { callUntilAnswered, runIn, type Call, type ClientReply } from './calls.ts';
import { buildSeams } from './container.ts';
import type { SimulatedWorld } from './parts.ts';
import { newContainer, openHost, openWorld, TABLE, type WorldOptions } from './world.ts';

/** The things that clients meet on, by the names that calls are made with. */
export type Things = {
  platformKey: string;
  brandId: string;
  apiKey: string;
  apiKeyId: string;
  spareKey: string;
  spareKeyId: string;
  licenses: { id: string; keyId: string; key: string; product: string; email: string; customerId: string }[];
  activationId: string;
  endpointId: string;
};

export type Furnished = { items: ReturnType<Store['copy']>; things: Things; endMs: number };

export const SITE_A = 'https://a.example.com';
export const SITE_C = 'https://c.example.com';

/** A brand with two products, two customers with a license each, two API keys and a webhook endpoint. */
export async function furnishBrand(evaluate: Evaluate): Promise<Furnished> {
  const options: WorldOptions = { evaluate, seed: 1, faults: [] };
  const world = openWorld(options);
  const things = await runIn(world, furnishWorld(world, options));
  await world.scheduler.run();
  return { items: world.engine.store.copy(), things, endMs: world.scheduler.nowMs() };
}

async function furnishWorld(world: SimulatedWorld, options: WorldOptions): Promise<Things> {
  const make = async (operation: string, call: Call): Promise<ClientReply['body']> => {
    const { status, body, text } = await callUntilAnswered(world, 'set-up', operation, call);
    if (status >= 300) throw new Error(`${operation}: ${text}`);
    return body;
  };
  const platformKey = await makePlatformKey(world, options);
  const settings = { rate_limit_per_minute: 30_000 };
  const brand = { name: 'Rocket', slug: 'rocket', key_prefix: 'WPR', settings };
  const brandId = String((await make('create_brand', { apiKey: platformKey, body: brand }))['id']);
  const params = { brand_id: brandId };
  for (const slug of ['basic', 'pro'])
    await make('admin_create_product', { apiKey: platformKey, params, body: { name: slug, slug } });
  const shop = await make('admin_create_api_key', { apiKey: platformKey, params, body: { name: 'shop' } });
  const spare = await make('admin_create_api_key', { apiKey: platformKey, params, body: { name: 'spare' } });
  const apiKey = String(shop['api_key']);
  const licenses: Things['licenses'] = [];
  for (const email of ['ann@example.com', 'bob@example.com']) {
    const order = { customer_email: email, products: ['basic'], max_seats: 2, external_id: `order-${email}` };
    const sold = (await make('provision_licenses', { apiKey, body: order })) as {
      license_key: { id: string; key: string };
      licenses: [{ id: string }];
    };
    const { id } = sold.licenses[0];
    const shown = await make('get_license', { apiKey, params: { license_id: id } });
    const { key, id: keyId } = sold.license_key;
    licenses.push({ id, keyId, key, product: 'basic', email, customerId: String(shown['customer_id']) });
  }
  const [first] = licenses;
  const site = { license_key: first?.key, product: 'basic', instance_identifier: SITE_A };
  const activationId = String((await make('activate_license', { body: site }))['activation_id']);
  const endpoint = { url: 'http://127.0.0.1:9/webhooks' };
  const endpointId = String((await make('create_webhook_endpoint', { apiKey, body: endpoint }))['id']);
  const ids = { brandId, apiKey, apiKeyId: String(shop['id']), licenses, activationId, endpointId };
  return { platformKey, ...ids, spareKey: String(spare['api_key']), spareKeyId: String(spare['id']) };
}

/** The first key of the platform team is made by an operator. */
async function makePlatformKey(world: SimulatedWorld, options: WorldOptions): Promise<string> {
  const { createPlatformKey } = options.evaluate(buildSeams(openHost(world, options, newContainer('an operator'))));
  const wire: Wire = (operation, input) => Promise.resolve(world.engine.execute(operation, input));
  const table = (...owners: string[]): Table => ({ wire, name: TABLE, owners, signal: new AbortController().signal });
  const call = { requestId: 'set-up', nowMs: world.scheduler.nowMs(), table };
  return (await createPlatformKey(call, { name: 'platform', rate_limit_per_minute: 30_000 })).api_key;
}
