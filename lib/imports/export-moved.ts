import type { License } from '../domain/license.ts';
import { getMany } from '../dynamo/table.ts';
import type { JournalEntry } from '../events/entry.ts';
import type { ExportJob } from '../table/exports.ts';
import { journalBetween } from '../table/journal-days.ts';
import { keys } from '../table/keys.ts';
import { parseKeyAddress } from '../table/license-keys.ts';
import { parseLicenseAddress } from '../table/licenses.ts';
import { readExportedKey, readKeyOnPartition, type ExportedKey, type ExportSource } from './export-rows.ts';

/** An export walks lists of a product by expiry: a license with another of these fields stands elsewhere in them. */
const MOVES = ['expires_at', 'license_key_id', 'product'] as const;

/**
 * The keys whose licenses moved since the export began, and those that a license left, which the walk may have missed.
 * One that it had met before stands in the file twice, and an import takes the first line.
 */
export async function* readMovedKeys(
  source: ExportSource,
  { created_at }: ExportJob,
  { walked, to }: { walked: ReadonlySet<string>; to: string },
): AsyncGenerator<ExportedKey[]> {
  const { table, brand } = source;
  const isWalked = ({ product }: License): boolean => walked.has(product.id);
  const done = new Set<string>();
  for await (const { entries } of journalBetween(() => table, brand, created_at, to)) {
    const moved = entries.flatMap((found) => (found.kind === 'entry' ? idsToRead(found.entry) : []));
    const fresh = [...new Set(moved)].filter((id) => !done.has(id));
    if (fresh.length === 0) continue;
    for (const id of fresh) done.add(id);
    const items = await getMany(
      table,
      fresh.map((id) => keys.address(brand, id)),
    );
    const rows: ExportedKey[] = [];
    for (const item of items) {
      const license = parseLicenseAddress(item);
      const left = parseKeyAddress(item);
      const row = license
        ? await readExportedKey(source, license.anchor, isWalked)
        : left && (await readKeyOnPartition(source, left.partition, (onKey) => onKey.some(isWalked)));
      if (row !== undefined) rows.push(row);
    }
    yield rows;
  }
}

/** The license that moved, and the key that it is not on any more: the walk may have left that key to this license. */
function idsToRead({ type, entity, before, after, license }: JournalEntry): string[] {
  if (entity.type !== 'license' || before === null) return [];
  const left = type === 'license.import_undone' ? license?.license_key_id : before['license_key_id'];
  const isMoved = MOVES.some((name) => name in (after ?? {}));
  return [...(isMoved ? [entity.id] : []), ...(typeof left === 'string' ? [left] : [])];
}
