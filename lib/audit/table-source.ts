import { query } from '../dynamo/query.ts';
import { getMany, type Table } from '../dynamo/table.ts';
import type { Key } from '../dynamo/schema.ts';
import { scanSegment } from '../dynamo/scan.ts';
import type { Source } from './source.ts';

type Scanned = Parameters<typeof scanSegment>[0];

/** One read returns at most 1 MB. */
const PAGE = 1000;

/** A table as the auditor reads it. `open` gives each step a deadline of its own. */
export function openTableSource(client: Scanned, tableName: string, open: (owner: string) => Table): Source {
  return {
    scan: (segment, total) => scanSegment(client, tableName, { segment, total }),
    async *partition(pk) {
      let after: Key | undefined;
      do {
        const page = await query(open(readOwner(pk)), { pk, limit: PAGE, after });
        yield page.items;
        after = page.last;
      } while (after !== undefined);
    },
    async read(keys) {
      const owners = [...new Set(keys.map(({ pk }) => readOwner(pk)))];
      const table = open('');
      return getMany({ ...table, owners }, keys);
    },
  };
}

const readOwner = (pk: string): string => pk.slice(0, pk.indexOf('#'));
