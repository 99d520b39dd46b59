import { randomUuid } from '../lib/process/random.ts';
import { deadline } from '../lib/process/timers.ts';
import { createPlatformKey } from '../lib/commands/create-platform-key.ts';
import { routeKey, type Route } from '../lib/api/route.ts';
import { adminCreateApiKey } from '../lib/api/api-keys.ts';
import { createBrand, listBrands } from '../lib/api/brands.ts';
import { listLicenses } from '../lib/api/licenses.ts';
import { adminCreateProduct, adminListProducts } from '../lib/api/products.ts';
import { now } from '../lib/process/clock.ts';
import { sdkWire } from '../lib/dynamo/sdk-wire.ts';
import type { Credentials } from './credentials.ts';
import type { Gateway, GatewayResponse } from './gateway.ts';

type Product = { name: string; slug: string; policy: Record<string, unknown> };
type DemoBrand = { name: string; slug: string; key_prefix: string; products: readonly Product[] };

const yearly = { seat_limit: 3, duration: 'P1Y', development_sites_free: true };
const DEMO_BRANDS: readonly DemoBrand[] = [
  {
    name: 'WP Rocket',
    slug: 'wp-rocket',
    key_prefix: 'WPR',
    products: [
      { name: 'WP Rocket', slug: 'wp-rocket', policy: { ...yearly, grace_days: 14 } },
      { name: 'RocketCDN', slug: 'rocketcdn', policy: { seat_limit: 1, duration: 'P1M' } },
    ],
  },
  {
    name: 'Rank Math',
    slug: 'rankmath',
    key_prefix: 'RMH',
    products: [
      { name: 'Rank Math Pro', slug: 'rankmath-pro', policy: { ...yearly, expiration_strategy: 'maintain' } },
      { name: 'Content AI', slug: 'content-ai', policy: { seat_limit: null, duration: 'P1Y' } },
    ],
  },
];

export type Store = { endpoint: string; tableName: string; region: string };

/**
 * Makes what is missing of the demo brands and their products, as an earlier start may have been cut short, and a new
 * API key for each.
 */
export async function seed(
  gateway: Gateway,
  store: Store,
  { baseUrl, rootKeys }: { baseUrl: string; rootKeys: string[] },
): Promise<Omit<Credentials, 'people'>> {
  const adminApiKey = await newPlatformKey(store);
  const brands: Credentials['brands'] = [];
  for (const demo of DEMO_BRANDS) brands.push(await seedBrand(caller(gateway, adminApiKey), demo));
  return { base_url: baseUrl, admin_api_key: adminApiKey, root_keys: rootKeys, brands };
}

/** True if the keys of an earlier start still open this table. */
export async function stillWork(gateway: Gateway, { admin_api_key, brands }: Credentials): Promise<boolean> {
  const asked = await Promise.all([
    statusOf(gateway, admin_api_key, listBrands.path),
    ...brands.map(({ api_key }) => statusOf(gateway, api_key, `${listLicenses.path}?email=nobody@example.com`)),
  ]);
  return brands.length === DEMO_BRANDS.length && asked.every((status) => status === 200);
}

/** The first key of the platform team: no route gives it, as every route that makes keys wants one. */
async function newPlatformKey({ endpoint, tableName, region }: Store): Promise<string> {
  const wire = sdkWire({ endpoint, region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
  const table = (...owners: string[]) => ({ wire, name: tableName, owners, signal: deadline(30_000) });
  const { api_key } = await createPlatformKey(
    { requestId: randomUuid(), nowMs: now(), table },
    { name: 'Local start' },
  );
  wire.client.destroy();
  return api_key;
}

type Body = Record<string, unknown>;
type Call = (route: Route, params: Record<string, string>, body?: Body) => Promise<Body>;

async function seedBrand(call: Call, { products, ...brand }: DemoBrand): Promise<Credentials['brands'][number]> {
  const present = await everyEntry(call, listBrands, 'brands', {});
  const brand_id = idOf(present.find(({ slug }) => slug === brand.slug) ?? (await call(createBrand, {}, brand)));
  const have = await everyEntry(call, adminListProducts, 'products', { brand_id });
  const seeded: { id: string; slug: string }[] = [];
  for (const product of products) {
    const found =
      have.find(({ slug }) => slug === product.slug) ?? (await call(adminCreateProduct, { brand_id }, product));
    seeded.push({ id: idOf(found), slug: product.slug });
  }
  const { api_key } = await call(adminCreateApiKey, { brand_id }, { name: 'Local start' });
  return { slug: brand.slug, api_key: String(api_key), products: seeded };
}

async function everyEntry(call: Call, route: Route, name: string, params: Record<string, string>): Promise<Body[]> {
  const entries: Body[] = [];
  let cursor: unknown = null;
  do {
    const page = await call(route, { ...params, limit: '100', ...(typeof cursor === 'string' ? { cursor } : {}) });
    if (Array.isArray(page[name])) entries.push(...(page[name] as Body[]));
    cursor = page['next_cursor'];
  } while (typeof cursor === 'string');
  return entries;
}

const idOf = (entry: Body): string => String(entry['id']);

/** Calls a route as its users do. Parameters that are not in the path go into the query. */
export function caller(gateway: Gateway, apiKey: string): Call {
  return async (route, params, body) => {
    const query = new URLSearchParams(Object.entries(params).filter(([name]) => !route.path.includes(`{${name}}`)));
    const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
    const target = query.size > 0 ? `${path}?${query.toString()}` : path;
    const request = { method: route.method, target, apiKey, body, idempotencyKey: randomUuid() };
    let response = await send(gateway, request);
    // An engine that has just started may be slow on a busy machine.
    for (let retries = 3; response.statusCode === 503 && retries > 0; retries -= 1)
      response = await send(gateway, request);
    if (response.statusCode >= 300)
      throw new Error(`The demo data cannot be made: ${routeKey(route)} answered ${response.body.toString()}`);
    return JSON.parse(response.body.toString()) as Body;
  };
}

async function statusOf(gateway: Gateway, apiKey: string, target: string): Promise<number> {
  return (await send(gateway, { method: 'GET', target, apiKey })).statusCode;
}

type Request = { method: string; target: string; apiKey: string; body?: Body | undefined; idempotencyKey?: string };

function send(gateway: Gateway, { method, target, apiKey, body, idempotencyKey }: Request): Promise<GatewayResponse> {
  const headers: [string, string][] = [
    ['host', 'localhost'],
    ['x-api-key', apiKey],
    ...(body === undefined ? [] : [['content-type', 'application/json'] as [string, string]]),
    ...(body === undefined || idempotencyKey === undefined
      ? []
      : [['idempotency-key', idempotencyKey] as [string, string]]),
  ];
  return gateway({
    method,
    target,
    headers,
    body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
    sourceIp: '127.0.0.1',
  });
}
