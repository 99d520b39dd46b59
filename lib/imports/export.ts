import { isoSeconds } from '../domain/time.ts';
import type { Table } from '../dynamo/table.ts';
import type { Key } from '../dynamo/schema.ts';
import { isTemporary } from '../dynamo/retrying.ts';
import { isTaken } from '../table/imports.ts';
import { changeExport, saveExport, type ExportJob } from '../table/exports.ts';
import { readProducts, type Product } from '../table/products.ts';
import { readProductLicenses } from '../table/product-licenses.ts';
import { findWorkerEnd, type ImportWorkContext } from './call.ts';
import { CSV_COLUMNS, csvLines } from './export-csv.ts';
import { exportEvents } from './export-events.ts';
import { readMovedKeys } from './export-moved.ts';
import { readExportedKey, withOldest, type ExportedKey, type ExportedLines, type ExportSource } from './export-rows.ts';
import { retryWhileAway } from './patience.ts';
import { exportFileKey, type ExportNotice } from './queue.ts';

/** S3's least size of a part is 5 MB. */
const PART_CHARACTERS = 6 * 1024 * 1024;
const PAGE = 100;

/**
 * Writes the file of an export, part by part: a call that dies repeats no more than a part. It waits for what is
 * unavailable. An error that would come back ends the export.
 */
export async function workOnExport(ctx: ImportWorkContext, notice: ExportNotice): Promise<void> {
  const table = ctx.table(notice.brand);
  try {
    const ended = await retryWhileAway(ctx.stop, async () => {
      const job = await claimExport(ctx, table, notice);
      return job === undefined || writeFile(ctx, table, notice, job);
    });
    if (!ended) await ctx.queue.send(notice, table.signal);
  } catch (error) {
    const free = { worker: null, worker_until: null };
    const finished_at = isoSeconds(ctx.now());
    const change = changeOwn(ctx, table, notice, isTemporary(error) ? free : { ...free, state: 'failed', finished_at });
    await change.catch(() => undefined);
    throw error;
  }
}

/** Takes an export that nobody else works on; undefined if there is nothing to do. */
function claimExport(
  ctx: ImportWorkContext,
  table: Table,
  { brand, exportId }: ExportNotice,
): Promise<ExportJob | undefined> {
  const now = isoSeconds(ctx.now());
  return changeExport(table, brand, exportId, (job) => {
    const { state } = job;
    const isHeld = job.worker !== ctx.requestId && isTaken(job, now);
    if ((state !== 'queued' && state !== 'running') || isHeld) return undefined;
    return { state: 'running', worker: ctx.requestId, worker_until: findWorkerEnd(ctx) };
  });
}

const changeOwn = (
  ctx: ImportWorkContext,
  table: Table,
  { brand, exportId }: ExportNotice,
  changes: Partial<ExportJob>,
): Promise<ExportJob | undefined> =>
  changeExport(table, brand, exportId, ({ worker }) => (worker === ctx.requestId ? changes : undefined));

/** False if another call has to go on. */
async function writeFile(
  ctx: ImportWorkContext,
  table: Table,
  notice: ExportNotice,
  started: ExportJob,
): Promise<boolean> {
  const key = exportFileKey(notice, started.format);
  const written = started.is_written === true ? started : await writeParts(ctx, table, notice, started);
  if (typeof written === 'boolean') return written;
  if (written.upload !== null) await ctx.files.joinParts(key, written.upload, written.marks, ctx.now());
  await saveExport(table, notice.brand, written, {
    state: 'done',
    finished_at: isoSeconds(ctx.now()),
    worker: null,
    worker_until: null,
  });
  return true;
}

/**
 * The export whose lines are all in the bucket. Its last part is noted before the parts are joined: that ends the
 * upload, which takes no part any more. True if somebody else has the export, false if another call has to go on.
 */
