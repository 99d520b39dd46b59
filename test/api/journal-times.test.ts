import { describe, expect, test } from '@jest/globals';
import { inMs, moveClock } from '../support/run/clock.ts';
import { handler as sweepDue } from '../../functions/sweep-due.ts';
import { revokeSigningKey } from '../../lib/commands/revoke-signing-key.ts';
import { rotateSigningKey } from '../../lib/commands/rotate-signing-key.ts';
import type { EventType } from '../../lib/events/catalog.ts';
import { readIdTime } from '../../lib/domain/ids.ts';
import { HOUR_MS, MINUTE_MS, isoSeconds } from '../../lib/domain/time.ts';
import { openJob } from '../../lib/job.ts';
import { openRuntime } from '../../lib/runtime.ts';
import { disableEndpoint } from '../../lib/webhooks/disable.ts';
import { openKeySetContext, readHeldKeys, renewKeys } from '../support/service/signing.ts';
import { openBackOffice, type Bought, type BackOffice } from '../support/service/back-office.ts';
import { openReleaseOffice, type ReleaseOffice } from '../support/service/packages.ts';
import { activate, deactivate } from '../support/service/purchases.ts';
import { byOperation, type Reply, type TestBrand } from '../support/service/service.ts';
import { journalIn, wholeTable } from '../support/table/whole-table.ts';
import { usePackages, useService } from '../support/service/started-service.ts';

const URL_OF_NOBODY = { url: 'http://127.0.0.1:9/hooks' };
const service = useService();
const packages = usePackages();

type Scene = {
  brand: TestBrand;
  backOffice: BackOffice;
  bought: Bought;
  expiring: Bought;
  expired: Bought;
  small: Bought;
  customerId: string;
  apiKeyId: string;
  platformKeyId: string;
  endpointId: string;
  office: ReleaseOffice;
  uploaded: string;
};

/** Entities of every kind, all changed at this moment. */
async function setScene(): Promise<Scene> {
  const brand = await service.brand();
  const backOffice = openBackOffice(service, brand);
  const due = { expiring: inMs(24 * HOUR_MS + 90 * MINUTE_MS), expired: inMs(90 * MINUTE_MS) };
  const expiring = await backOffice.buy({ expiration_date: due.expiring });
  const expired = await backOffice.buy({ expiration_date: due.expired });
  moveClock(3 * HOUR_MS);
  await renewKeys(service);
  for (const { id } of [expiring, expired]) await backOffice.change(id, { metadata: { changed: 'just now' } });
  const bought = await backOffice.buy({ max_seats: 3, duration: 'P1Y' });
  const small = await backOffice.buy({ max_seats: 1 });
  await activate(service, small.site('only'));
  const apiKey = await platform(brand, 'admin_create_api_key', { name: 'spare' });
  const platformKey = await service.call(byOperation('create_platform_key'), {
    apiKey: service.platformKey,
    body: { name: 'spare' },
  });
  await platform(brand, 'admin_create_bundle', { name: 'All', slug: 'all', products: ['wp-rocket'] });
  const endpoint = await call(brand, 'create_webhook_endpoint', URL_OF_NOBODY);
  const customerId = String((await backOffice.get(bought.id)).body['customer_id']);
  const ids = [apiKey, platformKey, endpoint].map(({ body }) => String(body['id']));
  const [apiKeyId = '', platformKeyId = '', endpointId = ''] = ids;
  const office = openReleaseOffice(service, packages, brand);
  const uploaded = String((await office.uploaded('1.0'))['id']);
  const made = { customerId, apiKeyId, platformKeyId, endpointId, office, uploaded };
  return { brand, backOffice, bought, expiring, expired, small, ...made };
}

const call = (brand: TestBrand, operation: string, body: object, params: Record<string, string> = {}): Promise<Reply> =>
  service.call(byOperation(operation), { apiKey: brand.apiKey, params, body });
const platform = (brand: TestBrand, operation: string, body: object, params = {}): Promise<Reply> =>
  service.call(byOperation(operation), {
    apiKey: service.platformKey,
    params: { brand_id: brand.id, ...params },
    body,
  });

/** Marks the first event of an entity, which has no predecessor. */
const FIRST = 'first';
type Change = (scene: Scene, round: number) => Promise<unknown>;

/**
 * The change that causes each event. An event that may follow another is caused twice, each time with a clock that is
 * further behind.
 */
