import { Refused } from '../admin/failures.ts';
import { BACKGROUND_STEPS } from './background-steps.ts';
import { waitFor, type Client, type Json } from './client.ts';
import type { Run, Step } from './run.ts';

const BRAND = '/api/v1/brand';
const PRODUCT = '/api/v1/product/licenses';

/** The stories of the README, each function of the API once. They leave nothing active behind. */
export const STEPS: readonly Step[] = [
  { name: 'the service is ready and describes itself', run: describeItself },
  { name: 'a customer buys a bundle', run: buyBundle },
  { name: 'a site activates, checks, and gives its seat back', run: useSeat },
  { name: 'the shop changes, renews, suspends and resumes the license', run: manageLicense },
  { name: 'support finds the license, its sites and its history', run: findLicense },
  { name: 'the license moves to another customer, and its key is rotated', run: moveLicense },
  {
    name: 'a webhook endpoint is tried',
    proves: ['relay-journal', 'fan-out-event', 'deliver-webhook'],
    run: tryWebhook,
  },
  { name: 'a site moves, another one takes its seat, and both ask for updates', run: askForUpdates },
  { name: 'old clients are answered', run: askAsOldClients },
  ...BACKGROUND_STEPS,
  { name: 'an API key is exchanged for a token', run: issueToken },
  { name: 'the platform searches across brands', run: searchEverywhere },
  { name: 'the licenses are cancelled and the customers erased', run: cleanUp },
];

async function describeItself({ client }: Run): Promise<void> {
  for (const path of ['/health', '/health/db', '/ready', '/openapi.json']) await client.call({ method: 'GET', path });
  await client.call({ method: 'GET', path: '/no-such-path', expected: 404 });
}

async function buyBundle({ client, shop, email }: Run): Promise<void> {
  const body = { customer_email: email, bundle: shop.bundle, max_seats: 1, duration: 'P1M', license_key: 'new' };
  const answer = await client.call({
    method: 'POST',
    path: `${BRAND}/licenses/provision`,
    key: shop.key,
    body,
    expected: 201,
  });
  const { license_key: key, licenses } = answer as {
    license_key: { id: string; key: string };
    licenses: { id: string }[];
  };
  const [first] = licenses;
  if (first === undefined) throw new Refused('the purchase of a bundle made no license');
  Object.assign(shop, {
    keyId: key.id,
    licenseKey: key.key,
    licenseId: first.id,
    licenseIds: licenses.map(({ id }) => id),
  });
}

async function useSeat({ client, shop, site }: Run): Promise<void> {
  const call = { license_key: shop.licenseKey, product: shop.product, instance_identifier: site };
  await client.call({ method: 'POST', path: `${PRODUCT}/activate`, body: call, expected: 201 });
  const second = { ...call, instance_identifier: `second-${site}` };
  await client.call({ method: 'POST', path: `${PRODUCT}/activate`, body: second, expected: 422 });
  await mayRun(client, call, true);
  await client.call({ method: 'POST', path: `${PRODUCT}/deactivate`, body: call });
  await client.call({ method: 'POST', path: `${PRODUCT}/activate`, body: second, expected: 201 });
  await mayRun(client, call, false);
}

async function mayRun(client: Client, body: Json, expected: boolean): Promise<void> {
  const verdict = await client.call({ method: 'POST', path: `${PRODUCT}/check`, body });
  if (verdict['may_run'] !== expected)
    throw new Refused(
      `POST ${PRODUCT}/check says may_run ${String(verdict['may_run'])} instead of ${String(expected)}`,
    );
}

async function manageLicense({ client, shop }: Run): Promise<void> {
  const { key, licenseId } = shop;
  const license = `${BRAND}/licenses/${licenseId}`;
  await client.call({ method: 'PATCH', path: license, key, body: { max_seats: 2 } });
  await client.call({ method: 'POST', path: `${license}/renew`, key, body: { extend_by: 'P1Y' } });
  await client.call({ method: 'POST', path: `${license}/suspend`, key, body: { reason: 'smoke test' } });
  await client.call({ method: 'POST', path: `${license}/resume`, key });
}

async function findLicense({ client, shop, email }: Run): Promise<void> {
  const { key, licenseId, keyId } = shop;
  const license = `${BRAND}/licenses/${licenseId}`;
  await client.call({ method: 'GET', path: `${BRAND}/licenses?email=${encodeURIComponent(email)}`, key });
  await client.call({ method: 'GET', path: license, key });
  await client.call({ method: 'GET', path: `${license}/events`, key });
  await client.call({ method: 'GET', path: `${BRAND}/events?limit=1`, key });
  const { activations } = (await client.call({ method: 'GET', path: `${license}/activations`, key })) as {
    activations: { id: string; status: string }[];
  };
  const active = activations.find(({ status }) => status === 'active');
  if (active === undefined) throw new Refused(`GET ${license}/activations lists no active site`);
  await client.call({ method: 'DELETE', path: `${license}/activations/${active.id}`, key });
  const { customer_id: customer } = await client.call({ method: 'GET', path: `${BRAND}/license-keys/${keyId}`, key });
  await client.call({ method: 'GET', path: `${BRAND}/customers/${String(customer)}`, key });
  await client.call({
    method: 'PATCH',
    path: `${BRAND}/customers/${String(customer)}`,
    key,
    body: { email: `new-${email}` },
  });
  await client.call({
    method: 'GET',
    path: `${BRAND}/customers/export?email=${encodeURIComponent(`new-${email}`)}`,
    key,
  });
  await client.call({ method: 'GET', path: `${BRAND}/products`, key });
  await client.call({ method: 'GET', path: `${BRAND}/bundles`, key });
}

