import { randomUUID } from 'node:crypto';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { grantedFunctions } from '../../infra/grants.ts';
import { hashApiKey } from '../../lib/domain/api-key.ts';
import { newId } from '../../lib/process/ids.ts';
import { newLicenseKey } from '../../lib/process/new-credentials.ts';
import { NOT_FOUND, routes } from '../../lib/api/routes.ts';
import { openRuntime } from '../../lib/runtime.ts';
import { keys, PLATFORM, platformKeys } from '../../lib/table/keys.ts';
import { equals } from '../../lib/dynamo/condition.ts';
import { getOne } from '../../lib/dynamo/table.ts';
import { updateItem } from '../../lib/dynamo/update.ts';
import { transact } from '../../lib/dynamo/transact.ts';
import { moveClock } from '../support/run/clock.ts';
import { eraseArchived } from '../support/service/archive.ts';
import { openBackOffice, type BackOffice } from '../support/service/back-office.ts';
import { allowanceOf, needed, refused } from '../support/run/policy.ts';
import { onItsRole, statementsOf } from '../support/run/roles.ts';
import { activate, firstOf, newEmail, purchase, requestPurchase } from '../support/service/purchases.ts';
import { byOperation, startService, type Call, type TestBrand } from '../support/service/service.ts';
import { startImports } from '../support/service/import-files.ts';
import { askAsEddClients, askForUpdates } from '../support/service/foreign-clients.ts';
import { exerciseImports } from '../support/service/import-grants.ts';
import { exerciseJobs, exerciseWebhooks } from '../support/webhooks/job-grants.ts';
import { formOf, freshCall, furnish, validCall, type World } from '../support/service/world.ts';
import { HOUR_MS, DAY_MS } from '../../lib/domain/time.ts';

/**
 * All tests run the functions with their own roles, so a missing grant fails the test that needs it. This file tests
 * the reverse: no function has a grant that it does not need. The calls below reach the paths of unusual calls.
 */
let world: World;
let shop: TestBrand;
let backOffice: BackOffice;

const call = (operation: string, request: Call = {}) => world.call(byOperation(operation), request);
const once = (): Record<string, string> => ({ 'idempotency-key': `key-${randomUUID()}` });

beforeAll(async () => {
  const service = await startService({ stream: 'quick' });
  const files = await startImports(service);
  shop = await service.brand({
    scopes: ['licenses:read', 'licenses:read:all_brands', 'licenses:write', 'license_keys:reveal'],
  });
  world = { ...service, ...(await furnish(service, await service.brand())) };
  backOffice = openBackOffice(service, shop);
  await firstContainers();
  await everyRoute();
  await eddItems();
  await purchases();
  await searches();
  await lifecycle();
  await persons();
  await sites();
  await exerciseImports(world, files);
  await freedSites();
  await askAsEddClients(backOffice, shop);
  await askForUpdates(world);
  await exerciseJobs(world);
  await exerciseWebhooks(world);
  await eraseArchived(world, world.shop);
  expect(refused.splice(0)).toEqual([]);
}, 180_000);

/**
 * Calls each route twice with an idempotency key, then with a key of the wrong kind and with an unknown key. The clock
 * moves because the use of an API key is recorded once an hour.
 */
async function everyRoute(): Promise<void> {
  for (const route of routes) {
    const request = await freshCall(route, world);
    const headers = { ...request.headers, ...(route.once ? once() : {}) };
    moveClock(2 * HOUR_MS);
    for (const _ of ['first', 'second']) await world.call(route, { ...request, headers });
    const wrongKey = route.auth === 'platform' ? world.shop.apiKey : world.platformKey;
    await world.call(route, { ...request, apiKey: wrongKey });
    await world.call(route, {
      ...request,
      ...(route.oauth === true ? formOf({ ...(request.body as object), client_secret: 'x' }) : { apiKey: 'x' }),
    });
  }
  const platformKey = await getOne(world.table(PLATFORM), keys.apiKey(PLATFORM, hashApiKey(world.platformKey)));
  const platform = { ...world.shop, apiKeyId: String(platformKey?.['id']), apiKey: world.platformKey };
  moveClock(2 * HOUR_MS);
  await world.call(byOperation('issue_token'), validCall(byOperation('issue_token'), { ...world, shop: platform }));
}

