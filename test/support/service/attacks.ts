import { newId } from '../../../lib/process/ids.ts';
import { newLicenseKey } from '../../../lib/process/new-credentials.ts';
import { pathParameters, type Route } from '../../../lib/api/route.ts';
import { byOperation, type Call, type Reply, type Service, type TestBrand } from './service.ts';
import { plainSchema } from '../inputs/plain-schema.ts';
import { putSampleDelivery } from '../webhooks/sample-delivery.ts';
import { furnish, freshCall, hasBody, validCall, type World } from './world.ts';

/** A brand and ids of its own things, by the names of the fields and parameters that can request them. */
export type Target = World & { theirs: Record<string, readonly unknown[]> };

/**
 * One way to reach another brand's thing. The answer must be the same as for an unknown thing, and contain nothing of
 * the other brand.
 */
export type Attack =
  | { kind: 'path' | 'field'; field: string }
  | { kind: 'cursor'; way: (typeof CURSORS)[number] }
  | { kind: 'idempotency key' };

export const CURSORS = [
  'of another brand',
  'of other routes',
  'of other filters',
  'of the wrong version',
  'without its dot',
  'cut short',
  'made longer',
  'with another first character',
  'with another character in its nonce',
  'with another character in its middle',
  'with another character near its end',
  'with another last character',
] as const;

const fieldsOf = (route: Route): string[] => Object.keys(plainSchema(route.input, 'input').properties ?? {});

/** Routes of one brand: with its own credentials, or the platform's with the brand in the path. */
const isOfBrand = ({ auth, path }: Route): boolean =>
  auth === 'brand' || auth === 'license_key' || path.includes('{brand_id}');
/** An e-mail belongs to one customer, so a search by it has no second page. */
export const isPaged = (route: Route): boolean =>
  fieldsOf(route).includes('cursor') && route.operation !== 'list_customers';

/** Fields that the caller chooses freely, and that request nothing. */
const OWN_WORDS = new Set(['idempotency_key', 'keep_activations', 'edd_item_id']);
const ASKS_FOR_SOMETHING =
  /_ids?$|_key$|^key|email|^products?$|^bundles?$|^brand$|^slug$|^(?:from_)?instance(?:_identifier)?$|^replace$/;

/** All attacks on a route, derived from its path and its schema. */
export function attacksOn(route: Route): Attack[] {
  const inPath = pathParameters(route.path).filter((name) => name !== 'brand_id');
  const credential = route.auth === 'license_key' ? ['license_key'] : [];
  // An import names products by the words of its file.
  const ownWords = route.operation === 'create_import' ? [...OWN_WORDS, 'products'] : [...OWN_WORDS];
  const inFields = fieldsOf(route).filter((name) => ASKS_FOR_SOMETHING.test(name) && !ownWords.includes(name));
  const fields = inFields.filter((name) => ![...inPath, ...credential, 'brand_id'].includes(name));
  const ways = CURSORS.filter((way) =>
    way === 'of another brand' ? isOfBrand(route) : way !== 'of other filters' || filterOf(route) !== undefined,
  );
  return [
    ...(isOfBrand(route) ? inPath.map((field): Attack => ({ kind: 'path', field })) : []),
    ...(isOfBrand(route) ? fields.map((field): Attack => ({ kind: 'field', field })) : []),
    ...(isPaged(route) ? ways.map((way): Attack => ({ kind: 'cursor', way })) : []),
    ...(route.once === true ? [{ kind: 'idempotency key' } as const] : []),
  ];
}

export const nameOf = (attack: Attack): string =>
  attack.kind === 'cursor'
    ? `a cursor ${attack.way}`
    : attack.kind === 'idempotency key'
      ? 'another’s idempotency key'
      : `${attack.kind} ${attack.field}`;

/** Creates two of everything that lists show for a brand, with a word that occurs in no other brand. */
export async function target(service: Service, shop: TestBrand, word: string): Promise<Target> {
  const world: World = { ...service, ...(await furnish(service, shop)) };
  const ask = async (operation: string, call: Call): Promise<Reply['body']> => {
    const reply = await service.call(byOperation(operation), { apiKey: shop.apiKey, ...call });
    if (reply.status >= 300) throw new Error(`${operation}: ${reply.text}`);
    return reply.body;
  };
  const [slug, email, external_id, site] = [
    `only-${word}`,
    `${word}@example.com`,
    `order-of-${word}`,
    `https://${word}.example.com`,
  ];
  const product = await ask('create_product', { body: { name: word, slug } });
  const bundle = await ask('create_bundle', { body: { name: word, slug: `all-${word}`, products: [slug] } });
  const buy = { customer_email: email, products: [slug] };
  const bought = await ask('provision_licenses', { body: { ...buy, external_id } });
  await ask('provision_licenses', { body: { ...buy, license_key: 'new' } });
  await ask('provision_licenses', { body: { customer_email: world.email, products: ['imagify'] } });
  const { key } = bought['license_key'] as { key: string };
  for (const [license_key, of, at] of [
    [key, slug, site],
    [world.licenseKey, 'wp-rocket', site],
  ]) {
    await ask('activate_license', { body: { license_key, product: of, instance_identifier: at } });
  }
  await ask('create_webhook_endpoint', { body: { url: 'http://127.0.0.1:9/more' } });
  await putSampleDelivery(service, shop, String(world.ids['endpoint_id']));
  const ids = Object.fromEntries(Object.entries(world.ids).map(([name, id]) => [name, [id]]));
  const slugs = [slug, product['id']];
  const words = {
    product: slugs,
    products: slugs.map((one) => [one]),
    bundle: [`all-${word}`, bundle['id']],
    slug: [slug],
    brand: [shop.slug],
  };
  const people = {
    license_key: [key],
    email: [email],
    customer_email: [email],
    external_id: [external_id],
    instance: [site],
  };
  return {
    ...world,
    theirs: {
      ...ids,
      ...words,
      ...people,
      instance_identifier: [site],
      from_instance: [site],
      replace: ids['activation_id'] ?? [],
    },
  };
}

