import type { RowFault, RowOutcome } from '../commands/import/row.ts';
import type { Table } from '../dynamo/table.ts';
import { putReportedRows, type ImportCounts, type ImportJob, type ReportedRow } from '../table/imports.ts';
import type { FileRow } from './rows.ts';
import { required } from '../domain/invariant.ts';

/** More faults and notes are counted and not listed. What an undo left is listed whole. */
const MOST_REPORTED = 1_000;

/** The outcome of a row, in a run or in an undo. */
export type Written =
  | { kind: 'row'; outcome: RowOutcome }
  | { kind: 'undone'; removed: number; left: number; isCustomerUsed: boolean; fault?: RowFault };

type Counted = { ctx: { now: () => number }; table: Table; brand: string; job: ImportJob };

/** Adds the rows of a batch to the job and reports those that need a person. */
export async function countRows(
  { ctx, table, brand, job }: Counted,
  batch: readonly FileRow[],
  outcomes: ReadonlyMap<FileRow, Written>,
): Promise<ImportJob> {
  const counts: ImportCounts = { ...job.counts };
  const undo_counts = { ...job.undo_counts };
  let { items, units = 0 } = job;
  const reported: ReportedRow[] = [];
  for (const found of batch) {
    const written = required(outcomes.get(found), 'each row of a batch has an outcome');
    if (written.kind === 'undone') {
      undo_counts.removed += written.removed;
      undo_counts.left += written.left;
      if (written.fault) reported.push({ line: found.line, outcome: 'left', ...written.fault });
      else if (written.left > 0) reported.push({ line: found.line, ...LEFT });
      else if (written.isCustomerUsed) reported.push({ line: found.line, ...CUSTOMER_USED });
      continue;
    }
    const { outcome } = written;
    counts.rows += 1;
    counts[outcome.kind] += 1;
    if (outcome.kind === 'failed') reported.push({ line: found.line, outcome: 'failed', ...outcome.fault });
    else {
      items += outcome.writes;
      units += outcome.units ?? 0;
      const [note] = outcome.notes;
      if (note !== undefined) reported.push({ line: found.line, outcome: 'noted', ...note });
    }
  }
  const room = Math.max(0, MOST_REPORTED - job.reported);
  const kept = reported.filter(({ outcome }, i) => outcome === 'left' || i < room);
  await putReportedRows(table, brand, job, kept, ctx.now());
  const end = batch.at(-1)?.end ?? { line: job.line, offset: job.offset };
  return { ...job, counts, undo_counts, items, units, reported: job.reported + kept.length, ...end };
}

const LEFT = {
  outcome: 'left',
  code: 'touched',
  field: 'licenses',
  message: 'A license of this key has been used or changed since the import.',
} as const;

const CUSTOMER_USED = {
  outcome: 'left',
  code: 'customer_used',
  field: 'customer_email',
  message: 'The customer has been used or changed since the import, and stays.',
} as const;
