import { withoutFreshness } from './freshness.ts';
import type { Context as LambdaContext } from 'aws-lambda';
import { HOUR_MS, isoSeconds } from '../../../lib/domain/time.ts';
import { pathParameters, type Route } from '../../../lib/api/route.ts';
import { routes } from '../../../lib/api/routes.ts';
import { openAssets } from '../../../lib/http/api-page/assets.ts';
import { makeOnce } from '../../../lib/process/make-once.ts';
import { unknownRoute } from '../../../lib/http/unknown-route.ts';
import { handler as notFound } from '../../../functions/not-found.ts';
import { putSampleDelivery } from '../webhooks/sample-delivery.ts';
import { startTestFiles } from './import-files.ts';
import { startQueueSink } from '../webhooks/queue-sink.ts';
import { renewKeys } from './signing.ts';
import { findToken, furnishReleases, newEndpoint, newExport, newImport } from './furnishings.ts';
import { SITE, TARGET_MAKERS, unique, type FurnishedShop } from './fresh-targets.ts';
import { byOperation, eventFor, startService, type Call, type Reply, type Service, type TestBrand } from './service.ts';

/** A brand with a license in use, and the values that the examples of the route table need to work on it. */
export type World = FurnishedShop & { webhookSecret: string; email: string };

/** Reading the files takes longer than most calls. */
const assetName = makeOnce(() => openAssets()['api-page.css'].path.split('/').at(-1));

export async function startWorld(): Promise<World> {
  const service = await startService();
  await startQueueSink();
  await startTestFiles();
  return { ...service, ...(await furnish(service, await service.brand())) };
}

/**
 * The things that the examples of the route table name: a bundle, one license of unlimited seats, active on one site,
 * and a spare API key.
 */
export async function furnish(
  service: Service,
  shop: TestBrand,
): Promise<Pick<World, 'shop' | 'licenseKey' | 'webhookSecret' | 'ids' | 'email'>> {
  await renewKeys(service);
  const email = 'customer@example.com';
  const body = { customer_email: email, products: ['wp-rocket'], max_seats: null };
  const provisioned = await service.call(byOperation('provision_licenses'), { apiKey: shop.apiKey, body });
  if (provisioned.status !== 201) throw new Error(provisioned.text);
  const { license_key, licenses } = provisioned.body as {
    license_key: { id: string; key: string };
    licenses: { id: string }[];
  };
  const site = { license_key: license_key.key, product: 'wp-rocket', instance_identifier: SITE };
  const activated = await service.call(byOperation('activate_license'), { body: site });
  await service.call(byOperation('admin_create_bundle'), {
    apiKey: service.platformKey,
    params: { brand_id: shop.id },
    body: { name: 'Everything', slug: 'everything', products: ['wp-rocket'] },
  });
  const spare = await service.call(byOperation('admin_create_api_key'), {
    apiKey: service.platformKey,
    params: { brand_id: shop.id },
    body: { name: 'spare' },
  });
  const platformKey = await service.call(byOperation('create_platform_key'), {
    apiKey: service.platformKey,
    body: { name: 'spare' },
  });
  const bundle = await newBundle(service, shop);
  const { endpoint_id, webhookSecret } = await newEndpoint(service, shop);
  const delivery_id = await putSampleDelivery(service, shop, endpoint_id);
  const { releaseOf } = await furnishReleases(service, shop);
  const release_id = await releaseOf('published');
  await releaseOf('draft');
  const token = (await findToken(service, shop, license_key.key)) ?? '';
  const license_id = licenses[0]?.id ?? '';
  const license = await service.call(byOperation('get_license'), { apiKey: shop.apiKey, params: { license_id } });
  const customer_id = String(license.body['customer_id']);
  const ids = {
    brand_id: shop.id,
    license_id,
    license_key_id: license_key.id,
    activation_id: String(activated.body['activation_id']),
    customer_id,
    api_key_id: String(spare.body['id']),
    platform_key_id: String(platformKey.body['id']),
    bundle,
    endpoint_id,
    delivery_id,
    event_id: delivery_id,
    ...(await newImport({ ...service, shop })),
    release_id,
    ...(await newExport({ ...service, shop })),
    token,
  };
  return { shop, licenseKey: license_key.key, webhookSecret, ids, email };
}

async function newBundle({ call, platformKey }: Service, shop: TestBrand): Promise<string> {
  const slug = `bundle-${unique()}`;
  await call(byOperation('admin_create_bundle'), {
    apiKey: platformKey,
    params: { brand_id: shop.id },
    body: { name: slug, slug, products: ['wp-rocket'] },
  });
  return slug;
}

/** The API key with which a route can be called, if it needs one. */
export function keyFor(route: Route, world: Pick<World, 'shop' | 'platformKey'>): string | undefined {
  return route.auth === 'brand' ? world.shop.apiKey : route.auth === 'platform' ? world.platformKey : undefined;
}

/** True if a route concerns the platform team's own things, rather than a brand's. */
const ofPlatform = ({ path }: Route): boolean => path.startsWith('/api/v1/admin/api-keys');