/** The name of another brand's thing; a route with a new kind of name fails here until the world has one. */
export function valuesOf(name: string, { theirs }: Target): readonly unknown[] {
  const values = theirs[name]?.filter((value) => value !== undefined && value !== '' && value !== 'undefined');
  if (values === undefined || values.length === 0)
    throw new Error(`the world has no ${name}: make one in furnish() of test/support/service/world.ts`);
  return values;
}

/** An unknown value of the same kind. */
export function nobodys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(nobodys);
  const text = String(value);
  if (/^[0-9a-f-]{36}$/.test(text)) return newId(Date.parse('2026-01-01T00:00:00Z'));
  if (/^[A-Z0-9]+(?:-[0-9A-Z]{4}){4}$/.test(text)) return newLicenseKey(text.split('-', 1)[0] ?? '');
  const unknown = `no${Math.random().toString(36).slice(2, 12)}`;
  return text.includes('@')
    ? `${unknown}@example.com`
    : text.includes('://')
      ? `https://${unknown}.example.com`
      : unknown;
}

/** The route's own call with one value changed; a search that would have two conditions keeps only that one. */
export async function callWith(route: Route, world: World, name: string, value: unknown): Promise<Reply> {
  const call = await freshCall(route, world);
  if (pathParameters(route.path).includes(name))
    return world.call(route, { ...call, params: { ...call.params, [name]: String(value) } });
  if (hasBody(route)) {
    // A seat is named by its instance or by its id.
    const replaced = 'from_instance' in (call.body ?? {}) ? 'from_instance' : 'instance_identifier';
    const { [replaced]: instance, ...others } = call.body ?? {};
    const isReplaced = name === 'activation_id' && route.operation !== 'activate_license';
    const body = isReplaced ? others : { ...others, [replaced]: instance };
    return world.call(route, { ...call, body: { ...body, [name]: value } });
  }
  const reply = await world.call(route, { ...call, query: { ...call.query, [name]: String(value) } });
  return reply.status === 400 ? world.call(route, { ...call, query: { [name]: String(value) } }) : reply;
}

/** Filters that a list may have, with a value that changes its result. */
const FILTERS: Record<string, string> = {
  type: 'license.*',
  status: 'valid',
  after: '0',
  from: '2026-01-01',
  customer_id: '',
};
const filterOf = (route: Route): [string, string] | undefined =>
  Object.entries(FILTERS).find(
    ([name, value]) => value !== '' && fieldsOf(route).includes(name) && route.example[name] === undefined,
  );

/** A list's call that has a second page, and the cursor to it. */
export async function secondPage(route: Route, world: Target): Promise<{ call: Call; cursor: string }> {
  const { query = {}, ...call } = validCall(route, world);
  const searches = ['email', 'license_key']
    .filter((name) => fieldsOf(route).includes(name))
    .map((name) => ({ [name]: String(world.theirs[name]?.[0]) }));
  for (const search of [query, {}, ...searches]) {
    const first = { ...call, query: { ...search, limit: '1' } };
    const { body } = await world.call(route, first);
    if (typeof body['next_cursor'] === 'string') return { call: first, cursor: body['next_cursor'] };
  }
  throw new Error(
    `the world has one page of ${route.operation}: make two entries in furnish() of test/support/service/world.ts`,
  );
}

export const otherFilter = (route: Route, { query }: Call): Record<string, string> => ({
  ...query,
  ...Object.fromEntries([filterOf(route) ?? ['', '']]),
  ...(route.operation === 'list_activations' ? { status: 'active' } : {}),
});

const other = (character = ''): string => (character === 'A' ? 'B' : 'A');
const changedAt = (cursor: string, at: number): string => {
  const index = at < 0 ? cursor.length + at : at;
  return cursor.slice(0, index) + other(cursor[index]) + cursor.slice(index + 1);
};

/** A corrupted cursor of the list. */
export const SPOILT: Partial<Record<(typeof CURSORS)[number], (cursor: string) => string>> = {
  'of the wrong version': (cursor) => cursor.replace('v1', 'v2'),
  'without its dot': (cursor) => cursor.replace('.', ''),
  'cut short': (cursor) => cursor.slice(0, -4),
  'made longer': (cursor) => `${cursor}AAAA`,
  'with another first character': (cursor) => changedAt(cursor, 0),
  'with another character in its nonce': (cursor) => changedAt(cursor, 8),
  'with another character in its middle': (cursor) => changedAt(cursor, Math.floor(cursor.length / 2)),
  'with another character near its end': (cursor) => changedAt(cursor, -12),
  'with another last character': (cursor) => changedAt(cursor, -1),
};
