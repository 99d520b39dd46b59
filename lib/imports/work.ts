import { openCatalog } from '../commands/import/catalog.ts';
import type { ImportContext } from '../commands/import/row.ts';
import { importRow } from '../commands/import-row.ts';
import { undoImportRow } from '../commands/undo-import-row.ts';
import { isoSeconds, SECOND_MS } from '../domain/time.ts';
import { Contention } from '../dynamo/wire.ts';
import { getOne, type Table } from '../dynamo/table.ts';
import type { JobContext } from '../job.ts';
import { jobs } from '../jobs.ts';
import { jitter } from '../process/jitter.ts';
import { Unavailable } from '../process/outage.ts';
import type { StoredFile, StoredFiles } from '../process/stored-files.ts';
import { sleep } from '../process/timers.ts';
import type { Vault } from '../process/vault.ts';
import { parseBrandItem } from '../table/brands.ts';
import { changeImport, countRunningImports, saveImport, type ImportJob } from '../table/imports.ts';
import { keys } from '../table/keys.ts';
import { readBatches } from './batches.ts';
import { findEndMs } from './pace.ts';
import { importFileKey, type ImportNotice, type ImportQueue } from './queue.ts';
import { BrokenFile, UnreadableFile } from './records.ts';
import { INTERNAL_FAULT, isRowFault } from './row-faults.ts';
import { readCheckedHeader, readRows, type FileRow } from './rows.ts';
import { openSeenKeys, type SeenKeys } from './seen-keys.ts';
import { countRows, type Written } from './tally.ts';

export type ImportWorkContext = JobContext & {
  vault: Vault;
  files: StoredFiles;
  queue: ImportQueue;
  /** Rows that are written at the same time. */
  atOnce: number;
};

const SAVE_EVERY_MS = SECOND_MS;
/** One call of a worker: what it is about, and how far it has come. */
type Work = {
  ctx: ImportWorkContext;
  brand: string;
  table: Table;
  rows: ImportContext;
  seen: SeenKeys | undefined;
  job: ImportJob;
  products: Set<string>;
  /** The imports of the brand that run at this moment, with this one. */
  running: number;
};

/**
 * Works on an import until it is done or the call's time is nearly up: then it saves its progress and asks for another
 * call. Whatever dies on the way, the next call goes on from what was saved, and rows that were written since then
 * change nothing.
 */
export async function workOnImport(ctx: ImportWorkContext, notice: ImportNotice): Promise<void> {
  const table = ctx.table(notice.brand);
  const job = await claimImport(ctx, table, notice);
  if (job === undefined) return;
  const { ended } = await runImport(ctx, table, notice, job);
  if (!ended) await ctx.queue.send(notice, table.signal);
}

async function runImport(
  ctx: ImportWorkContext,
  table: Table,
  notice: ImportNotice,
  job: ImportJob,
): Promise<{ ended: boolean }> {
  const work = await openWork(ctx, table, notice.brand, job);
  try {
    return { ended: await workThrough(work, notice) };
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    // A run made nothing of what is behind the break, so nothing of it has to be undone.
    const state = work.job.state === 'undoing' && error instanceof BrokenFile ? 'undone' : 'failed';
    await endImport(work, { state, problem: error.message });
    return { ended: true };
  }
}

const TO_WORK_ON: ReadonlySet<string> = new Set(['waiting_for_file', 'queued', 'running', 'undoing']);

/** Takes an import that nobody works on; undefined if there is nothing to do. */
function claimImport(ctx: ImportWorkContext, table: Table, notice: ImportNotice): Promise<ImportJob | undefined> {
  const now = isoSeconds(ctx.now());
  return changeImport(table, notice.brand, notice.importId, (job) => {
    const isHeld = job.worker !== null && job.worker !== ctx.requestId && (job.worker_until ?? '') > now;
    if (!TO_WORK_ON.has(job.state) || isHeld) return undefined;
    return {
      state: job.state === 'undoing' ? 'undoing' : 'running',
      started_at: job.started_at ?? now,
      worker: ctx.requestId,
      worker_until: isoSeconds(ctx.now() + jobs['run-import'].timeoutS * SECOND_MS),
    };
  });
}

async function openWork(ctx: ImportWorkContext, table: Table, brand: string, job: ImportJob): Promise<Work> {
  const item = await getOne(table, keys.brand(brand));
  if (item === undefined) throw new Error('an import belongs to a brand that is not there');
  const { settings } = parseBrandItem(item);
  const isDry = job.mode === 'dry_run' && job.state !== 'undoing';
  const rows: ImportContext = {
    importId: job.id,
    brand: { key_prefix: brand, settings },
    table,
    vault: ctx.vault,
    nowMs: ctx.now(),
    actor: job.actor,
    requestId: job.request_id,
    silent: !job.emit_events,
    onConflict: job.on_conflict,
    dryRun: isDry,
    defaults: job.defaults,
    ...(await openCatalog(table, brand, job.products)),
  };
  return {
    ctx,
    brand,
    table,
    rows,
    job,
    seen: isDry ? openSeenKeys(rows) : undefined,
    products: new Set(),
    running: 1,
  };
}

