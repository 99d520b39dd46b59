import type { Source } from '../../../lib/audit/source.ts';
import type { StoredItem } from '../table/whole-table.ts';

/** A list of items as the auditor reads a table. Keeps the order of partitions and sort keys. */
export function memorySource(items: readonly StoredItem[], pageSize = 50): Source {
  const itemAt = new Map(items.map((item) => [nameOf(item), item]));
  const names = [...itemAt.keys()].sort();
  const sorted = names.flatMap((name) => itemAt.get(name) ?? []);
  const byPartition = Map.groupBy(sorted, ({ pk }) => pk);
  return {
    scan: (segment, total) =>
      pagesOf(
        sorted.filter(({ pk }) => hashOf(pk) % total === segment),
        pageSize,
      ),
    partition: (pk) => pagesOf(byPartition.get(pk) ?? [], pageSize),
    read: (keys) => Promise.resolve(keys.map((key) => itemAt.get(nameOf(key)))),
  };
}

const nameOf = ({ pk, sk }: { pk: string; sk: string }): string => `${pk}\n${sk}`;

const hashOf = (pk: string): number => [...pk].reduce((sum, character) => sum + character.charCodeAt(0), 0);

async function* pagesOf(items: readonly StoredItem[], size: number): AsyncGenerator<readonly StoredItem[]> {
  for (let from = 0; from < items.length; from += size) yield Promise.resolve(items.slice(from, from + size));
}
