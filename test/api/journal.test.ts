import { beforeAll, expect, test } from '@jest/globals';
import { catalog } from '../../lib/events/catalog.ts';
import { listLicenseEvents } from '../../lib/api/events.ts';
import { pickLicenseFields, parseLicenseItem } from '../../lib/table/licenses.ts';
import type { JournalEntry } from '../../lib/table/journal.ts';
import { activate, deactivate, firstOf, purchase, requestPurchase } from '../support/service/purchases.ts';
import { byOperation, type TestBrand } from '../support/service/service.ts';
import { journalIn, upTo, wholeTable, type StoredItem } from '../support/table/whole-table.ts';
import { useService } from '../support/service/started-service.ts';

const EMAIL = 'journal.reader@example.com';
let brand: TestBrand;
let keyText: string;
let items: StoredItem[];
let journal: JournalEntry[];

const service = useService();
beforeAll(async () => {
  const yearly = { policy: { duration: 'P1Y', expiry_basis: 'first_activation', grace_days: 7 } };
  brand = await service.brand({ products: { 'wp-rocket': {}, imagify: yearly } });
  const bought = await purchase(service, brand, {
    customer_email: EMAIL,
    products: ['wp-rocket', 'imagify'],
    max_seats: 2,
    external_id: 'order-journal',
    metadata: { plan: 'plus' },
  });
  keyText = bought.license_key.key;
  for (const product of ['wp-rocket', 'imagify']) {
    const at = (instance_identifier: string) => ({ license_key: keyText, product, instance_identifier });
    await activate(service, at('https://a.example'), { body: { metadata: { version: '3.1' } } });
    await activate(service, at('https://b.example'));
    await activate(service, at('https://c.example'));
    await activate(service, at('https://c.example'));
    await deactivate(service, at('https://a.example'));
    await activate(service, at('https://a.example'));
  }
  await requestPurchase(service, brand, {
    customer_email: EMAIL,
    products: ['wp-rocket'],
    if_held: 'renew',
    max_seats: 7,
    expiration_date: '2099-12-31',
  });
  await requestPurchase(service, brand, {
    customer_email: EMAIL,
    products: ['imagify'],
    if_held: 'renew',
    duration: 'P1M',
  });
  const apiKey = service.platformKey;
  const params = { brand_id: brand.id };
  await service.call(byOperation('admin_create_bundle'), {
    apiKey,
    params,
    body: { name: 'All', slug: 'all', products: ['wp-rocket', 'imagify'] },
  });
  const spare = await service.call(byOperation('admin_create_api_key'), { apiKey, params, body: { name: 'spare' } });
  await service.call(byOperation('admin_revoke_api_key'), {
    apiKey,
    params: { ...params, api_key_id: String(spare.body['id']) },
  });
  items = await wholeTable(service);
  journal = journalIn(items);
});

test('every entry matches the schema of its event in the catalog', () => {
  expect(journal.length).toBeGreaterThan(15);
  for (const { type, entity, after } of journal) {
    expect(catalog[type]).toBeDefined();
    expect({ type, entity: entity.type }).toEqual({ type, entity: catalog[type].entity });
    const checked = catalog[type].after.safeParse(after);
    expect({ type, error: checked.error?.message }).toEqual({ type, error: undefined });
  }
});

test('the journal contains every event of the setup', () => {
  const types = new Set(journal.map(({ type }) => type));
  const announced = [
    'brand.created',
    'product.created',
    'bundle.created',
    'api_key.created',
    'api_key.revoked',
    'license_key.created',
    'license.provisioned',
  ];
  const used = ['license.activated', 'license.seat_limit_reached', 'seat.deactivated', 'license.renewed'] as const;
  for (const type of [...announced, ...used]) expect([...types]).toContain(type);
});

test('no entry contains a license key, an e-mail or an API key', () => {
  const text = JSON.stringify(journal).toLowerCase();
  for (const secret of [EMAIL, 'journal.reader', keyText, keyText.slice(-19), brand.apiKey, service.platformKey]) {
    expect(text).not.toContain(secret.toLowerCase());
  }
});

test('the entries of each entity are numbered without gaps and in order of time', () => {
  const byEntity = Map.groupBy(journal, ({ entity }) => entity.id);
  expect(byEntity.size).toBeGreaterThan(6);
  for (const entries of byEntity.values()) {
    expect(entries.map(({ seq }) => seq)).toEqual(upTo(entries.length));
    const times = entries.map(({ occurred_at }) => occurred_at);
    expect(times).toEqual([...times].sort());
    const ids = entries.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  }
});

test('a license rebuilt from its entries equals the stored one, and each `before` equals the previous state', () => {
  const licenses = items.filter(({ sk }) => sk === 'license').map(parseLicenseItem);
  expect(licenses).toHaveLength(2);
  for (const license of licenses) {
    let rebuilt: Record<string, unknown> = {};
    for (const { seq, type, before, after } of journal.filter(({ entity }) => entity.id === license.id)) {
      const { activation: _was, ...fieldsBefore } = before ?? {};
      const { activation: _is, ...fieldsAfter } = after ?? {};
      expect({ seq, type, fields: rebuilt }).toMatchObject({ seq, type, fields: fieldsBefore });
      rebuilt = { ...rebuilt, ...fieldsAfter };
    }
    expect(rebuilt).toEqual(pickLicenseFields(license));
    expect(license.seq).toBe(journal.filter(({ entity }) => entity.id === license.id).length);
  }
});

test('the history of a license is listed newest first in pages, with the actor of each change', async () => {
  const license = items.find(
    ({ sk, product }) => sk === 'license' && (product as { slug: string }).slug === 'wp-rocket',
  );
  const params = { license_id: String(license?.['id']) };
  const own = journal.filter(({ entity }) => entity.id === params.license_id);
  const seen: { id: string; seq: number; actor: { type: string } }[] = [];
  let cursor: unknown = null;
  do {
    const query = { limit: '2', ...(typeof cursor === 'string' ? { cursor } : {}) };
    const { body } = await service.call(listLicenseEvents, { apiKey: brand.apiKey, params, query });
    seen.push(...(body['events'] as typeof seen));
    cursor = body['next_cursor'];
  } while (cursor !== null);
  expect(seen.map(({ id }) => id)).toEqual(own.map(({ id }) => id).reverse());
  expect(firstOf(seen.slice(-1)).actor.type).toBe('api_key');
  expect(seen.find(({ seq }) => seq === 2)?.actor.type).toBe('license_key');
});
