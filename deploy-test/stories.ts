import assert from 'node:assert/strict';
import * as z from 'zod';
import { query, type Api, type Body } from './api.ts';

/** The results of the stories: a later version must find all of them. */
export type Story = {
  brandKey: string;
  key: string;
  licenseId: string;
  /** The first answer to the purchase. */
  purchase: Body;
  /** The active sites. */
  sites: readonly string[];
  /** The number of changes in the license's history. */
  changes: number;
};

const EMAIL = 'Ann.Example@example.com';
/** A second brand outside the stories. */
export const OTHER = { prefix: 'RM', product: 'seo' };

const DUE_IN_MS = 30_000;
const SITES = ['https://www.shop.example/', 'https://blog.example'];
const PURCHASE = {
  customer_email: EMAIL,
  products: ['wp-rocket', { product: 'rocketcdn', max_seats: 1 }],
  max_seats: 2,
  expiration_date: '2099-12-31',
  external_id: 'order-1001',
} as const;

const Provisioned = z.object({
  license_key: z.object({ id: z.string(), key: z.string() }),
  licenses: z.array(
    z.object({ id: z.string(), product_slug: z.string(), status: z.literal('valid'), seat_limit: z.number() }),
  ),
});

/** Texts that must never be logged or sent. */
export const secretsOf = ({ brandKey, key }: Story): string[] => [
  brandKey,
  key,
  key.slice(4),
  EMAIL,
  EMAIL.toLowerCase(),
];

/** Story 1. A repeated request gets the first answer, and another one with the same order number is refused. */
export async function provision(api: Api, brandKey: string): Promise<Story> {
  const order = { apiKey: brandKey, json: PURCHASE, idempotencyKey: 'order-1001' };
  const purchase = await api.expect(201, 'POST', '/api/v1/brand/licenses/provision', order);
  const { license_key: licenseKey, licenses } = Provisioned.parse(purchase);
  assert.deepEqual(licenses.map(({ product_slug: slug, seat_limit: seats }) => [slug, seats]).sort(), [
    ['rocketcdn', 1],
    ['wp-rocket', 2],
  ]);
  await api.expect(409, 'POST', '/api/v1/brand/licenses/provision', { ...order, idempotencyKey: 'order-1001-again' });
  const licenseId = licenses.find(({ product_slug: slug }) => slug === 'wp-rocket')?.id ?? '';
  const story = { brandKey, key: licenseKey.key, licenseId, purchase, sites: SITES, changes: 0 };
  await replays(api, story);
  return story;
}

/** Checks that a repeated purchase gets its first answer, also from a later version. */
export async function replays(api: Api, { brandKey, purchase }: Story): Promise<void> {
  const again = await api.call('POST', '/api/v1/brand/licenses/provision', {
    apiKey: brandKey,
    json: PURCHASE,
    idempotencyKey: 'order-1001',
  });
  assert.deepEqual([again.status, again.headers.get('idempotent-replayed'), again.body], [201, 'true', purchase]);
}

/** Provisions a license that expires soon. Returns its id. */
export async function provisionDue(api: Api, apiKey: string): Promise<string> {
  const json = {
    customer_email: 'bob@example.com',
    products: [OTHER.product],
    expiration_date: new Date(Date.now() + DUE_IN_MS).toISOString(),
  };
  const { licenses } = Provisioned.parse(
    await api.expect(201, 'POST', '/api/v1/brand/licenses/provision', { apiKey, json }),
  );
  return licenses[0]?.id ?? '';
}

/** Story 2. The next check shows each change. */
export async function lifecycle(api: Api, story: Story): Promise<void> {
  const license = `/api/v1/brand/licenses/${story.licenseId}`;
  const change = (verb: string, json: Body) =>
    api.expect(200, 'POST', `${license}/${verb}`, { apiKey: story.brandKey, json });
  assert.equal((await change('suspend', { reason: 'dispute opened' }))['status'], 'suspended');
  assert.equal((await check(api, story, SITES[0]))['code'], 'suspended');
  assert.equal((await change('resume', {}))['status'], 'valid');
  assert.equal(
    (await api.expect(200, 'PATCH', license, { apiKey: story.brandKey, json: { max_seats: 3 } }))['seat_limit'],
    3,
  );
  assert.equal(
    (await api.expect(200, 'PATCH', license, { apiKey: story.brandKey, json: { max_seats: 2 } }))['seat_limit'],
    2,
  );
  assert.equal(
    (await change('renew', { extend_by: 'P1M', external_id: 'order-1002' }))['expires_at'],
    '2100-01-31T23:59:59Z',
  );
}

/** Makes one more change. */
export async function lifecycleGoesOn(api: Api, { brandKey, licenseId }: Story): Promise<void> {
  const license = await api.expect(200, 'PATCH', `/api/v1/brand/licenses/${licenseId}`, {
    apiKey: brandKey,
    json: { max_seats: 5 },
  });
  assert.equal(license['seat_limit'], 5);
}

/**
 * Story 3, with form bodies as WordPress sends them. Another spelling of a site takes no second seat, and the limit of
 * seats is enforced.
 */
