import { refuse, type Refusal } from '../domain/refusal.ts';
import type { Export, ExportInput, ExportList } from '../api/exports.ts';
import type { PageInput } from '../api/schemas/fields.ts';
import { exportFileKey } from '../imports/queue.ts';
import type { ImportingContext } from '../imports/with-stores.ts';
import { readExport, readExports, type ExportJob } from '../table/exports.ts';
import type { Answer } from '../table/once.ts';
import { exportView } from '../views/export-view.ts';
import { readBrandPage } from './read-brand-page.ts';

export async function getExport(ctx: ImportingContext, { export_id }: ExportInput): Promise<Answer<Export> | Refusal> {
  const job = await readExport(ctx.table, ctx.brand.key_prefix, export_id);
  return job === undefined ? refuse('export_not_found') : { body: show(ctx, job) };
}

/** One page of the brand's exports, newest first. */
export const listExports = (ctx: ImportingContext, input: PageInput): Promise<Answer<ExportList> | Refusal> =>
  readBrandPage(ctx, input, 'exports', async (page) => {
    const { exports, last } = await readExports(ctx.table, ctx.brand.key_prefix, page);
    return { body: (next_cursor) => ({ exports: exports.map((job) => show(ctx, job)), next_cursor }), last };
  });

const show = (ctx: ImportingContext, job: ExportJob): Export =>
  exportView(job, ctx.nowMs, (expiresS) => {
    if (!mayDownload(ctx, job)) return undefined;
    const key = exportFileKey({ brand: ctx.brand.key_prefix, exportId: job.id }, job.format);
    return ctx.files.sign({ method: 'GET', key, expiresS, nowMs: ctx.nowMs });
  });

/** A file shows what its maker could see, so its readers need the same scopes. */
function mayDownload({ credential: { scopes } }: ImportingContext, { what, reveals }: ExportJob): boolean {
  if (what === 'events') return scopes.includes('events:read');
  return !reveals || scopes.includes('license_keys:reveal');
}
