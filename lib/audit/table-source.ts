import { query } from '../dynamo/query.ts';
import { openItemCompletion, type ReadArchive } from '../dynamo/archived-items.ts';
import { getMany, type Item, type Table } from '../dynamo/table.ts';
import type { Key } from '../dynamo/schema.ts';
import { scanSegment } from '../dynamo/scan.ts';
import { BrokenArchive } from '../process/broken-archive.ts';
import type { Source } from './source.ts';

type Scanned = Parameters<typeof scanSegment>[0];

/** One read returns at most 1 MB. */
const PAGE = 1000;

/**
 * A table as the auditor reads it, its archived items whole. `open` gives each step a deadline of its own; its wire
 * must not complete items, as a broken archive is a finding of the auditor and no error.
 */
export function openTableSource(
  client: Scanned,
  tableName: string,
  open: (owner: string) => Table,
  readArchive: ReadArchive,
): Source {
  const complete = (items: readonly Item[]): Promise<Item[]> =>
    completeItems(items, openItemCompletion(readArchive, open('').signal));
  return {
    async *scan(segment, total) {
      for await (const page of scanSegment(client, tableName, { segment, total })) yield await complete(page);
    },
    async *partition(pk) {
      let after: Key | undefined;
      do {
        const page = await query(open(readOwner(pk)), { pk, limit: PAGE, after });
        yield await complete(page.items);
        after = page.last;
      } while (after !== undefined);
    },
    async read(keys) {
      const owners = [...new Set(keys.map(({ pk }) => readOwner(pk)))];
      const found = await getMany({ ...open(''), owners }, keys);
      const whole = await complete(found.filter((item) => item !== undefined));
      return found.map((item) => (item === undefined ? undefined : whole.shift()));
    },
  };
}

const readOwner = (pk: string): string => pk.slice(0, pk.indexOf('#'));

/** An item whose archive is broken stays as it is in the table, with the reason. */
async function completeItems(items: readonly Item[], complete: (item: Item) => Promise<Item>): Promise<Item[]> {
  const whole: Item[] = [];
  for (const item of items)
    whole.push(
      await complete(item).catch((error: unknown) => {
        if (error instanceof BrokenArchive) return { ...item, archive_fault: error.message };
        throw error;
      }),
    );
  return whole;
}
