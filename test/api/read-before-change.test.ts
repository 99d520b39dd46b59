import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, expect, test } from '@jest/globals';
import { HOUR_MS, isoSeconds } from '../../lib/domain/time.ts';
import { startedBefore } from '../support/run/started-before.ts';
import { openReleaseOffice } from '../support/service/packages.ts';
import { byOperation } from '../support/service/service.ts';
import { useBrand, useFaultProxy, usePackages, useService } from '../support/service/started-service.ts';
import { wholeTable, type StoredItem } from '../support/table/whole-table.ts';

const proxy = useFaultProxy();
const service = useService();
const packages = usePackages();
const shop = useBrand(service);
const office = startedBefore(() => openReleaseOffice(service, packages, shop));
afterAll(() => proxy.stop());

async function readShelf(): Promise<StoredItem | undefined> {
  const shelves = (await wholeTable(service)).filter(({ sk }) => sk === 'shelf');
  return shelves.find(({ product }) => (product as { slug?: string } | undefined)?.slug === 'wp-rocket');
}

async function rename(name: string): Promise<void> {
  const params = { brand_id: shop.id, product: 'wp-rocket' };
  const call = { apiKey: service.platformKey, params, body: { name } };
  expect(await service.call(byOperation('admin_update_product'), call)).toMatchObject({ status: 200 });
}

/** Another caller changes something after the next call has read it, and before that call writes. */
function beforeNextWrite(change: () => Promise<unknown>): void {
  proxy.tamper = async ({ operation }, forward) => {
    if (operation !== 'TransactWriteItems') return forward();
    proxy.tamper = undefined;
    await change();
    return forward();
  };
}

async function draftDuringRename(version: string, name: string): Promise<void> {
  beforeNextWrite(() => rename(name));
  await office.draft(version);
}

test('a product that is changed while a release is drafted is shown to sites as it was changed', async () => {
  await draftDuringRename('1.0.0', 'Renamed');
  expect(await readShelf()).toMatchObject({ product: { name: 'Renamed' } });
});

test('a product that sites were not shown yet is shown by its next release, as it is at that moment', async () => {
  const { pk, sk } = (await readShelf()) ?? {};
  await service.documents.send(new DeleteCommand({ TableName: service.tableName, Key: { pk, sk } }));
  await office.draft('1.1.0');
  expect(await readShelf()).toMatchObject({ product: { name: 'Renamed' } });
  await service.documents.send(new DeleteCommand({ TableName: service.tableName, Key: { pk, sk } }));
  await draftDuringRename('1.2.0', 'Renamed again');
  expect(await readShelf()).toMatchObject({ product: { name: 'Renamed again' } });
});

test('no replay begins for a webhook endpoint that is deleted meanwhile', async () => {
  const { apiKey } = shop;
  const ask = (operation: string, call: object) => service.call(byOperation(operation), { apiKey, ...call });
  const made = await ask('create_webhook_endpoint', { body: { url: 'http://127.0.0.1:9/webhooks' } });
  const params = { endpoint_id: String(made.body['id']) };
  beforeNextWrite(() => ask('delete_webhook_endpoint', { params }));
  const replayed = await ask('replay_events', { params, body: { from: isoSeconds(Date.now() - HOUR_MS) } });
  expect(replayed).toMatchObject({ status: 404, body: { code: 'webhook_endpoint_not_found' } });
  expect((await wholeTable(service)).filter(({ sk }) => sk.startsWith('replay#'))).toEqual([]);
});
