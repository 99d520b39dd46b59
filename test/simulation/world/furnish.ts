import type { Table } from '../../../lib/dynamo/table.ts';
import type { Wire } from '../../../lib/dynamo/wire.ts';
import { buildZip } from '../../../local/zip.ts';
import type { Store } from '../engine/store.ts';
import type { Evaluate } from './bundle.ts';
import { callUntilAnswered, runIn, type Call, type ClientReply } from './calls.ts';
import { findItems, findSigningKeys } from './inspect.ts';
import { WEBHOOKS_PATH, type Secrets, type SimulatedWorld, type Storage } from './parts.ts';
import { putObject } from './storage.ts';
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
  /** Of the product `PRODUCT`: one that sites are offered, and a draft whose package was accepted. */
  releases: { publishedId: string; draftId: string; object: { key: string; size: number } };
  sparePlatform: { id: string; key: string };
  /** A message that the endpoint took. */
  deliveryId: string;
  /** The id of the key that signs proofs. */
  signingKey: string;
  /** One that was tried dry, and one whose rows were written. */
  imports: { triedId: string; doneId: string };
};

export type Furnished = {
  items: ReturnType<Store['copy']>;
  storage: Storage;
  secrets: Secrets;
  things: Things;
  endMs: number;
};

export const BRAND = 'rocket';
export const PREFIX = 'WPR';
export const PRODUCT = 'basic';
export const SITE_A = 'https://a.example.com';
export const SITE_C = 'https://c.example.com';

const VERSIONS = ['1.0.0', '1.1.0'] as const;

/** The request of an import with a license for each of these customers, one of them a new one. */
export const importOf = (mode: 'run' | 'dry_run', key: string, known = 'ann@example.com'): object => ({
  ...{ name: 'Old shop', format: 'ndjson', mode, emit_events: true },
  file: [known, 'old@example.com'].map((email) => rowOf(`${key}-${email}`, email)).join(''),
});

function rowOf(license_key: string, customer_email: string): string {
  const activations = [{ instance: SITE_A }, { instance: SITE_C }];
  const dates = { expires_at: '2099-12-31T23:59:59Z', created_at: '2019-04-01T09:30:00Z' };
  const terms = { status: 'valid', seat_limit: 2, ...dates };
  const licenses = [{ product: PRODUCT, ...terms, activations }];
  return `${JSON.stringify({ license_key, customer_email, licenses })}\n`;
}

/** The package of a version of the product. */
export const packageOf = (version: string): Buffer =>
  buildZip([
    {
      path: `${PRODUCT}/${PRODUCT}.php`,
      content: `<?php\n/**\n * Plugin Name: ${PRODUCT}\n * Version: ${version}\n */\n`,
    },
  ]);

/** The key of the object that an upload address names. */
export const objectKeyOf = (url: string): string => new URL(url).pathname.slice(1);

/** A brand with all that verbs meet on: products, licenses, API keys, an endpoint, releases and imports. */
export async function furnishBrand(evaluate: Evaluate): Promise<Furnished> {
  const options: WorldOptions = { evaluate, seed: 1, faults: [] };
  const world = openWorld(options);
  const made = await runIn(world, furnishWorld(world, options));
  await world.scheduler.run();
  const [delivery] = findItems(world, 'delivery');
  const things = { ...made, deliveryId: String(delivery?.['id']), signingKey: findSigningKeys(world)[0] ?? '' };
  const { storage, secrets } = world;
  const kept = { storage: new Map(storage), secrets: new Map(secrets) };
  return { items: world.engine.store.copy(), ...kept, things, endMs: world.scheduler.nowMs() };
}

type Make = (operation: string, call: Call) => Promise<ClientReply['body']>;

