import type { Key } from '../dynamo/schema.ts';
import { type Item, type Table } from '../dynamo/table.ts';
import { query } from '../dynamo/query.ts';
import { groups, PRODUCT_SHARDS } from './keys.ts';

/** An entry of the index: the key of one of the product's licenses, and its position in the list by expiry. */
export type ProductEntry = { anchor: string; at: string };

/** All entries expire before `before`. `after` is the position of the entry that the page follows. */
export type ProductPage = { limit: number; before?: string | undefined; after?: string | undefined };

type Shard = { pk: string; entries: ProductEntry[]; last: Key | undefined };

/** Sorts after every time and every id. */
const AFTER_ALL = '~';

/**
 * One page of a product's licenses by expiry, those for life last, from all shards of the product's group. The index
 * may trail by a moment. `hasMore` says that entries follow the page.
 */
export async function readProductLicenses(
  table: Table<'Query'>,
  brand: string,
  tag: string,
  { limit, before = AFTER_ALL, after }: ProductPage,
): Promise<{ entries: ProductEntry[]; hasMore: boolean }> {
  // Every time begins with a digit. No entry begins with another one, so the first bound leaves out `after` alone. An
  // entry of the very second `before` is longer than that time and sorts after it.
  const between = [after === undefined ? '0' : `${after}#`, before] as const;
  const read = async (shard: Shard): Promise<Shard> => {
    const page = { index: 'by_group', between, limit: shareOf(limit), after: shard.last } as const;
    const { items, last } = await query(table, { pk: shard.pk, ...page });
    return { ...shard, entries: [...shard.entries, ...items.map(entryOf)], last };
  };
  const pks = Array.from({ length: PRODUCT_SHARDS }, (_, shard) => groups.product(brand, tag, shard));
  let shards = await Promise.all(pks.map((pk) => read({ pk, entries: [], last: undefined })));
  for (;;) {
    const entries = inOrder(shards.flatMap((shard) => shard.entries));
    const end = entries[limit - 1];
    // A shard that has more may have entries that belong on this page, unless it was read beyond the page's end.
    const isOpen = ({ entries: read, last }: Shard): boolean =>
      last !== undefined && (end === undefined || (read.at(-1)?.at ?? '') < end.at);
    if (!shards.some(isOpen)) {
      const hasMore = entries.length > limit || shards.some(({ last }) => last !== undefined);
      return { entries: entries.slice(0, limit), hasMore };
    }
    shards = await Promise.all(shards.map(async (shard) => (isOpen(shard) ? read(shard) : shard)));
  }
}

/** Twice what falls to a shard on average, so that a page seldom needs a second round. */
const shareOf = (limit: number): number => 2 * Math.ceil(limit / PRODUCT_SHARDS) + 2;

const inOrder = (entries: readonly ProductEntry[]): ProductEntry[] =>
  entries.toSorted((a, b) => (a.at < b.at ? -1 : 1));

function entryOf({ pk, group_sk }: Item): ProductEntry {
  const partition = String(pk);
  return { anchor: partition.slice(partition.lastIndexOf('#') + 1), at: String(group_sk) };
}