async function moveLicense({ client, shop, email }: Run): Promise<void> {
  const { key, licenseId } = shop;
  const path = `${BRAND}/licenses/${licenseId}`;
  await client.call({ method: 'POST', path: `${path}/transfer`, key, body: { customer_email: `heir-${email}` } });
  const { license_key: held } = (await client.call({ method: 'GET', path, key })) as { license_key: { id: string } };
  await client.call({
    method: 'POST',
    path: `${BRAND}/license-keys/${held.id}/rotate`,
    key,
    body: { overlap_hours: 0 },
  });
}

/** The endpoint is the service's own address: what it answers does not matter, only that somebody asked. */
async function tryWebhook({ client, shop: { key, licenseId } }: Run): Promise<void> {
  const endpoints = `${BRAND}/webhook-endpoints`;
  const body = { url: `${client.baseUrl}/health`, event_types: ['license.renewed'] };
  const { id } = await client.call({ method: 'POST', path: endpoints, key, body, expected: 201 });
  const endpoint = `${endpoints}/${String(id)}`;
  await client.call({ method: 'POST', path: `${endpoint}/test`, key });
  await client.call({ method: 'POST', path: `${BRAND}/licenses/${licenseId}/renew`, key, body: { extend_by: 'P1M' } });
  await untilDelivered(client, endpoint, key);
  await client.call({ method: 'DELETE', path: endpoint, key });
}

/** The event takes its whole way: table, stream, relay, bus, queue, delivery. */
async function untilDelivered(client: Client, endpoint: string, key: string): Promise<void> {
  await waitFor(
    client,
    { method: 'GET', path: `${endpoint}/deliveries`, key },
    ({ deliveries }) =>
      (deliveries as { event_type: string }[]).some(({ event_type: type }) => type === 'license.renewed'),
    'license.renewed',
  );
}

async function askForUpdates({ client, shop, site }: Run): Promise<void> {
  const { key, licenseKey, product } = shop;
  const bought = await client.call({
    method: 'POST',
    path: `${BRAND}/licenses/provision`,
    key,
    body: { customer_email: `updates-${site}@example.com`, products: [product], max_seats: 1, license_key: 'new' },
    expected: 201,
  });
  const { license_key: made, licenses } = bought as { license_key: { key: string }; licenses: { id: string }[] };
  shop.licenseIds.push(...licenses.map(({ id }) => id));
  shop.emails.push(`updates-${site}@example.com`);
  const call = { license_key: made.key, product, instance_identifier: site };
  await client.call({ method: 'POST', path: `${PRODUCT}/activate`, body: call, expected: 201 });
  const moved = { ...call, instance_identifier: `moved-${site}`, from_instance: site };
  const { activation_id: seat } = await client.call({
    method: 'POST',
    path: `${PRODUCT}/move`,
    body: moved,
    expected: 201,
  });
  const swapped = { ...call, instance_identifier: `swapped-${site}`, replace: seat };
  await client.call({ method: 'POST', path: `${PRODUCT}/activate`, body: swapped, expected: 201 });
  await mayRun(client, moved, false);
  const query = new URLSearchParams({ license_key: made.key, product }).toString();
  await client.call({ method: 'GET', path: `${PRODUCT}/seats?${query}` });
  await client.call({
    method: 'POST',
    path: '/api/v1/product/releases/latest',
    body: { license_key: made.key, product },
  });
  await client.call({ method: 'GET', path: '/api/v1/admin/settings', key: shop.adminKey });
  await client.call({ method: 'GET', path: '/.well-known/license-keys' });
  if (licenseKey === made.key) throw new Refused('two purchases got the same license key');
}

async function askAsOldClients({ client, shop: { slug, product } }: Run): Promise<void> {
  // Most of them add a slash, which leads to another route of the gateway.
  for (const slash of ['', '/'])
    await client.call({
      method: 'GET',
      path: `/edd/${slug}${slash}?edd_action=check_license&license=none&item_name=${product}`,
    });
  await client.call({ method: 'GET', path: `/updates/${slug}/${product}.json` });
  await client.call({ method: 'GET', path: `/composer/${slug}/packages.json` });
  await client.call({ method: 'GET', path: '/downloads/no-such-token', expected: 403 });
}

async function issueToken({ client, shop }: Run): Promise<void> {
  const body = { grant_type: 'client_credentials', scope: 'licenses:read' };
  await client.call({ method: 'POST', path: '/oauth/token', client: `${shop.keyRecord}:${shop.key}`, body });
}

async function searchEverywhere({ client, shop }: Run): Promise<void> {
  const path = `/api/v1/admin/licenses?license_id=${shop.licenseId}`;
  const { licenses } = (await client.call({ method: 'GET', path, key: shop.adminKey })) as { licenses: unknown[] };
  if (licenses.length !== 1)
    throw new Refused(`GET /api/v1/admin/licenses found ${licenses.length} licenses instead of 1`);
  await client.call({ method: 'GET', path: '/api/v1/admin/events?limit=1', key: shop.adminKey });
}

async function cleanUp({ client, shop, email }: Run): Promise<void> {
  for (const id of shop.licenseIds)
    await client.call({
      method: 'POST',
      path: `${BRAND}/licenses/${id}/cancel`,
      key: shop.key,
      body: { reason: 'smoke test' },
    });
  for (const one of [`new-${email}`, `heir-${email}`, ...shop.emails])
    await client.call({ method: 'POST', path: `${BRAND}/customers/erase`, key: shop.key, body: { email: one } });
}
