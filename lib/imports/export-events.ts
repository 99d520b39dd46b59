import { isoSeconds } from '../domain/time.ts';
import { readIdTime } from '../domain/ids.ts';
import type { Table } from '../dynamo/table.ts';
import type { JournalEntry } from '../events/entry.ts';
import type { ExportJob } from '../table/exports.ts';
import { journalBetween } from '../table/journal-days.ts';
import type { ExportedLines } from './export-rows.ts';

/** The journal of a brand, oldest first: what an audit asks for. */
export async function* exportEvents(
  table: Table,
  brand: string,
  job: ExportJob,
  nowMs: number,
): AsyncGenerator<ExportedLines> {
  const { after } = job.position;
  const begin = job.filter.from ?? job.created_at;
  const from = after === null ? begin : isoSeconds(readIdTime(after));
  const to = job.filter.to ?? isoSeconds(nowMs);
  for await (const { entries } of journalBetween(() => table, brand, from, to)) {
    const fresh = entries.flatMap((found) =>
      found.kind === 'entry' && (after === null || found.entry.id > after) ? [found.entry] : [],
    );
    const last = fresh
      .map(({ id }) => id)
      .sort()
      .at(-1);
    if (last === undefined) continue;
    yield { lines: fresh.map(shownEntry), rows: fresh.length, position: { product: null, after: last } };
  }
}

const shownEntry = ({ brand: _brand, license: _license, ...entry }: JournalEntry): string => JSON.stringify(entry);
