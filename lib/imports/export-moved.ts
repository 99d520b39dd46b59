import { getMany } from '../dynamo/table.ts';
import type { JournalEntry } from '../events/entry.ts';
import type { ExportJob } from '../table/exports.ts';
import { journalBetween } from '../table/journal-days.ts';
import { keys } from '../table/keys.ts';
import { parseLicenseAddress } from '../table/licenses.ts';
import { readExportedKey, type ExportedKey, type ExportSource } from './export-rows.ts';

/** An export walks lists of a product by expiry: a license with another of these fields stands elsewhere in them. */
const MOVES = ['expires_at', 'license_key_id', 'product'] as const;

/**
 * The keys whose licenses moved since the export began, which the walk may have missed. One that it had met before
 * stands in the file twice, and an import takes the first line.
 */
export async function* readMovedKeys(
  source: ExportSource,
  { created_at }: ExportJob,
  { walked, to }: { walked: ReadonlySet<string>; to: string },
): AsyncGenerator<ExportedKey[]> {
  const { table, brand } = source;
  const done = new Set<string>();
  for await (const { entries } of journalBetween(() => table, brand, created_at, to)) {
    const moved = entries.flatMap((found) =>
      found.kind === 'entry' && isMove(found.entry) ? [found.entry.entity.id] : [],
    );
    const fresh = [...new Set(moved)].filter((id) => !done.has(id));
    if (fresh.length === 0) continue;
    for (const id of fresh) done.add(id);
    const items = await getMany(
      table,
      fresh.map((id) => keys.address(brand, id)),
    );
    const rows: ExportedKey[] = [];
    for (const { anchor } of items.flatMap((item) => parseLicenseAddress(item) ?? [])) {
      const row = await readExportedKey(source, anchor, ({ product }) => walked.has(product.id));
      if (row !== undefined) rows.push(row);
    }
    yield rows;
  }
}

const isMove = ({ entity, before, after }: JournalEntry): boolean =>
  entity.type === 'license' && before !== null && MOVES.some((name) => name in (after ?? {}));
