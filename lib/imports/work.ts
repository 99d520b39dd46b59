import { isReadable } from '../commands/import-row.ts';
import { openCatalog } from '../commands/import/catalog.ts';
import type { ImportContext, NumberedRow } from '../commands/import/row.ts';
import { required } from '../domain/invariant.ts';
import { isoSeconds, SECOND_MS } from '../domain/time.ts';
import type { Key } from '../dynamo/schema.ts';
import { getOne, type Table } from '../dynamo/table.ts';
import type { StoredFile } from '../process/stored-files.ts';
import { parseBrandItem } from '../table/brands.ts';
import { countRunningImports, readReportedRows, saveImport, type ImportJob } from '../table/imports.ts';
import { keys } from '../table/keys.ts';
import { readBatches } from './batches.ts';
import { claimImport, releaseImport, type ImportWorkContext, type Work } from './call.ts';
import { retryWhileAway } from './patience.ts';
import { importFileKey, type ImportNotice } from './queue.ts';
import { BrokenFile, UnreadableFile } from './records.ts';
import { readCheckedHeader, readRows, type FileRow } from './rows.ts';
import { openSeenKeys, type SeenKeys } from './seen-keys.ts';
import { writeBatch } from './write-batch.ts';

const SAVE_EVERY_MS = SECOND_MS;
const PAGE = 500;

/**
 * Works on an import until it is done or the call's time is nearly up: then it saves its progress and asks for another
 * call. Whatever dies on the way, the next call goes on from what was saved, and rows that were written since then
 * change nothing.
 */
export async function workOnImport(ctx: ImportWorkContext, notice: ImportNotice): Promise<void> {
  const table = ctx.table(notice.brand);
  let work: Work | undefined;
  const release = (): Promise<void> => releaseImport(ctx, table, notice, work?.job);
  try {
    const ended = await retryWhileAway(ctx.stop, async () => {
      const job = await claimImport(ctx, table, notice);
      if (job === undefined) {
        // It was cancelled while this call waited.
        if (work) await release();
        return true;
      }
      work = await openWork(ctx, table, notice.brand, job);
      return runImport(work, notice);
    });
    if (!ended) await ctx.queue.send(notice, table.signal);
  } catch (error) {
    await release().catch(() => undefined);
    throw error;
  }
}

/** True if the import has ended, false if another call has to go on. */
async function runImport(work: Work, notice: ImportNotice): Promise<boolean> {
  try {
    return await workThrough(work, notice);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    // A run made nothing of what is behind the break, so nothing of it has to be undone.
    const state = work.job.state === 'undoing' && error instanceof BrokenFile ? 'undone' : 'failed';
    await endImport(work, { state, problem: error.message });
    return true;
  }
}

async function openWork(ctx: ImportWorkContext, table: Table, brand: string, job: ImportJob): Promise<Work> {
  const item = await getOne(table, keys.brand(brand));
  const { settings } = parseBrandItem(required(item, 'an import belongs to a brand that is not there'));
  const isUndo = job.state === 'undoing';
  const isDry = job.mode === 'dry_run' && !isUndo;
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
    // In other runs, the key itself tells that an earlier row made it.
    seen: !isUndo && (isDry || job.on_conflict === 'update') ? openSeenKeys(rows) : undefined,
    products: new Set(job.file_products),
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
  if (work.seen && job.offset > 0) await rememberSeen(work, work.seen, readRows(job, open, header, START));
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

/** Reads the keys of the earlier calls. A call that can do no more than that would never come to the file's end. */
async function rememberSeen(work: Work, seen: SeenKeys, rows: AsyncIterable<FileRow>): Promise<void> {
  const { ctx, job } = work;
  const hasFailed = await openFailedRows(work);
  for await (const found of rows) {
    if (found.end.offset > job.offset) return;
    if (ctx.stop.aborted)
      throw new UnreadableFile('The file is too long for a dry run, or for on_conflict update. Split it.');
    if ('row' in found && !hasFailed(found)) seen.note(found.row);
  }
}

/**
 * True for a row that failed in an earlier call: it leaves its key to a later one. The report has the first ones; of
 * the others, the row itself tells it unless its fault depends on what the brand has.
 */
async function openFailedRows(work: Work): Promise<(row: NumberedRow) => boolean> {
  const { table, brand, job, rows } = work;
  const lines = new Set<number>();
  let after: Key | undefined;
  do {
    const page = await readReportedRows(table, brand, job, 'failed', { limit: PAGE, after });
    for (const { line } of page.rows) lines.add(line);
    after = page.last;
  } while (after !== undefined);
  return (row) => lines.has(row.line) || (lines.size < job.counts.failed && !isReadable(rows, row));
}

/** False if the import was cancelled: then only what was counted is added to it. */
async function saveProgress(work: Work, changes: Partial<ImportJob>): Promise<boolean> {
  work.job = { ...work.job, file_products: [...work.products] };
  const saved = await saveImport(work.table, work.brand, work.job, changes);
  if (saved !== undefined) {
    work.job = saved;
    return true;
  }
  await releaseImport(work.ctx, work.table, { brand: work.brand, importId: work.job.id }, work.job);
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