async function furnishWorld(
  world: SimulatedWorld,
  options: WorldOptions,
): Promise<Omit<Things, 'deliveryId' | 'signingKey'>> {
  const make: Make = async (operation, call) => {
    const { status, body, text } = await callUntilAnswered(world, 'set-up', operation, call);
    if (status >= 300) throw new Error(`${operation}: ${text}`);
    return body;
  };
  const platformKey = await makePlatformKey(world, options);
  const settings = { rate_limit_per_minute: 30_000 };
  const brand = { name: 'Rocket', slug: BRAND, key_prefix: PREFIX, settings };
  const brandId = String((await make('create_brand', { apiKey: platformKey, body: brand }))['id']);
  const spareOne = await make('create_platform_key', { apiKey: platformKey, body: { name: 'spare' } });
  await world.invoke('renew-signing-keys', {});
  const params = { brand_id: brandId };
  for (const slug of ['basic', 'pro'])
    await make('admin_create_product', { apiKey: platformKey, params, body: { name: slug, slug } });
  const both = { name: 'Both', slug: 'both', products: ['basic', 'pro'] };
  await make('admin_create_bundle', { apiKey: platformKey, params, body: both });
  const shop = await make('admin_create_api_key', { apiKey: platformKey, params, body: { name: 'shop' } });
  const spare = await make('admin_create_api_key', { apiKey: platformKey, params, body: { name: 'spare' } });
  const apiKey = String(shop['api_key']);
  const licenses: Things['licenses'] = [];
  for (const email of ['ann@example.com', 'bob@example.com']) {
    const terms = { max_seats: 2, duration: 'P1Y', external_id: `order-${email}` };
    const order = { customer_email: email, products: ['basic'], ...terms };
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
  const endpoint = { url: `http://127.0.0.1:9${WEBHOOKS_PATH}` };
  const endpointId = String((await make('create_webhook_endpoint', { apiKey, body: endpoint }))['id']);
  const ids = { brandId, apiKey, apiKeyId: String(shop['id']), licenses, activationId, endpointId };
  const releases = await makeReleases(world, make, apiKey);
  const imports = await makeImports(make, apiKey);
  return {
    platformKey,
    sparePlatform: { id: String(spareOne['id']), key: String(spareOne['api_key']) },
    ...ids,
    releases,
    imports,
    spareKey: String(spare['api_key']),
    spareKeyId: String(spare['id']),
  };
}

async function makeReleases(world: SimulatedWorld, make: Make, apiKey: string): Promise<Things['releases']> {
  const ids: string[] = [];
  let object = { key: '', size: 0 };
  for (const version of VERSIONS) {
    const draft = await make('create_release', { apiKey, params: { product: PRODUCT }, body: { version } });
    const { upload } = draft as { upload: { url: string } };
    const zip = packageOf(version);
    object = { key: objectKeyOf(upload.url), size: zip.length };
    putObject(world, object.key, zip);
    ids.push(String(draft['id']));
  }
  const [publishedId = '', draftId = ''] = ids;
  await make('publish_release', { apiKey, params: { product: PRODUCT, release_id: publishedId }, body: {} });
  return { publishedId, draftId, object };
}

async function makeImports(make: Make, apiKey: string): Promise<Things['imports']> {
  const tried = await make('create_import', { apiKey, body: importOf('dry_run', 'old-key-000001') });
  const done = await make('create_import', { apiKey, body: importOf('run', 'old-key-000002', 'bob@example.com') });
  return { triedId: String(tried['id']), doneId: String(done['id']) };
}

/** The first key of the platform team is made by an operator. */
async function makePlatformKey(world: SimulatedWorld, options: WorldOptions): Promise<string> {
  const { createPlatformKey, run } = options.evaluate(openHost(world, options, newContainer('an operator')));
  const wire: Wire = (operation, input) => Promise.resolve(world.engine.execute(operation, input));
  const table = (...owners: string[]): Table => ({ wire, name: TABLE, owners, signal: new AbortController().signal });
  const call = { requestId: 'set-up', nowMs: world.scheduler.nowMs(), table };
  const key = { name: 'platform', rate_limit_per_minute: 30_000 };
  return (await run(() => createPlatformKey(call, key))).api_key;
}