async function writeParts(
  ctx: ImportWorkContext,
  table: Table,
  notice: ExportNotice,
  started: ExportJob,
): Promise<ExportJob | boolean> {
  const key = exportFileKey(notice, started.format);
  let job: ExportJob | undefined = started;
  let text = started.marks.length === 0 && started.format === 'csv' ? `${CSV_COLUMNS.join(',')}\n` : '';
  let { rows, position } = started;
  for await (const found of linesOf(ctx, table, notice.brand, started)) {
    text += found.lines.map((line) => `${line}\n`).join('');
    rows += found.rows;
    ({ position } = found);
    if (text.length < PART_CHARACTERS) {
      // A part has a least size, so what was read of the next one is read again by the next call.
      if (ctx.stop.aborted) return (await saveExport(table, notice.brand, job, { worker: null })) === undefined;
      continue;
    }
    const upload: string = job.upload ?? (await ctx.files.beginParts(key, ctx.now()));
    const mark = await ctx.files.putPart(key, upload, job.marks.length + 1, text, ctx.now());
    text = '';
    job = await saveExport(table, notice.brand, job, { upload, marks: [...job.marks, mark], rows, position });
    if (job === undefined) return true;
  }
  if (job.upload === null) {
    await ctx.files.put(key, text, ctx.now());
    return { ...job, rows, position };
  }
  const last = text === '' ? [] : [await ctx.files.putPart(key, job.upload, job.marks.length + 1, text, ctx.now())];
  const marks = [...job.marks, ...last];
  return (await saveExport(table, notice.brand, job, { marks, rows, position, is_written: true })) ?? true;
}

function linesOf(ctx: ImportWorkContext, table: Table, brand: string, job: ExportJob): AsyncGenerator<ExportedLines> {
  return job.what === 'events'
    ? exportEvents(table, brand, job, ctx.now())
    : exportLicenses({ table, brand, vault: ctx.vault, reveals: job.reveals }, job, ctx.now);
}

/**
 * Product by product in the order of their ids, so that one made meanwhile comes last; a key with several licenses is
 * written with the oldest of them. At the end, the keys whose licenses moved in the lists meanwhile.
 */
async function* exportLicenses(source: ExportSource, job: ExportJob, now: () => number): AsyncGenerator<ExportedLines> {
  const { position } = job;
  let reached = position;
  const products = await readAllProducts(source, job.filter.product);
  const walked = new Set(products.map(({ id }) => id));
  for (const product of products.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    if (position.product !== null && product.id < position.product) continue;
    let after = product.id === position.product ? (position.after ?? undefined) : undefined;
    for (let hasMore = true; hasMore;) {
      const page = await readProductLicenses(source.table, source.brand, product.id.slice(-12), { limit: PAGE, after });
      const found = await Promise.all(
        page.entries.map(({ anchor }) => readExportedKey(source, anchor, withOldest(walked))),
      );
      const rows = found.flatMap((row) => row ?? []);
      after = page.entries.at(-1)?.at ?? after;
      ({ hasMore } = page);
      reached = { product: product.id, after: after ?? null };
      yield { ...writeLines(job, rows), position: reached };
    }
  }
  for await (const rows of readMovedKeys(source, job, { walked, to: isoSeconds(now()) }))
    yield { ...writeLines(job, rows), position: reached };
}

const writeLines = ({ format }: ExportJob, rows: readonly ExportedKey[]): Pick<ExportedLines, 'lines' | 'rows'> => ({
  lines: format === 'csv' ? rows.flatMap(csvLines) : rows.map((row) => JSON.stringify(row)),
  rows: rows.length,
});

async function readAllProducts({ table, brand }: ExportSource, only: string | undefined): Promise<Product[]> {
  const all: Product[] = [];
  let after: Key | undefined;
  do {
    const { products, last } = await readProducts(table, brand, { limit: PAGE, after });
    all.push(...products);
    after = last;
  } while (after !== undefined);
  return only === undefined ? all : all.filter(({ slug, id }) => slug === only || id === only);
}
