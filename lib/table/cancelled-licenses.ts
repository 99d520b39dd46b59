import type { Key } from '../dynamo/schema.ts';
import { computeTag } from '../domain/ids.ts';
import type { License } from '../domain/license.ts';
import { keys, listKeys } from './keys.ts';
import {
  CANCELLED_ENTRY,
  entryOnKey,
  LIVE_ENTRY,
  parseLicenseKeyItem,
  MAX_LICENSES_PER_KEY,
  readSeatSet,
} from './license-keys.ts';
import type { LicenseKey } from './license-keys.ts';
import { type Item, type Table } from '../dynamo/table.ts';
import { query } from '../dynamo/query.ts';
import type { Write } from '../dynamo/transact.ts';
import { attributeExists } from '../dynamo/condition.ts';

/**
 * Takes a cancelled license off its key's directory. The key still names the last cancelled license of each product;
 * its partition lists all of them, apart from the items that a check reads. The entry is made from the license, which
 * is guarded.
 */
export function retireOnKey<R>(brand: string, previous: LicenseKey, license: License, refused: () => R): Write<R>[] {
  const tag = computeTag(license.product.id);
  return [
    {
      update: keys.licenseKey(brand, previous.partition),
      set: {
        [`${LIVE_ENTRY}${tag}`]: undefined,
        ...Object.fromEntries(forgotten(previous, tag).map((old) => [`${CANCELLED_ENTRY}${old}`, undefined])),
        [`${CANCELLED_ENTRY}${tag}`]: entryOnKey(license),
      },
      add: { license_count: -1 },
      guard: attributeExists(`${LIVE_ENTRY}${tag}`),
      refused,
    },
    listCancelled(brand, previous.partition, license),
  ];
}

/** Lists a cancelled license in its key's partition. */
export const listCancelled = (brand: string, partition: string, { id, anchor }: License): Write<never> => ({
  put: { ...listKeys.cancelledOnKey(brand, partition, id), anchor },
});

/** The products whose cancelled licenses the key drops to stay small: the oldest ones. */
function forgotten({ cancelled }: LicenseKey, tag: string): string[] {
  const others = Object.entries(cancelled).filter(([other]) => other !== tag);
  const newestFirst = others.sort(([, a], [, b]) => (a.license_id < b.license_id ? 1 : -1));
  return newestFirst.slice(MAX_LICENSES_PER_KEY - 1).map(([other]) => other);
}

/** One license on a key, or cancelled on it, and its anchor. */
export type OnKey = { id: string; anchor: string };

const PAGE = 1000;

/** The key under the hash of a text, and the licenses that were cancelled on it. */
export async function keyPartition(
  table: Table<'Query'>,
  brand: string,
  hash: string,
): Promise<{ item: Item | undefined; cancelled: OnKey[] }> {
  const { pk, sk } = keys.licenseKey(brand, hash);
  const items: Item[] = [];
  let after: Key | undefined;
  do {
    const page = await query(table, { pk, limit: PAGE, after });
    items.push(...page.items);
    after = page.last;
  } while (after !== undefined);
  const cancelled = items.filter((item) => item['sk'] !== sk);
  return {
    item: items.find((item) => item['sk'] === sk),
    cancelled: cancelled.map((item) => ({
      id: String(item['sk']).slice(CANCELLED_ENTRY.length),
      anchor: String(item['anchor']),
    })),
  };
}

/** All licenses of a key, including those cancelled on it. */
export function listKeyLicenses(item: Item, cancelled: readonly OnKey[]): OnKey[] {
  const licenseKey = parseLicenseKeyItem(item);
  const live = Object.entries(licenseKey.licenses).map(([tag, entry]) => ({
    id: entry.license_id,
    anchor: readSeatSet(licenseKey, tag, entry).anchor,
  }));
  return [...live, ...cancelled];
}
