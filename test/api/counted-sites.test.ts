import { describe, expect, test } from '@jest/globals';
import { getAnalytics } from '../../lib/api/analytics.ts';
import { countEntry, UNCOUNTED } from '../../lib/events/counting.ts';
import type { JournalEntry } from '../../lib/events/entry.ts';
import { findRequested, readGeneration } from '../../lib/table/counts.ts';
import { countAll } from '../support/service/counting.ts';
import { bringRow, openImport, sampleRow } from '../support/service/import-rows.ts';
import { activate, deactivate, newEmail } from '../support/service/purchases.ts';
import { useBackOffice, useBrand, useService } from '../support/service/started-service.ts';

const service = useService();
const brand = useBrand(service, { products: { 'wp-rocket': { policy: { development_sites_free: true } } } });
const backOffice = useBackOffice(service, brand);

/** The present number of active sites, and its change since the last call. */
let last = 0;
async function countNewSites(): Promise<number> {
  await countAll(service, brand);
  const { body } = await service.call(getAnalytics, { apiKey: brand.apiKey, query: { metric: 'active_sites' } });
  const now = (body['series'] as { value: number }[]).at(-1)?.value ?? NaN;
  const change = now - last;
  last = now;
  return change;
}

describe('active sites', () => {
  test('stay with a transfer that keeps them, and leave with one that does not, though they take no seat', async () => {
    const bought = await backOffice.buy({ max_seats: 1 });
    await activate(service, { ...bought.site('one'), instance_identifier: 'http://shop.test' });
    expect(await countNewSites()).toBe(1);
    await backOffice.transfer(bought.id, { customer_email: newEmail(), keep_activations: true });
    expect(await countNewSites()).toBe(0);
    await backOffice.transfer(bought.id, { customer_email: newEmail(), keep_activations: false });
    expect(await countNewSites()).toBe(-1);
  });

  test('that an import brings are counted with those that take no seat, and only once', async () => {
    const license_key = 'OLD-SHOP-KEY-000001';
    const free = ['http://one.test', 'http://two.test', 'http://three.test'];
    const row = (instances: string[], more = {}) =>
      sampleRow(license_key, 0, { activations: instances.map((one) => ({ instance: one })), ...more });
    const bring = async (importId: string, given: object) =>
      (await bringRow(await openImport(service, brand, { importId, onConflict: 'update' }), given)).kind;
    expect(await bring('first', row(['https://live.example', ...free.slice(0, 2)]))).toBe('created');
    expect(await countNewSites()).toBe(3);
    expect(await bring('second', row(free, { policy: { development_sites_free: false } }))).toBe('updated');
    expect(await countNewSites()).toBe(1);
    expect(await bring('third', row(free, { seat_limit: 9 }))).toBe('updated');
    expect(await countNewSites()).toBe(0);
    const body = { brand: brand.slug };
    for (const instance_identifier of free)
      await deactivate(service, { license_key, product: 'wp-rocket', instance_identifier }, { body });
    expect(await countNewSites()).toBe(-3);
  });

  test('of entries that name no sites are read from the seats', () => {
    const count = (
      before: { sites: number; seats_used: number },
      entry: Pick<JournalEntry, 'type' | 'before' | 'after'>,
    ) => countEntry({ ...UNCOUNTED, ...before }, { ...ENTRY, ...entry }, new Map()).sites;
    const transferred = 'license.transferred';
    expect([
      count(
        { sites: 1, seats_used: 0 },
        { type: transferred, before: { customer_id: 'a' }, after: { customer_id: 'b' } },
      ),
      count({ sites: 2, seats_used: 2 }, { type: transferred, before: { seats_used: 2 }, after: { seats_used: 0 } }),
      count({ sites: 0, seats_used: 0 }, { type: 'license.imported', before: null, after: { seats_used: 4 } }),
      count(
        { sites: 2, seats_used: 2 },
        { type: 'license.activated', before: { activation: { status: 'active' } }, after: { seats_used: 2 } },
      ),
    ]).toEqual([1, 0, 4, 2]);
  });
});

const ENTRY = {
  id: 'entry',
  seq: 2,
  occurred_at: '2026-06-10T10:00:00Z',
  brand: 'AB',
  entity: { type: 'license', id: 'license' },
  actor: { type: 'system', id: 'test' },
  request_id: 'test',
  reason: null,
} as const;

test('a counter and a mark name their generation by their keys, and nothing else does', () => {
  const keys = [
    { pk: 'AB#count#2#0#total', sk: 'total' },
    { pk: 'AB#counted#license', sk: 'mark#3' },
    { pk: 'AB#counted#license', sk: 'other' },
    { pk: 'AB#license', sk: 'mark#3' },
  ];
  expect(keys.map(readGeneration)).toEqual([2, 3, undefined, undefined]);
});

test('a pointer of an earlier version that names no kind is one of a license, until it ends', () => {
  const item = { entity_id: 'a', ttl: 10 };
  expect(findRequested(item, 9_000)).toEqual({ type: 'license', id: 'a' });
  expect(findRequested({ ...item, entity_type: 'product' }, 9_000)).toEqual({ type: 'product', id: 'a' });
  expect(findRequested(item, 10_000)).toBeUndefined();
});