const changes: Record<EventType, Change | typeof FIRST> = {
  'brand.created': FIRST,
  'product.created': FIRST,
  'bundle.created': FIRST,
  'api_key.created': FIRST,
  'license_key.created': FIRST,
  'license.imported': FIRST,
  'license.import_undone': FIRST,
  'license.provisioned': FIRST,
  'webhook_endpoint.created': FIRST,
  'release.created': FIRST,
  'brand.updated': ({ brand }, n) => platform(brand, 'update_brand', { name: `Brand ${n}` }),
  'product.updated': ({ brand }, n) => call(brand, 'update_product', { name: `Rocket ${n}` }, { product: 'wp-rocket' }),
  'release.published': async ({ office, uploaded }, n) => n === 1 || office.publish(uploaded),
  'release.updated': ({ office, uploaded }, n) => office.change(uploaded, { rollout_percent: n }),
  'release.yanked': async ({ office, uploaded }, n) => n === 1 || office.yank(uploaded),
  'bundle.updated': ({ brand }, n) => call(brand, 'update_bundle', { name: `All ${n}` }, { bundle: 'all' }),
  'bundle.deleted': async ({ brand }, n) => n === 1 || call(brand, 'delete_bundle', {}, { bundle: 'all' }),
  'api_key.rotated': async ({ brand, apiKeyId, platformKeyId }) => [
    await platform(brand, 'admin_rotate_api_key', {}, { api_key_id: apiKeyId }),
    await service.call(byOperation('rotate_platform_key'), {
      apiKey: service.platformKey,
      params: { api_key_id: platformKeyId },
      body: {},
    }),
  ],
  'api_key.revoked': async ({ brand, apiKeyId }, n) =>
    n === 1 || platform(brand, 'admin_revoke_api_key', {}, { api_key_id: apiKeyId }),
  'license_key.rotated': ({ backOffice, bought }) => backOffice.rotate(bought.keyId, { overlap_hours: 24 }),
  // The clock of this test is that of the API, which has no such call: test/console/acts.test.ts has one.
  'license_key.revealed': FIRST,
  'license.renewed': ({ backOffice, bought }) => backOffice.renew(bought.id, { extend_by: 'P1M' }),
  'license.updated': ({ backOffice, bought }, n) => backOffice.change(bought.id, { max_seats: 3 + n }),
  'license.activated': ({ bought }, n) => activate(service, bought.site(`site-${n}`)),
  'seat.deactivated': ({ bought }, n) => deactivate(service, bought.site(`site-${n}`)),
  'license.seat_limit_reached': ({ small }) => activate(service, small.site('too-many')),
  'license.suspended': ({ backOffice, bought }) => backOffice.suspend(bought.id),
  'license.resumed': ({ backOffice, bought }) => backOffice.resume(bought.id),
  'license.expiring': () => sweepDue({}, { awsRequestId: 'sweep', getRemainingTimeInMillis: () => 30_000 }),
  'license.expired': () => sweepDue({}, { awsRequestId: 'sweep', getRemainingTimeInMillis: () => 30_000 }),
  'customer.updated': ({ brand, customerId }, n) =>
    call(brand, 'update_customer', { email: `${customerId}-${n}@example.com` }, { customer_id: customerId }),
  'license.transferred': ({ backOffice, expiring }, n) =>
    backOffice.transfer(expiring.id, { customer_email: `taker-${n}@example.com` }),
  'signing_key.rotated': () => rotateSigningKey(openKeySetContext(service)),
  'signing_key.revoked': async () => {
    const [, standby] = (await readHeldKeys()).keys.slice(-2);
    return revokeSigningKey(openKeySetContext(service), standby?.kid ?? '');
  },
  'license.cancelled': async ({ backOffice, expired }, n) => n === 1 || backOffice.cancel(expired.id),
  'customer.erased': async ({ brand, customerId }, n) =>
    n === 1 || call(brand, 'erase_customer', { email: `${customerId}-2@example.com` }),
  'webhook_endpoint.updated': ({ brand, endpointId }, n) =>
    call(brand, 'update_webhook_endpoint', { description: `Shop ${n}` }, { endpoint_id: endpointId }),
  'webhook_endpoint.secret_rotated': ({ brand, endpointId }) =>
    call(brand, 'rotate_webhook_secret', {}, { endpoint_id: endpointId }),
  'webhook_endpoint.disabled': async ({ brand, endpointId }) => {
    const job = openJob(openRuntime(), { awsRequestId: 'deliver', getRemainingTimeInMillis: () => 30_000 });
    await disableEndpoint(job, brand.key_prefix, endpointId, 'gone');
    await call(brand, 'resume_webhook_endpoint', {}, { endpoint_id: endpointId });
  },
  'settings.updated': ({ brand }, n) => platform(brand, 'update_settings', { check_interval_factor: n + 1 }),
  'webhook_endpoint.deleted': async ({ brand, endpointId }, n) =>
    n === 1 || call(brand, 'delete_webhook_endpoint', {}, { endpoint_id: endpointId }),
};

