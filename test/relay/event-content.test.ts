import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { marshall } from '@aws-sdk/util-dynamodb';
import { catalog, LicenseFields } from '../../lib/events/catalog.ts';
import type { OutgoingEvent } from '../../lib/events/outgoing.ts';
import { handler as sweep } from '../../functions/sweep-due.ts';
import { moveTo } from '../../lib/process/clock.ts';
import { openBackOffice } from '../support/service/back-office.ts';
import { activate, deactivate } from '../support/service/purchases.ts';
import { seqsByEntity, startRelay, type RelayRig } from '../support/webhooks/relay.ts';
import { byOperation, type TestBrand } from '../support/service/service.ts';
import { upTo, wholeTable, type StoredItem } from '../support/table/whole-table.ts';
import { useService } from '../support/service/started-service.ts';
import { DAY_MS } from '../../lib/domain/time.ts';

let brand: TestBrand;
let rig: RelayRig;
let id: string;
let keyTexts: string[];
let journal: StoredItem[];
let announced: OutgoingEvent[];

const FIRST = 'marked-first-person@example.com';
const SECOND = 'marked-second-person@example.com';

/** Takes one license through its whole lifecycle, until it expires and is cancelled. */
const service = useService({ stream: true });
beforeAll(async () => {
  rig = await startRelay(service);
  brand = await service.brand();
  const stream = await rig.follow();
  const backOffice = openBackOffice(service, brand);
  const bought = await backOffice.buy({
    customer_email: FIRST,
    max_seats: 1,
    external_id: 'order-1',
    expiration_date: '2099-12-31',
  });
  id = bought.id;
  await activate(service, bought.site('one'));
  await activate(service, bought.site('two'));
  await deactivate(service, bought.site('one'));
  await backOffice.suspend(id, { reason: 'a dispute' });
  await backOffice.resume(id);
  await backOffice.change(id, { max_seats: 2 });
  const rotated = await backOffice.rotate(bought.keyId, { overlap_hours: 1 });
  await backOffice.transfer(id, { customer_email: SECOND, keep_activations: false });
  await backOffice.renew(id, { expiration_date: new Date(Date.now() + 40 * DAY_MS).toISOString() });
  const invocation = { awsRequestId: 'sweep', getRemainingTimeInMillis: () => 60_000 };
  for (const days of [35, 50]) {
    moveTo(Date.now() + days * DAY_MS);
    await sweep({}, invocation);
  }
  await backOffice.cancel(id);
  await service.call(byOperation('admin_revoke_api_key'), {
    apiKey: service.platformKey,
    params: { brand_id: brand.id, api_key_id: brand.apiKeyId },
  });
  await stream.idle();
  await rig.bus.idle();
  const stored = await wholeTable(service);
  journal = stored.filter(({ sk }) => sk.startsWith('journal#'));
  keyTexts = [
    bought.key,
    String((rotated.body['license_key'] as { key?: string } | undefined)?.key ?? rotated.body['key']),
  ];
  announced = rig.events.filter(({ entity }) => entity.id === id);
}, 90_000);
afterAll(async () => {
  await rig.stop();
  service.client.destroy();
});

test('every journal entry reaches a consumer once and in the order of seq', () => {
  expect(rig.events.map((event) => event.id).sort()).toEqual(journal.map((entry) => String(entry['id'])).sort());
  expect(seqsByEntity(rig.events).get(id)).toEqual(upTo(announced.length));
  expect(rig.errors).toEqual([]);
});

test('the events of a license cover its whole lifecycle', () => {
  expect(announced.map(({ type }) => type)).toEqual([
    'license.provisioned',
    'license.activated',
    'license.seat_limit_reached',
    'seat.deactivated',
    'license.suspended',
    'license.resumed',
    'license.updated',
    'license.transferred',
    'license.renewed',
    'license.expiring',
    'license.expired',
    'license.cancelled',
  ]);
});

test('each event of a license contains its customer, key, external id and fields after the change', () => {
  const fields = Object.keys(LicenseFields.shape).filter(
    (field) => !['license_key_id', 'policy', 'metadata', 'duration', 'starts_on_activation'].includes(field),
  );
  for (const { license } of announced)
    expect(Object.keys(license ?? {}).sort()).toEqual([...fields, 'license_key'].sort());
  const [sold, activated] = announced;
  expect(sold?.license).toMatchObject({
    id,
    external_id: 'order-1',
    seats_used: 0,
    status: 'valid',
    product: { slug: 'wp-rocket' },
  });
  expect(activated?.license).toMatchObject({ seats_used: 1, seat_limit: 1 });
  const byType = new Map(announced.map((event) => [event.type, event.license]));
  expect(byType.get('license.suspended')).toMatchObject({ status: 'suspended' });
  expect(byType.get('license.updated')).toMatchObject({ seat_limit: 2 });
  expect(byType.get('license.transferred')?.customer_id).not.toBe(sold?.license?.customer_id);
  expect(byType.get('license.transferred')?.license_key.id).not.toBe(sold?.license?.license_key.id);
  expect(byType.get('license.expired')).toMatchObject({ status: 'expired' });
  expect(byType.get('license.cancelled')).toMatchObject({ status: 'cancelled' });
});

test('each event names its brand by slug, and its after matches the schema of the catalog', () => {
  for (const { brand: of, type, after } of rig.events) {
    expect([brand.slug, '@platform']).toContain(of.slug);
    expect(catalog[type].after.safeParse(after).error?.issues ?? []).toEqual([]);
  }
});

describe('events', () => {
  const all = (): string => JSON.stringify(rig.events);
  test('never contain a license key', () => {
    expect(keyTexts.every((text) => text.startsWith(`${brand.key_prefix}-`))).toBe(true);
    for (const text of keyTexts) expect(all()).not.toContain(text);
  });
  test('never contain an API key', () => {
    for (const text of [brand.apiKey, service.platformKey]) expect(all()).not.toContain(text);
  });
  test('never contain an e-mail', () => {
    for (const email of [FIRST, SECOND]) expect(all()).not.toContain(email);
  });
});

test('the journal entry of an activation fits into one write unit', () => {
  const entry = journal.find(({ type }) => type === 'license.activated');
  expect(itemBytes(entry ?? {})).toBeLessThanOrEqual(1024);
});

/**
 * DynamoDB's size of an item: the bytes of names and texts, one byte per two digits of a number, one byte per entry
 * of a list or map, and three bytes per list or map.
 */
function itemBytes(item: Record<string, unknown>): number {
  const of = (value: unknown): number => {
    if (value === null || typeof value === 'boolean') return 1;
    if (typeof value === 'number') return Math.ceil(String(value).length / 2) + 1;
    if (typeof value === 'string') return Buffer.byteLength(value);
    if (Array.isArray(value)) return 3 + value.reduce<number>((sum, part) => sum + 1 + of(part), 0);
    return (
      3 + Object.entries(value as object).reduce((sum, [name, part]) => sum + 1 + Buffer.byteLength(name) + of(part), 0)
    );
  };
  expect(Object.keys(marshall(item)).length).toBeGreaterThan(10);
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + of(value), 0);
}