/** Opens the data key in each function that may read it, as the first container of a stage. */
async function firstContainers(): Promise<void> {
  const Key = platformKeys.dataKeyMark();
  for (const of of [...routes.filter(({ vault }) => vault !== false), NOT_FOUND]) {
    await world.documents.send(new DeleteCommand({ TableName: world.tableName, Key }));
    await onItsRole(of, () => openRuntime().vault(AbortSignal.timeout(9_000)));
  }
}

async function eddItems(): Promise<void> {
  for (const edd_item_id of [1, 2])
    await call('update_product', {
      apiKey: world.shop.apiKey,
      params: { product: 'wp-rocket' },
      body: { edd_item_id },
    });
}

async function purchases(): Promise<void> {
  const customer_email = newEmail();
  const first = await purchase(world, shop, { customer_email, external_id: 'order-1' });
  await purchase(world, shop, { customer_email, products: ['imagify'] });
  await purchase(world, shop, { customer_email, license_key: 'new' });
  await purchase(world, shop, { customer_email, if_held: 'renew', expiration_date: '2199-12-31' });
  await requestPurchase(world, shop, { customer_email, license_key: first.license_key.key }, once());
}

async function searches(): Promise<void> {
  await call('count_licenses', { apiKey: world.shop.apiKey, query: { product: 'wp-rocket' } });
  await call('get_analytics', { apiKey: world.shop.apiKey, query: { metric: 'webhooks_failing' } });
  const { id, key, email, site } = await backOffice.buy({ external_id: 'order-2' });
  await activate(world, site('found'));
  const criteria = [
    ['email', email],
    ['license_key', key],
    ['license_key', key.slice(-4)],
    ['external_id', 'order-2'],
    ['instance', 'found.example.com'],
  ] as const;
  for (const [name, value] of criteria) {
    for (const brands of [{}, { brands: 'all' }])
      await call('list_licenses', { apiKey: shop.apiKey, query: { [name]: value, ...brands } });
    for (const search of ['search_licenses', 'search_events'])
      await call(search, { apiKey: world.platformKey, query: { [name]: value } });
  }
  await call('list_licenses', { apiKey: shop.apiKey, query: { product: 'wp-rocket' } });
  for (const search of ['search_licenses', 'search_events'])
    await call(search, { apiKey: world.platformKey, query: { license_id: id } });
  for (const query of [{}, { brand_id: shop.id }]) await call('search_events', { apiKey: world.platformKey, query });
}

/** Repeats changes without an effect, because their answers are stored under idempotency keys too. */
async function lifecycle(): Promise<void> {
  const dated = { expiration_date: '2199-12-31' };
  const { id, keyId } = await backOffice.buy(dated);
  await backOffice.renew(id, { ...dated, external_id: 'order-3' }, once());
  for (const change of [backOffice.suspend, backOffice.resume, backOffice.cancel]) {
    await change(id, {}, once());
    await change(id, {}, once());
  }
  await backOffice.rotate(keyId, {}, once());
  await backOffice.rotate(keyId, {}, once());
  const single = await purchase(world, shop, { license_key: 'new' });
  await backOffice.rotate(single.license_key.id);

  const { id: moving } = await backOffice.buy();
  await backOffice.change(moving, { product: 'imagify' });
  const [buyer, other] = [newEmail(), newEmail()];
  await backOffice.transfer(moving, { customer_email: buyer }, once());
  await backOffice.transfer(moving, { customer_email: buyer }, once());
  await purchase(world, shop, { customer_email: other });
  await backOffice.transfer(moving, { customer_email: other });
}

async function persons(): Promise<void> {
  const { apiKey } = world.shop;
  const email = newEmail();
  const bought = await requestPurchase(world, world.shop, { customer_email: email, max_seats: 1 }, once());
  const { license_key, licenses } = bought.body as Awaited<ReturnType<typeof purchase>>;
  const site = (name: string) => ({
    license_key: license_key.key,
    product: 'wp-rocket',
    instance_identifier: `https://${name}.example.com`,
  });
  for (const name of ['one', 'two']) await activate(world, site(name));
  const { body: license } = await call('get_license', { apiKey, params: { license_id: firstOf(licenses).id } });
  const customer_id = String(license['customer_id']);
  const [second, third] = [newEmail(), newEmail()];
  for (const next of [second, third, second])
    await call('update_customer', { apiKey, params: { customer_id }, body: { email: next } });
  await call('export_customer', { apiKey, query: { customer_id } });
  await call('export_customer', { apiKey, query: { email: second } });
  await call('erase_customer', { apiKey, body: { email: second }, headers: once() });
}