test.each([
  ['a second', 1_000],
  ['an hour', HOUR_MS],
])(
  'the journal times of every entity stay in order if the clock goes back by %s',
  async (_, ms) => {
    const scene = await setScene();
    const brands = new Set([scene.brand.key_prefix, '@platform']);
    const since = new Set(journalIn(await wholeTable(service)).map(({ id }) => id));
    for (const round of [1, 2]) {
      moveClock(-ms / 2 - 500);
      for (const change of Object.values(changes)) if (change !== FIRST) await change(scene, round);
    }
    moveClock(ms + 1_000);
    const items = await wholeTable(service);
    const journal = journalIn(items).filter(({ brand }) => brands.has(brand));
    const later = new Set(journal.filter(({ id }) => !since.has(id)).map(({ type }) => type));
    const expected = Object.entries(changes).filter(([, change]) => change !== FIRST);
    expect(expected.map(([type]) => type).filter((type) => !later.has(type as EventType))).toEqual([]);
    for (const [id, entries] of Map.groupBy(journal, ({ entity }) => entity.id)) {
      const times = entries.map(({ occurred_at }) => occurred_at);
      expect({ id, times }).toEqual({ id, times: times.toSorted() });
      for (const entry of entries) expect(isoSeconds(readIdTime(entry.id))).toBe(entry.occurred_at);
      const last = entries.at(-1)?.occurred_at ?? '';
      // An API key's earlier text has an item of its own, which keeps its time.
      const stored = items.filter((item) => item['id'] === id && !item.sk.startsWith('journal#'));
      const updated = stored.flatMap(({ updated_at }) => (typeof updated_at === 'string' ? [updated_at] : []));
      if (updated.length > 0) expect({ id, updated_at: updated.sort().at(-1) }).toEqual({ id, updated_at: last });
    }
  },
  120_000,
);

type Shown = Record<string, string | null>;
const isInOrder = (...times: (string | null | undefined)[]): void => expect(times).toEqual(times.toSorted());

describe('a clock that goes back', () => {
  test('leaves the displayed times of activations in order', async () => {
    const brand = await service.brand();
    const backOffice = openBackOffice(service, brand);
    const { id, site } = await backOffice.buy({ max_seats: 5 });
    for (const name of ['kept', 'left', 'removed']) await activate(service, site(name));
    const license = { apiKey: brand.apiKey, params: { license_id: id } };
    const shown = async (name: string): Promise<Shown> => {
      const { body } = await service.call(byOperation('list_activations'), license);
      const all = body['activations'] as Shown[];
      return all.find(({ instance_identifier }) => instance_identifier === `https://${name}.example.com`) ?? {};
    };
    moveClock(-5_000);
    await deactivate(service, site('left'));
    const activation_id = String((await shown('removed'))['id']);
    await call(brand, 'deactivate_activation', {}, { license_id: id, activation_id });
    for (const name of ['left', 'removed']) {
      const { activated_at, last_checked_at, deactivated_at } = await shown(name);
      isInOrder(activated_at, last_checked_at, deactivated_at);
    }
    const { deactivated_at } = await shown('left');
    moveClock(-5_000);
    const back = await activate(service, site('left'));
    isInOrder(deactivated_at, back.body['activated_at'] as string, (await shown('left'))['last_checked_at']);
    const updated = (await backOffice.get(id)).body['updated_at'] as string;
    const late = await activate(service, site('late'));
    isInOrder(updated, late.body['activated_at'] as string);
    moveClock(10_000);
  });

  test('leaves the displayed times of endpoints and API keys in order', async () => {
    const brand = await service.brand();
    const params = { endpoint_id: String((await call(brand, 'create_webhook_endpoint', URL_OF_NOBODY)).body['id']) };
    const job = openJob(openRuntime(), { awsRequestId: 'deliver', getRemainingTimeInMillis: () => 30_000 });
    const stops = [
      () => call(brand, 'pause_webhook_endpoint', {}, params),
      () => disableEndpoint(job, brand.key_prefix, params.endpoint_id, 'gone'),
    ];
    const endpoint = async (): Promise<Shown> =>
      (await service.call(byOperation('get_webhook_endpoint'), { apiKey: brand.apiKey, params })).body as Shown;
    for (const stop of stops) {
      const { updated_at } = await endpoint();
      moveClock(-5_000);
      await stop();
      const stopped = await endpoint();
      isInOrder(updated_at, stopped['stopped_at'], stopped['updated_at']);
      await call(brand, 'resume_webhook_endpoint', {}, params);
      const { requested_at } = (await endpoint())['catch_up'] as unknown as Shown;
      isInOrder(stopped['stopped_at'], requested_at);
    }
    const made = await platform(brand, 'admin_create_api_key', { name: 'spare', scopes: ['licenses:read'] });
    moveClock(-5_000);
    await service.call(byOperation('list_licenses'), {
      apiKey: String(made.body['api_key']),
      query: { email: 'nobody@example.com' },
    });
    const listed = await service.call(byOperation('admin_list_api_keys'), {
      apiKey: service.platformKey,
      params: { brand_id: brand.id },
    });
    const spare = (listed.body['api_keys'] as Shown[]).find(({ id }) => id === made.body['id']);
    expect(spare?.['last_used_at']).not.toBeNull();
    isInOrder(spare?.['created_at'], spare?.['last_used_at']);
    moveClock(15_000);
  });
});
