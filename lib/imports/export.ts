import { isoSeconds, SECOND_MS } from '../domain/time.ts';
import type { Table } from '../dynamo/table.ts';
import type { Key } from '../dynamo/schema.ts';
import { jobs } from '../jobs.ts';
import { changeExport, saveExport, type ExportJob } from '../table/exports.ts';
import { readProducts, type Product } from '../table/products.ts';
import { readProductLicenses } from '../table/product-licenses.ts';
import { CSV_COLUMNS, csvLines } from './export-csv.ts';
import { exportEvents } from './export-events.ts';
import { readExportedKey, type ExportedLines, type ExportSource } from './export-rows.ts';
import { exportFileKey, type ExportNotice } from './queue.ts';
import type { ImportWorkContext } from './work.ts';

/** S3's least size of a part is 5 MB. */
const PART_CHARACTERS = 6 * 1024 * 1024;
const PAGE = 100;

/** Writes the file of an export, part by part: a call that dies repeats no more than a part. */
export async function workOnExport(ctx: ImportWorkContext, notice: ExportNotice): Promise<void> {
  const table = ctx.table(notice.brand);
  const now = isoSeconds(ctx.now());
  const job = await changeExport(table, notice.brand, notice.exportId, (found) => {
    const isHeld = found.worker !== null && (found.worker_until ?? '') > now;
    if ((found.state !== 'queued' && found.state !== 'running') || isHeld) return undefined;
    const worker_until = isoSeconds(ctx.now() + jobs['run-import'].timeoutS * SECOND_MS);
    return { state: 'running', worker: ctx.requestId, worker_until };
  });
  if (job === undefined) return;
  const ended = await writeFile(ctx, table, notice, job);
  if (!ended) await ctx.queue.send(notice, table.signal);
}

/** False if another call has to go on. */
async function writeFile(
  ctx: ImportWorkContext,
  table: Table,
  notice: ExportNotice,
  started: ExportJob,
): Promise<boolean> {
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
  if (job.upload === null) await ctx.files.put(key, text, ctx.now());
  else {
    const last = text === '' ? [] : [await ctx.files.putPart(key, job.upload, job.marks.length + 1, text, ctx.now())];
    await ctx.files.joinParts(key, job.upload, [...job.marks, ...last], ctx.now());
  }
  await saveExport(table, notice.brand, job, {
    state: 'done',
    rows,
    position,
    finished_at: isoSeconds(ctx.now()),
    worker: null,
    worker_until: null,
  });
  return true;
}

function linesOf(ctx: ImportWorkContext, table: Table, brand: string, job: ExportJob): AsyncGenerator<ExportedLines> {
  return job.what === 'events'
    ? exportEvents(table, brand, job, ctx.now())
    : exportLicenses({ table, brand, vault: ctx.vault, reveals: job.reveals }, job);
}

/** Product by product; a key with several licenses is written with the oldest of them. */
async function* exportLicenses(source: ExportSource, job: ExportJob): AsyncGenerator<ExportedLines> {
  const products = await readAllProducts(source, job.filter.product);
  for (let at = job.position.product; at < products.length; at += 1) {
    const product = products[at];
    if (product === undefined) break;
    let after = at === job.position.product ? (job.position.after ?? undefined) : undefined;
    for (let hasMore = true; hasMore;) {
      const page = await readProductLicenses(source.table, source.brand, product.id.slice(-12), { limit: PAGE, after });
      const found = await Promise.all(page.entries.map(({ anchor }) => readExportedKey(source, anchor)));
      const rows = found.flatMap((row) => row ?? []);
      after = page.entries.at(-1)?.at ?? after;
      ({ hasMore } = page);
      yield {
        lines: job.format === 'csv' ? rows.flatMap(csvLines) : rows.map((row) => JSON.stringify(row)),
        rows: rows.length,
        position: hasMore ? { product: at, after: after ?? null } : { product: at + 1, after: null },
      };
    }
  }
}

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
