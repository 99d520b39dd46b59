import { expect } from '@jest/globals';
import { parseCustomerItem } from '../../../lib/table/customers.ts';
import { parseLicenseKeyItem, type LicenseKey } from '../../../lib/table/license-keys.ts';
import { computeTag } from '../../../lib/domain/ids.ts';
import { parseLicenseItem } from '../../../lib/table/licenses.ts';
import type { StoredItem } from './whole-table.ts';

/**
 * Checks that there are keys, and that the directory of each, its count, the licenses that name it, its list of
 * cancelled ones, and its customer's record of it agree.
 */
export function expectKeysAgree(items: readonly StoredItem[], brand: string): void {
  const own = items.filter(({ pk }) => pk.startsWith(`${brand}#`));
  const licenses = own.filter(({ sk }) => sk === 'license').map(parseLicenseItem);
  const stored = own.filter(({ sk, id }) => sk === 'key' && id !== undefined);
  expect(stored).not.toEqual([]);
  for (const item of stored) {
    const key = parseLicenseKeyItem(item);
    const carried = licenses.filter(({ license_key_id }) => license_key_id === key.id);
    const live = carried.filter(({ status }) => status !== 'cancelled');
    const expected = Object.fromEntries(live.map(({ id, product }) => [computeTag(product.id), id]));
    expect(Object.keys(expected)).toHaveLength(live.length);
    expect(idsIn(key.licenses)).toEqual(expected);
    expect(item['license_count']).toBe(live.length);
    const cancelled = carried.filter(({ status }) => status === 'cancelled').map(({ id }) => id);
    const listed = own.filter(({ pk, sk }) => pk === item.pk && sk.startsWith('cancelled#'));
    expect(listed.map(({ sk }) => sk.slice('cancelled#'.length)).sort()).toEqual(cancelled.sort());
    for (const id of Object.values(idsIn(key.cancelled))) expect(cancelled).toContain(id);
  }
  const byId = new Map(stored.map((item) => [item['id'], parseLicenseKeyItem(item)]));
  for (const item of own.filter(({ sk, id }) => sk === 'person' && id !== undefined)) {
    const customer = parseCustomerItem(item);
    for (const held of customer.keys) {
      const key = byId.get(held.id);
      expect(key).toMatchObject({
        partition: held.partition,
        text_cipher: held.text_cipher,
        customer_partition: customer.partition,
      });
      expect([...held.tags].sort()).toEqual(Object.keys(key?.licenses ?? {}).sort());
    }
    for (const tag of customer.held_by_all) for (const { tags } of customer.keys) expect(tags).toContain(tag);
  }
}

const idsIn = (entries: LicenseKey['licenses']): Record<string, string> =>
  Object.fromEntries(Object.entries(entries).map(([tag, { license_id }]) => [tag, license_id]));
