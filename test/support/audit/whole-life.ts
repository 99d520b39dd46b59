import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openVault, type Vault } from '../../../lib/process/vault.ts';
import { newDelivery, putNewDelivery } from '../../../lib/table/webhook-deliveries.ts';
import { moveCursor } from '../../../lib/table/webhook-cursors.ts';
import { isoSeconds, HOUR_MS } from '../../../lib/domain/time.ts';
import { moveClock } from '../run/clock.ts';
import { openBackOffice, type BackOffice } from '../service/back-office.ts';
import { countAll } from '../service/counting.ts';
import { activate, deactivate, newEmail } from '../service/purchases.ts';
import { freshRow, jsonLine, startImport, startImports, type Imports } from '../service/import-files.ts';
import { openReleaseOffice, startPackagesOnce } from '../service/packages.ts';
import { byOperation, startService, type Call, type Reply, type Service, type TestBrand } from '../service/service.ts';
import { journalIn, wholeTable, type StoredItem } from '../table/whole-table.ts';

export type Life = { service: Service; brand: TestBrand; vault: Vault; items: StoredItem[] };

type Ask = (operation: string, request?: Call) => Promise<Reply>;

/** A table in which every kind of item has a past: everything that the service can do has been done to something. */
export async function liveWholeLife(): Promise<Life> {
  const service = await startService();
  const imports = await startImports(service);
  const policy = { development_sites_free: true, duration: 'P1Y' };
  const brand = await service.brand({ products: { basic: { policy }, pro: {}, addon: {} } });
  const ask: Ask = async (operation, request = {}) => {
    const reply = await service.call(byOperation(operation), { apiKey: brand.apiKey, ...request });
    if (reply.status >= 300) throw new Error(`${operation}: ${reply.text}`);
    return reply;
  };
  await liveCatalog(service, brand, ask);
  await liveCredentials(ask);
  const backOffice = openBackOffice(service, brand);
  await liveLicenses(service, backOffice);
  await liveCustomers(service, backOffice, ask);
  await liveWebhooks(service, brand, ask);
  await liveReleases(service, brand, ask);
  await liveImports(imports, brand, ask);
  await countAll(service, brand);
  const vault = openVault(readFileSync(join(tmpdir(), `${service.tableName}.key`)));
  return { service, brand, vault, items: await wholeTable(service) };
}

async function liveCatalog({ platformKey: apiKey }: Service, { id }: TestBrand, ask: Ask): Promise<void> {
  const params = { brand_id: id };
  await ask('update_brand', { apiKey, params, body: { name: 'Another name' } });
  await ask('admin_update_product', { apiKey, params: { ...params, product: 'pro' }, body: { name: 'Pro' } });
  for (const slug of ['all', 'few'])
    await ask('admin_create_bundle', { apiKey, params, body: { name: slug, slug, products: ['basic', 'pro'] } });
  await ask('admin_update_bundle', { apiKey, params: { ...params, bundle: 'all' }, body: { name: 'All of them' } });
  await ask('admin_delete_bundle', { apiKey, params: { ...params, bundle: 'few' } });
}

async function liveCredentials(ask: Ask): Promise<void> {
  const make = async (name: string) => String((await ask('create_api_key', { body: { name } })).body['id']);
  const rotate = (api_key_id: string) => ask('rotate_api_key', { params: { api_key_id }, body: { overlap_hours: 24 } });
  await make('spare');
  const rotated = await make('rotated');
  await rotate(rotated);
  await rotate(rotated);
  const revoked = await make('revoked');
  await rotate(revoked);
  await ask('revoke_api_key', { params: { api_key_id: revoked } });
}

async function liveLicenses(service: Service, backOffice: BackOffice): Promise<void> {
  const { id, keyId, site } = await backOffice.buy({
    products: ['basic', 'pro'],
    max_seats: 2,
    external_id: 'Order-1',
    metadata: { shop: 'one' },
  });
  const headers = { 'idempotency-key': 'activation-1' };
  for (const name of ['one', 'two', 'staging']) await activate(service, site(name), { headers });
  await activate(service, site('two'));
  await deactivate(service, site('two'));
  await activate(service, site('staging.two'));
  await activate(service, site('three'));
  await activate(service, site('four'));
  await backOffice.rotate(keyId, { overlap_hours: 24 }, { 'idempotency-key': 'rotation-1' });
  await backOffice.rotate(keyId, { overlap_hours: 24 });
  await backOffice.change(id, { max_seats: 1 }, { 'idempotency-key': 'change-1' });
  await backOffice.change(id, { product: 'addon', metadata: { shop: 'two' } });
  await backOffice.renew(id, { extend_by: 'P1M' });
  await backOffice.suspend(id);
  await backOffice.resume(id);
  const kept = await backOffice.buy({ products: ['pro'], max_seats: 3 });
  await activate(service, kept.site('kept'));
  await backOffice.transfer(kept.id, { customer_email: newEmail(), keep_activations: true });
  const dropped = await backOffice.buy({ products: ['pro'], max_seats: 3 });
  await activate(service, dropped.site('dropped'));
  await backOffice.transfer(dropped.id, { customer_email: newEmail(), keep_activations: false });
  const cancelled = await backOffice.buy({ products: ['basic'] });
  await activate(service, cancelled.site('cancelled'));
  await backOffice.cancel(cancelled.id, { reason: 'refunded' });
}