/** True if the import has ended, false if another call has to go on. */
async function workThrough(work: Work, notice: ImportNotice): Promise<boolean> {
  const { ctx, job } = work;
  const readFrom = async (from: number): Promise<StoredFile> => {
    const file = await ctx.files.read(importFileKey(notice), from, ctx.now(), work.job.file_mark);
    if (file === 'replaced') throw new UnreadableFile('A file was uploaded again. Start a new import with it.');
    if (file === undefined) throw new UnreadableFile('There is no file. One that was uploaded is kept for 31 days.');
    if (file.size === 0) throw new UnreadableFile('The file is empty.');
    return file;
  };
  const open = async (from: number): Promise<AsyncIterable<Uint8Array>> => {
    const file = await readFrom(from);
    await noteFile(work, file);
    return file.bytes;
  };
  // A file with the wrong columns is not noted: another one may be uploaded in its place.
  const openHeader = async (): Promise<AsyncIterable<Uint8Array>> => (await readFrom(0)).bytes;
  const header = job.format === 'csv' ? (job.header ?? (await readCheckedHeader(job, openHeader))) : null;
  work.job = { ...work.job, header };
  if (work.seen && job.offset > 0) await rememberSeen(work.seen, readRows(job, open, header, START), job.offset);
  let savedMs = ctx.now();
  work.running = await countRunningImports(work.table, work.brand, isoSeconds(savedMs));
  const start = { line: job.line, offset: job.offset };
  for await (const batch of readBatches(readRows(job, open, header, start))) {
    if (ctx.stop.aborted) return endCall(work);
    if (!(await writeBatch(work, batch))) return endCall(work);
    if (ctx.now() - savedMs < SAVE_EVERY_MS) continue;
    savedMs = ctx.now();
    if (!(await saveProgress(work, {}))) return true;
    work.running = await countRunningImports(work.table, work.brand, isoSeconds(savedMs));
  }
  return finish(work);
}

/** The file whose rows are read first is the one that every later call and an undo read. */
async function noteFile(work: Work, { size, mark }: StoredFile): Promise<void> {
  const isFirst = (work.job.file_mark ?? null) === null;
  work.job = { ...work.job, size, file_mark: mark };
  if (isFirst && mark !== null) work.job = (await saveImport(work.table, work.brand, work.job, {})) ?? work.job;
}

const START = { line: 0, offset: 0 };

async function rememberSeen(seen: SeenKeys, rows: AsyncIterable<FileRow>, upTo: number): Promise<void> {
  for await (const found of rows) {
    if (found.end.offset > upTo) return;
    if ('row' in found) seen.note(found.row);
  }
}

/** False if the time was up before all rows were written: none of them is counted then. */
async function writeBatch(work: Work, batch: readonly FileRow[]): Promise<boolean> {
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
      if (!(error instanceof Unavailable) && !(error instanceof Contention)) throw error;
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

const NOTHING = { kind: 'undone', removed: 0, left: 0 } as const;

async function writeRow(work: Work, found: FileRow): Promise<Written> {
  const rows = { ...work.rows, nowMs: work.ctx.now() };
  const isUndo = work.job.state === 'undoing';
  if ('fault' in found) return isUndo ? NOTHING : { kind: 'row', outcome: { kind: 'failed', fault: found.fault } };
  const numbered = { line: found.line, row: found.row };
  try {
    if (isUndo) return { kind: 'undone', ...(await undoImportRow(rows, numbered)) };
    for (const { product } of found.row.licenses) if (product !== undefined) work.products.add(product);
    return { kind: 'row', outcome: work.seen?.meet(found.row) ?? (await importRow(rows, numbered)) };
  } catch (error) {
    if (!isRowFault(error)) throw error;
    work.ctx.logger.error({
      event: 'imports.row_failed',
      message: 'a row of an import could not be written; the import goes on with the next',
      import_id: work.job.id,
      line: found.line,
      error: error.message,
    });
    return isUndo
      ? { ...NOTHING, fault: INTERNAL_FAULT }
      : { kind: 'row', outcome: { kind: 'failed', fault: INTERNAL_FAULT } };
  }
}

/** Waits until the rows may be over, at the rate that was asked for. */
async function keepPace({ ctx, job, products, running }: Work, rows: number, startMs: number): Promise<void> {
  if (job.mode === 'dry_run' || job.state === 'undoing') return;
  const pace = { rows_per_second: job.rows_per_second, products: products.size, running };
  const leftMs = findEndMs(pace, rows, startMs) - ctx.now();
  if (leftMs > 0) await sleep(leftMs, ctx.stop).catch(() => undefined);
}

/** False if the import was cancelled: then only what was counted is added to it. */
async function saveProgress(work: Work, changes: Partial<ImportJob>): Promise<boolean> {
  const saved = await saveImport(work.table, work.brand, work.job, changes);
  if (saved !== undefined) {
    work.job = saved;
    return true;
  }
  const { counts, undo_counts, items, line, offset, reported, size, file_mark, header } = work.job;
  await changeImport(work.table, work.brand, work.job.id, (now) =>
    now.worker === work.ctx.requestId
      ? { counts, undo_counts, items, line, offset, reported, size, file_mark, header, worker: null }
      : undefined,
  );
  return false;
}

/** Ends a call before the import's end: the next call goes on at once. */
async function endCall(work: Work): Promise<boolean> {
  return !(await saveProgress(work, { worker: null, worker_until: null }));
}

async function finish(work: Work): Promise<boolean> {
  const { job } = work;
  if (job.counts.rows === 0 && job.state !== 'undoing') throw new UnreadableFile('The file has no rows.');
  const state = job.state === 'undoing' ? 'undone' : job.mode === 'dry_run' ? 'tried' : 'done';
  await endImport(work, { state });
  return true;
}

async function endImport(work: Work, end: Pick<ImportJob, 'state'> & { problem?: string }): Promise<void> {
  const finished_at = isoSeconds(work.ctx.now());
  await saveProgress(work, { ...end, finished_at, worker: null, worker_until: null });
}