/** The e-mail for a route: most need an existing customer, one needs a new one, and one a customer to erase. */
function emailFor({ operation }: Route, { ids, email }: World): string {
  if (operation === 'update_customer') return `${unique()}@example.com`;
  return operation === 'erase_customer' ? (ids['erasable'] ?? 'nobody@example.com') : email;
}

/** A call that the route accepts, made from the example in the route table: it fills in existing and unique values. */
export function validCall(
  route: Route,
  world: World,
  changes: Record<string, unknown> = {},
): Call & { body?: Record<string, unknown> } {
  const known: Record<string, unknown> = {
    ...world.ids,
    ...(ofPlatform(route) ? { api_key_id: world.ids['platform_key_id'] } : {}),
    ...(route.edd === true ? { brand: world.shop.slug, license: world.licenseKey } : {}),
    ...(route.auth === 'license_key' ? { license_key: world.licenseKey } : {}),
    email: emailFor(route, world),
    slug: `new-${unique()}`,
    from: isoSeconds(Date.now() - HOUR_MS),
    to: isoSeconds(Date.now()),
    key_prefix: unique().slice(0, 8).toUpperCase(),
    external_id: `order-${unique()}`,
    version: `1.${unique()}`,
    vendor: world.shop.slug,
    ...(route.path.includes('{brand}') ? { brand: world.shop.slug } : {}),
    asset: assetName(),
    ...(route.oauth === true ? { client_id: world.shop.apiKeyId, client_secret: world.shop.apiKey } : {}),
  };
  const filled = Object.entries(route.example).map(
    ([name, value]) => [name, name in known ? known[name] : value] as const,
  );
  const fields = { ...Object.fromEntries(filled), ...changes };
  const inPath = pathParameters(route.path);
  const params = Object.fromEntries(inPath.map((name) => [name, String(fields[name])]));
  const rest = Object.fromEntries(Object.entries(fields).filter(([name]) => !inPath.includes(name)));
  const apiKey = keyFor(route, world);
  if (route.oauth === true) return { ...formOf(rest), body: rest };
  if (route.operation === 'composer_package' || route.operation === 'composer_dist') {
    const password = Buffer.from(`any:${world.licenseKey}`).toString('base64');
    return { params, headers: { authorization: `Basic ${password}` } };
  }
  if (route.edd === true && hasBody(route)) return { params, ...formOf(rest), body: rest };
  if (hasBody(route)) return { apiKey, params, body: rest };
  return {
    apiKey,
    params,
    query: Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)])),
  };
}

/** A body as a form. */
export const formOf = (fields: Record<string, unknown>): Pick<Call, 'rawBody' | 'headers'> => ({
  rawBody: new URLSearchParams(
    Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString(),
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
});

/** The routes whose target has to be in a state of its own. */
const OWN_TARGETS: Readonly<Record<string, string[]>> = {
  erase_customer: ['erasable'],
  undo_import: ['undoable_import'],
  move_license: ['from_instance'],
};

/** A call that always succeeds: a route that changes something gets its own target. */
export async function freshCall(route: Route, world: World): Promise<ReturnType<typeof validCall>> {
  if (route.access !== 'write') return validCall(route, world);
  let { ids } = world;
  const needed = OWN_TARGETS[route.operation] ?? pathParameters(route.path);
  if (route.operation === 'upload_package') ids = { ...ids, wanted_release: 'draft' };
  for (const name of needed)
    ids = { ...ids, ...(await TARGET_MAKERS[ofPlatform(route) ? 'platform_key_id' : name]?.({ ...world, ids })) };
  return validCall(route, { ...world, ids });
}

export const hasBody = (route: Pick<Route, 'method'>): boolean => route.method === 'POST' || route.method === 'PATCH';

/** Routes as rows of a table of tests: name and route. */
export function rows(of: (route: Route) => boolean = () => true): [string, Route][] {
  return routes.filter(of).map((route) => [route.operation, route]);
}

/** Calls the handler of every path and method without a route. */
export async function callUnknown(method: string, path: string, call: Call = {}): Promise<Reply> {
  const event = eventFor(unknownRoute, call);
  const http = { ...event.requestContext.http, method, path };
  const request = {
    ...event,
    routeKey: '$default',
    rawPath: path,
    requestContext: { ...event.requestContext, routeKey: '$default', http },
  };
  const result = await notFound(request as Parameters<typeof notFound>[0], {} as LambdaContext);
  const text = result.body ?? '';
  return {
    status: result.statusCode ?? 0,
    headers: result.headers as Record<string, string>,
    body: JSON.parse(text) as Reply['body'],
    text,
  };
}

/** The answer without the fields that differ in each request: its id, and the times that follow from the texts sent. */
export const bytesOf = ({ status, text, body }: Reply): string =>
  `${String(status)} ${withoutFreshness(text.replaceAll(String(body['request_id']), '…'))}`;

/** The pointers of the faults of a refused input. */
export const pointersOf = (reply: Reply): string[] =>
  ((reply.body['errors'] ?? []) as { pointer: string }[]).map(({ pointer }) => pointer);