async function liveCustomers(service: Service, backOffice: BackOffice, ask: Ask): Promise<void> {
  const idOf = async ({ id }: { id: string }) => String((await backOffice.get(id)).body['customer_id']);
  const moved = await backOffice.buy({ products: ['basic'] });
  await ask('update_customer', { params: { customer_id: await idOf(moved) }, body: { email: newEmail() } });
  // A new customer with the e-mail that another one had first.
  await backOffice.buy({ products: ['basic'], customer_email: moved.email });
  const returned = await backOffice.buy({ products: ['pro'] });
  const params = { customer_id: await idOf(returned) };
  await ask('update_customer', { params, body: { email: newEmail() } });
  await ask('update_customer', { params, body: { email: returned.email } });
  const erased = await backOffice.buy({ products: ['basic'], max_seats: 2, metadata: { name: 'Ann' } });
  await activate(service, erased.site('ann'));
  await backOffice.suspend(erased.id, { reason: 'Ann asked for it' });
  await backOffice.resume(erased.id);
  moveClock(2_000);
  await ask('erase_customer', { body: { email: erased.email } });
}

async function liveWebhooks(service: Service, brand: TestBrand, ask: Ask): Promise<void> {
  const { key_prefix: prefix } = brand;
  const make = async () =>
    String((await ask('create_webhook_endpoint', { body: { url: 'http://127.0.0.1:9/webhooks' } })).body['id']);
  const endpoint_id = await make();
  await ask('rotate_webhook_secret', { params: { endpoint_id }, body: { overlap_hours: 1 } });
  await ask('delete_webhook_endpoint', { params: { endpoint_id: await make() } });
  const [entry] = journalIn(await wholeTable(service)).filter(({ type }) => type === 'license.provisioned');
  if (entry === undefined) throw new Error('nothing was sold');
  const nowMs = Date.now();
  const delivery = newDelivery(endpoint_id, entry, nowMs);
  await putNewDelivery(service.table(prefix), prefix, delivery, isoSeconds(nowMs));
  await moveCursor(service.table(prefix), prefix, entry.entity.id, entry.seq);
  await ask('replay_events', {
    params: { endpoint_id },
    body: { from: isoSeconds(nowMs - HOUR_MS), to: isoSeconds(nowMs) },
  });
}

async function liveReleases(service: Service, brand: TestBrand, ask: Ask): Promise<void> {
  const params = { brand_id: brand.id, product: 'pro' };
  for (const edd_item_id of [11, 12])
    await ask('admin_update_product', { apiKey: service.platformKey, params, body: { edd_item_id } });
  const office = openReleaseOffice(service, await startPackagesOnce(), brand, 'pro');
  await office.draft('1.0.0');
  const { id } = await office.published('1.1.0');
  await office.published('1.2.0');
  await office.change(String((await office.published('1.10.0'))['id']), { rollout_percent: 20 });
  await office.yank(String(id));
}

async function liveImports(imports: Imports, brand: TestBrand, ask: Ask): Promise<void> {
  const file = (rows: readonly object[]) => rows.map((row) => jsonLine(row)).join('');
  const run = { format: 'ndjson', mode: 'run', defaults: { product: 'basic' } };
  const rowOf = (sites: number) => freshRow(sites, { product: 'basic' });
  const kept = await startImport(imports, brand, { ...run, file: file([rowOf(2), { ...rowOf(0), license_key: 'x' }]) });
  const undone = await startImport(imports, brand, { ...run, file: file([rowOf(1), rowOf(3)]) });
  await imports.work();
  await imports.act(brand, 'undo', undone);
  await ask('create_export', { body: { what: 'licenses', format: 'ndjson' } });
  await imports.work();
  const { body } = await imports.get(brand, kept);
  if (body['state'] !== 'done') throw new Error(`an import stands still: ${JSON.stringify(body)}`);
}