async function sites(): Promise<void> {
  const { site } = await backOffice.buy({ max_seats: 1 });
  const { body } = await activate(world, site('one'), { headers: once() });
  await activate(world, site('two'));
  await call('deactivate_license', { body: site('two') });
  const { license_key } = site('one');
  await call('deactivate_license', { body: { license_key, activation_id: body['activation_id'] } });
  await activate(world, site('one'));
  moveClock(2 * DAY_MS);
  await call('check_license', { query: { ...site('one'), activation_id: newId(Date.now()) } });
  await call('check_license', { query: { ...site('one'), proof: '1' } });
  await call('activate_license', { body: { ...site('one'), proof: true } });
  const nobodys = { ...site('one'), license_key: newLicenseKey(shop.key_prefix) };
  await call('check_license', { query: nobodys });
  for (const change of ['activate_license', 'deactivate_license', 'move_license'])
    await call(change, { body: { ...nobodys, from_instance: 'https://two.example.com' } });
  const named = { ...nobodys, brand: shop.slug };
  for (const operation of ['check_license_by_post', 'activate_license', 'deactivate_license'])
    await call(operation, { body: named });
  for (const operation of ['move_license'])
    await call(operation, { body: { ...named, from_instance: 'https://two.example.com' } });
  await call('list_seats', { query: named });
  await call('list_seats', { query: nobodys });
  await call('list_seats', { query: site('one') });
  for (const name of ['three', 'four']) await activate(world, site(name));
  const { activation_id } = body;
  await call('move_license', { body: { ...site('five'), activation_id }, headers: once() });
  await activate(world, site('six'), { body: { replace: 'idle' } });
  await call('move_license', { body: { ...site('seven'), activation_id } });
}

/** A change of policy frees sites, some of them in a later run of the sweep. */
async function freedSites(): Promise<void> {
  const { id, site } = await backOffice.buy({ max_seats: 2 });
  await activate(world, site('staging.freed'));
  await backOffice.change(id, { policy: { development_sites_free: true } });
}

describe('a function with its own role', () => {
  const role = <T>(name: string, run: () => Promise<T>) =>
    expect(onItsRole(name, run)).rejects.toThrow(`${name} (write) may not dynamodb:`);
  const own = { pk: 'WPR#seats#a', sk: 'license' };
  const wrong: [string, string, () => Promise<unknown>][] = [
    [
      'check-license',
      'a class of items without a grant',
      () => getOne(world.table('WPR'), keys.customer('WPR', 'partition')),
    ],
    ['check-license', 'an action without a grant', () => transact<never>(world.table('WPR'), [{ put: own }])],
    [
      'activate-license',
      'an item of the platform',
      () => transact<never>(world.table(PLATFORM), [{ put: platformKeys.brandAddress('id') }]),
    ],
    [
      'health',
      'every item of the table except one',
      () => updateItem(world.table('WPR'), own, { set: { a: 2 } }, { guard: equals('a', 1) }),
    ],
  ];
  test.each(wrong)('%s is denied %s', async (name, _, run) => {
    await role(name, run);
    expect(refused.splice(0)).toHaveLength(1);
  });

  // The webhook functions, the inspection, the archive, the nightly audit and the console run with their roles in their
  // own tests, which find missing grants. Unused grants are not checked here.
  const flow = [
    'archive-licenses',
    'audit-segment',
    'fan-out-event',
    'count-events',
    'deliver-webhook',
    'sweep-webhooks',
    'inspect-package',
    'console',
  ];
  test.each(grantedFunctions.filter((name) => !flow.includes(name)))('%s needs every grant that it has', (name) => {
    const granted = statementsOf(name).flatMap((statement) =>
      statement.like.map((pattern) => allowanceOf(statement, pattern)),
    );
    expect(granted.filter((allowance) => needed.get(name)?.has(allowance) !== true)).toEqual([]);
  });
});
