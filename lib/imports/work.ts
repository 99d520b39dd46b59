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
import type { StoredFiles } from '../process/stored-files.ts';
import { sleep } from '../process/timers.ts';
import type { Vault } from '../process/vault.ts';
import { parseBrandItem } from '../table/brands.ts';
import { changeImport, countRunningImports, saveImport, type ImportJob } from '../table/imports.ts';
import { keys } from '../table/keys.ts';
import { findEndMs } from './pace.ts';
import { importFileKey, type ImportNotice, type ImportQueue } from './queue.ts';
import { UnreadableFile } from './records.ts';
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
/** Rows that are read ahead and written together. */
const BATCH = 100;
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
  try {
    const work = await openWork(ctx, table, notice.brand, job);
    return { ended: await workThrough(work, notice) };
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    const end = { state: 'failed', problem: error.message, finished_at: isoSeconds(ctx.now()), worker: null } as const;
    await changeImport(table, notice.brand, job.id, (now) => (now.worker === ctx.requestId ? end : undefined));
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
  const open = async (from: number): Promise<AsyncIterable<Uint8Array>> => {
    const file = await ctx.files.read(importFileKey(notice), from, ctx.now());
    if (file === undefined) throw new UnreadableFile('There is no file. One that was uploaded is kept for 31 days.');
    if (file.size === 0) throw new UnreadableFile('The file is empty.');
    work.job = { ...work.job, size: file.size };
    return file.bytes;
  };
  const header = job.format === 'csv' ? (job.header ?? (await readCheckedHeader(job, open))) : null;
  work.job = { ...work.job, header };
  if (work.seen && job.offset > 0) await rememberSeen(work.seen, readRows(job, open, header, START), job.offset);
  let savedMs = ctx.now();
  work.running = await countRunningImports(work.table, work.brand, isoSeconds(savedMs));
  const start = { line: job.line, offset: job.offset };
  for await (const batch of batchesOf(readRows(job, open, header, start))) {
    if (ctx.stop.aborted) return endCall(work);
    if (!(await writeBatch(work, batch))) return endCall(work);
    if (ctx.now() - savedMs < SAVE_EVERY_MS) continue;
    savedMs = ctx.now();
    if (!(await saveProgress(work, {}))) return true;
    work.running = await countRunningImports(work.table, work.brand, isoSeconds(savedMs));
  }
  return finish(work);
}

const START = { line: 0, offset: 0 };

async function rememberSeen(seen: SeenKeys, rows: AsyncIterable<FileRow>, upTo: number): Promise<void> {
  for await (const found of rows) {
    if (found.end.offset > upTo) return;
    if ('row' in found) seen.note(found.row);
  }
}

/** A key is once in a batch: rows of one key are written one after the other, in the order of the file. */
async function* batchesOf(rows: AsyncIterable<FileRow>): AsyncGenerator<FileRow[]> {
  let batch: FileRow[] = [];
  let keysInBatch = new Set<string>();
  for await (const row of rows) {
    const key = 'row' in row ? row.row.license_key : undefined;
    if (batch.length === BATCH || (key !== undefined && keysInBatch.has(key))) {
      yield batch;
      batch = [];
      keysInBatch = new Set();
    }
    batch.push(row);
    if (key !== undefined) keysInBatch.add(key);
  }
  if (batch.length > 0) yield batch;
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

async function writeRow(work: Work, found: FileRow): Promise<Written> {
  const rows = { ...work.rows, nowMs: work.ctx.now() };
  if (work.job.state === 'undoing') return undoRow(rows, found);
  if ('fault' in found) return { kind: 'row', outcome: { kind: 'failed', fault: found.fault } };
  for (const { product } of found.row.licenses) if (product !== undefined) work.products.add(product);
  const twice = work.seen?.meet(found.row);
  const outcome = twice ?? (await importRow(rows, { line: found.line, row: found.row }));
  return { kind: 'row', outcome };
}

async function undoRow(rows: ImportContext, found: FileRow): Promise<Written> {
  if ('fault' in found) return { kind: 'undone', removed: 0, left: 0 };
  const { kind, licenses } = await undoImportRow(rows, { line: found.line, row: found.row });
  return { kind: 'undone', removed: kind === 'undone' ? licenses : 0, left: kind === 'left' ? licenses : 0 };
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
  const { counts, undo_counts, items, line, offset, reported, size, header } = work.job;
  await changeImport(work.table, work.brand, work.job.id, (now) =>
    now.worker === work.ctx.requestId
      ? { counts, undo_counts, items, line, offset, reported, size, header, worker: null }
      : undefined,
  );
  return false;
}

/** Ends a call before the import's end: the next call goes on at once. */
async function endCall(work: Work): Promise<boolean> {
  return !(await saveProgress(work, { worker: null, worker_until: null }));
}

async function finish(work: Work): Promise<boolean> {
  const { job, ctx } = work;
  if (job.counts.rows === 0 && job.state !== 'undoing') throw new UnreadableFile('The file has no rows.');
  const state = job.state === 'undoing' ? 'undone' : job.mode === 'dry_run' ? 'tried' : 'done';
  await saveProgress(work, { state, finished_at: isoSeconds(ctx.now()), worker: null, worker_until: null });
  return true;
}
