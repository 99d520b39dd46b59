import type { Key } from '../../dynamo/schema.ts';
import { refuse, type Refusal } from '../../domain/refusal.ts';
import { keyPartition, listKeyLicenses } from '../../table/cancelled-licenses.ts';
import { groups, TAIL_SHARDS } from '../../table/keys.ts';
import { parseLicenseKeyItem } from '../../table/license-keys.ts';
import { readViewsByAddress } from '../../views/license-view.ts';
import { MAX_LICENSES, newest, type Found, type SearchScope, type Wanted } from './search-page.ts';
import { query } from '../../dynamo/query.ts';

/** The last four characters alone find licenses only if they match at most this many keys of the brand. */
const MAX_KEYS = 20;

/**
 * Finds licenses on the keys whose text ends like this, or did before a rotation. Three round trips: the shards of the
 * index, the keys with their cancelled licenses, the licenses with their customers.
 */
export async function licensesByEnding(scope: SearchScope, lastFour: string, page: Wanted): Promise<Found | Refusal> {
  const brand = scope.brand.key_prefix;
  const partitions = await partitionsByEnding(scope, lastFour);
  if (partitions.length > MAX_KEYS) return refuse('too_many_matches', { maximum: MAX_KEYS, key_prefix: brand });
  const found = await Promise.all(partitions.map((partition) => keyPartition(scope.table, brand, partition)));
  const all = found.flatMap(({ item, cancelled }) => {
    if (item === undefined) return [];
    const { partition: key_partition, customer_partition } = parseLicenseKeyItem(item);
    return listKeyLicenses(item, cancelled).map((license) => ({ ...license, key_partition, customer_partition }));
  });
  // With their keys and customers these are fewer items than one read can return.
  const { some, last } = newest(all, { ...page, limit: Math.min(page.limit, MAX_LICENSES) });
  return { views: await readViewsByAddress(scope, some), last };
}

/** Finds each key once, even if two of its texts have the same ending, and stops once there are too many. */
async function partitionsByEnding({ brand, table }: SearchScope, lastFour: string): Promise<string[]> {
  const shards = Array.from({ length: TAIL_SHARDS }, async (_, shard) => {
    const partitions = new Set<string>();
    let after: Key | undefined;
    do {
      const pk = groups.tail(brand.key_prefix, lastFour, shard);
      const { items, last } = await query(table, { pk, index: 'by_group', limit: 2 * MAX_KEYS, after });
      for (const { group_sk } of items) partitions.add(String(group_sk));
      after = last;
    } while (after !== undefined && partitions.size <= MAX_KEYS);
    return [...partitions];
  });
  return (await Promise.all(shards)).flat();
}