export async function activate(api: Api, story: Story): Promise<void> {
  const seat = (status: number, site: string) =>
    api.expect(status, 'POST', '/api/v1/product/licenses/activate', { form: onSite(story, site) });
  const first = await seat(201, SITES[0] ?? '');
  const again = await seat(200, 'http://shop.example');
  assert.deepEqual([again['activation_id'], again['seats_used']], [first['activation_id'], 1]);
  assert.equal((await seat(201, SITES[1] ?? ''))['seats_remaining'], 0);
  assert.equal((await seat(422, 'https://third.example'))['code'], 'seat_limit_reached');
}

/** Story 4, by GET and POST, for an active and an inactive site. */
export async function checks(api: Api, story: Story): Promise<void> {
  const { code, may_run: mayRun, activation } = await check(api, story, SITES[0]);
  assert.deepEqual([code, mayRun, activation !== null], ['valid', true, true]);
  const posted = await api.expect(200, 'POST', '/api/v1/product/licenses/check', {
    form: onSite(story, 'https://third.example'),
  });
  assert.deepEqual([posted['code'], posted['may_run']], ['not_activated', false]);
  const unknown = query('/api/v1/product/licenses/check', {
    ...onSite(story, SITES[0] ?? ''),
    license_key: 'WPR-0000-0000-0000-0000',
  });
  assert.equal((await api.expect(404, 'GET', unknown))['code'], 'license_key_not_found');
}

/** Checks that the active sites may run, also after a later version is deployed. */
export async function mayStillRun(api: Api, story: Story): Promise<void> {
  for (const site of story.sites)
    assert.equal((await check(api, story, site))['may_run'], true, `${site} may no longer run`);
}

/** Story 5. A repeated deactivation changes nothing, and the seat is free for the next site. */
export async function deactivate(api: Api, story: Story): Promise<void> {
  const site = 'https://third.example';
  const free = (from: string) =>
    api.expect(200, 'POST', '/api/v1/product/licenses/deactivate', { form: onSite(story, from) });
  assert.deepEqual(await free(SITES[1] ?? ''), { status: 'deactivated', seats_used: 1, seats_remaining: 1 });
  assert.deepEqual(await free(SITES[1] ?? ''), { status: 'deactivated', seats_used: 1, seats_remaining: 1 });
  await api.expect(201, 'POST', '/api/v1/product/licenses/activate', { form: onSite(story, site) });
  story.sites = [SITES[0] ?? '', site];
}

const Listed = z.object({ licenses: z.array(z.object({ id: z.string(), seats_used: z.number() })) });
const History = z.object({ events: z.array(z.object({ seq: z.number() })) });

/**
 * Story 6. Every search key finds the license, the platform team finds it across brands, and its history has no gap.
 */
export async function findAndHistory(api: Api, story: Story, adminKey: string): Promise<void> {
  const { brandKey: apiKey, licenseId } = story;
  const found = async (path: string, by: Record<string, string>, key: string): Promise<string[]> =>
    Listed.parse(await api.expect(200, 'GET', query(path, by), { apiKey: key })).licenses.map(({ id }) => id);
  for (const by of [
    { email: EMAIL },
    { license_key: story.key },
    { external_id: 'order-1001' },
    { instance: 'shop.example' },
    { product: 'wp-rocket' },
  ])
    assert.ok(
      (await found('/api/v1/brand/licenses', by, apiKey)).includes(licenseId),
      `not found by ${Object.keys(by).join()}`,
    );
  assert.ok(
    (await found('/api/v1/admin/licenses', { license_id: licenseId }, adminKey)).includes(licenseId),
    'not found by the platform team',
  );
  const { events } = History.parse(
    await api.expect(200, 'GET', query(`/api/v1/brand/licenses/${licenseId}/events`, { limit: '100' }), { apiKey }),
  );
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, index) => events.length - index),
    'the history has a gap',
  );
  story.changes = events.length;
}

/**
 * Checks the answers to an unknown path, missing credentials and another brand's license.
 */
export async function refusals(api: Api, story: Story, otherKey: string): Promise<void> {
  assert.equal((await api.expect(404, 'GET', '/api/v1/nothing/here'))['code'], 'route_not_found');
  assert.equal((await api.expect(401, 'GET', '/api/v1/brand/licenses'))['code'], 'api_key_missing');
  const theirs = await api.expect(404, 'GET', `/api/v1/brand/licenses/${story.licenseId}`, { apiKey: otherKey });
  const nobodys = await api.expect(404, 'GET', `/api/v1/brand/licenses/${otherId(story.licenseId)}`, {
    apiKey: otherKey,
  });
  assert.deepEqual({ ...theirs, request_id: '' }, { ...nobodys, request_id: '' });
}

const otherId = (id: string): string => `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`;

const onSite = ({ key }: Story, site: string) => ({
  license_key: key,
  product: 'wp-rocket',
  instance_identifier: site,
});

const check = (api: Api, story: Story, site = ''): Promise<Body> =>
  api.expect(200, 'GET', query('/api/v1/product/licenses/check', onSite(story, site)));
