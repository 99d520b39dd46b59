import { DAY_MS, isoSeconds } from '../domain/time.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import type { CreateExportInput, Export } from '../api/exports.ts';
import { queueWork, type ImportingContext } from '../imports/with-stores.ts';
import { newId } from '../process/ids.ts';
import { putNewExport, type ExportJob } from '../table/exports.ts';
import { buildOnce, commitOnce, storedAnswer, type Answer, type Try } from '../table/once.ts';
import { retrying } from '../dynamo/retrying.ts';
import { exportView } from '../views/export-view.ts';

const EVENTS_BACK_MS = 30 * DAY_MS;

/** Starts an export. This call only records it; a worker writes the file. */
export async function createExport(ctx: ImportingContext, input: CreateExportInput): Promise<Answer<Export> | Refusal> {
  const { scopes } = ctx.credential;
  if (input.what === 'events' && !scopes.includes('events:read'))
    return refuse('scope_missing', { required_scope: 'events:read' });
  const brand = ctx.brand.key_prefix;
  const once = ctx.once && buildOnce(brand, ctx.credential, ctx.once);
  const job = buildExport(ctx, input);
  const created = await retrying(ctx.table, async (): Promise<Try<Export>> => {
    const stored = once && (await storedAnswer<Export>(ctx.table, ctx.vault, once, ctx.nowMs));
    if (stored) return stored;
    const answer = { created: true, body: exportView(job, ctx.nowMs, () => '') };
    return commitOnce({ table: ctx.table, vault: ctx.vault, once, nowMs: ctx.nowMs }, answer, [
      putNewExport(brand, job),
    ]);
  });
  // A request that is sent again queues what the first one may not have: a worker takes an export once.
  if ('body' in created) await queueWork(ctx, { brand, exportId: created.body.id });
  return created;
}

function buildExport(ctx: ImportingContext, { what, format, product, from, to }: CreateExportInput): ExportJob {
  return {
    id: newId(ctx.nowMs),
    what,
    format,
    filter: { product, from: from ?? isoSeconds(ctx.nowMs - EVENTS_BACK_MS), to },
    reveals: ctx.credential.scopes.includes('license_keys:reveal'),
    state: 'queued',
    rows: 0,
    position: { product: null, after: null },
    upload: null,
    marks: [],
    created_at: isoSeconds(ctx.nowMs),
    finished_at: null,
    worker: null,
    worker_until: null,
    version: 1,
  };
}
