import { importRow } from '../commands/import-row.ts';
import { undoImportRow } from '../commands/undo-import-row.ts';
import { jitter } from '../process/jitter.ts';
import { sleep } from '../process/timers.ts';
import type { Work } from './call.ts';
import { findEndMs } from '../domain/import-pace.ts';
import { redact } from '../domain/redact.ts';
import { isTemporary } from '../dynamo/retrying.ts';
import { INTERNAL_FAULT, isRowFault } from './row-faults.ts';
import type { FileRow } from './rows.ts';
import { countRows, type Written } from './tally.ts';

/** False if the time was up before all rows were written: none of them is counted then. */
export async function writeBatch(work: Work, batch: readonly FileRow[]): Promise<boolean> {
  const startMs = work.ctx.now();
  const outcomes = new Map<FileRow, Written>();
  let atOnce = work.ctx.atOnce;
  for (let attempt = 1; outcomes.size < batch.length; attempt += 1) {
    try {
      await inPool(
        batch.filter((row) => !outcomes.has(row)),
        atOnce,
        async (row) => void outcomes.set(row, await writeRow(work, row)),
      );
    } catch (error) {
      if (!isTemporary(error)) throw error;
      if (work.ctx.stop.aborted) return false;
      atOnce = Math.max(1, Math.floor(atOnce / 2));
      await jitter(attempt, work.ctx.stop).catch(() => undefined);
    }
  }
  work.job = await countRows(work, batch, outcomes);
  await keepPace(work, batch.length, startMs);
  return true;
}

async function inPool<T>(items: readonly T[], atOnce: number, run: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await run(next);
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, lane));
  const broken = lanes.find((outcome) => outcome.status === 'rejected');
  if (broken?.status === 'rejected') throw broken.reason;
}

const NOTHING = { kind: 'undone', removed: 0, left: 0, isCustomerUsed: false } as const;

async function writeRow(work: Work, found: FileRow): Promise<Written> {
  const isUndo = work.job.state === 'undoing';
  if ('fault' in found) return isUndo ? NOTHING : { kind: 'row', outcome: { kind: 'failed', fault: found.fault } };
  try {
    return await (isUndo ? undoRow(work, found) : bringRow(work, found));
  } catch (error) {
    if (!isRowFault(error)) throw error;
    work.ctx.logger.error({
      event: 'imports.row_failed',
      message: 'a row of an import could not be written; the import goes on with the next',
      import_id: work.job.id,
      line: found.line,
      error: redact(error.message),
    });
    return isUndo
      ? { ...NOTHING, fault: INTERNAL_FAULT }
      : { kind: 'row', outcome: { kind: 'failed', fault: INTERNAL_FAULT } };
  }
}

type ReadableRow = Extract<FileRow, { row: unknown }>;

const undoRow = async ({ rows, ctx }: Work, { line, row }: ReadableRow): Promise<Written> => ({
  kind: 'undone',
  ...(await undoImportRow({ ...rows, nowMs: ctx.now() }, { line, row })),
});

async function bringRow({ rows, ctx, seen, products }: Work, { line, row }: ReadableRow): Promise<Written> {
  const met = seen?.meet(row);
  if (met) return { kind: 'row', outcome: met };
  for (const { product = rows.defaults.product } of row.licenses) {
    const id = product === undefined ? undefined : rows.findProduct(product)?.id;
    if (id !== undefined) products.add(id);
  }
  const outcome = await importRow({ ...rows, nowMs: ctx.now() }, { line, row });
  // A row that failed leaves its key to a later one, as in a run.
  if (outcome.kind !== 'failed') seen?.note(row);
  return { kind: 'row', outcome };
}

/** Waits until the rows may be over, at the rate that was asked for. */
async function keepPace({ ctx, job, products, running }: Work, rows: number, startMs: number): Promise<void> {
  if (job.mode === 'dry_run' || job.state === 'undoing') return;
  const pace = { rows_per_second: job.rows_per_second, products: products.size, running };
  const leftMs = findEndMs(pace, rows, startMs) - ctx.now();
  if (leftMs > 0) await sleep(leftMs, ctx.stop).catch(() => undefined);
}
