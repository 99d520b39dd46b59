import { isoSeconds, HOUR_S, SECOND_MS } from '../domain/time.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { CreateImportInput } from '../api/imports.ts';
import type { ImportWithUpload } from '../api/schemas/import.ts';
import { importFileKey } from '../imports/queue.ts';
import { queueWork, type ImportingContext } from '../imports/with-stores.ts';
import { newId } from '../process/ids.ts';
import { FROM_THE_START, putNewImport, type ImportJob } from '../table/imports.ts';
import { buildOnce, commitOnce, storedAnswer, type Answer, type Try } from '../table/once.ts';
import { retrying } from '../dynamo/retrying.ts';
import { importView } from '../views/import-view.ts';

/** A large file takes a while over a slow line. */
const UPLOAD_S = 6 * HOUR_S;

/**
 * Starts an import. A file in the request is stored first, then the job is written, then it is queued: a call that dies
 * in between leaves nothing, or a job that `run` queues again.
 */
export async function createImport(
  ctx: ImportingContext,
  input: CreateImportInput,
): Promise<Answer<ImportWithUpload> | Refusal> {
  const brand = ctx.brand.key_prefix;
  const once = ctx.once && buildOnce(brand, ctx.credential, ctx.once);
  const job = buildJob(ctx, input);
  const notice = { brand, importId: job.id };
  const created = await retrying(ctx.table, async (): Promise<Try<ImportWithUpload>> => {
    const stored = once && (await storedAnswer<ImportWithUpload>(ctx.table, ctx.vault, once, ctx.nowMs));
    if (stored) return stored;
    if (input.file !== undefined) await ctx.files.put(importFileKey(notice), input.file, ctx.nowMs);
    const answer = { created: true, body: { ...importView(job, ctx.nowMs), upload: uploadFor(ctx, input, notice) } };
    return commitOnce({ table: ctx.table, vault: ctx.vault, once, nowMs: ctx.nowMs }, answer, [
      putNewImport(brand, job),
    ]);
  });
  // A request that is sent again queues what the first one may not have: a worker takes an import once.
  if (input.file !== undefined && 'body' in created) await queueWork(ctx, { brand, importId: created.body.id });
  return created;
}

function uploadFor(
  ctx: ImportingContext,
  { file }: CreateImportInput,
  notice: { brand: string; importId: string },
): ImportWithUpload['upload'] {
  if (file !== undefined) return null;
  const request = { method: 'PUT', key: importFileKey(notice), expiresS: UPLOAD_S, nowMs: ctx.nowMs } as const;
  return {
    url: ctx.files.sign(request),
    method: 'PUT',
    headers: {},
    expires_at: isoSeconds(ctx.nowMs + UPLOAD_S * SECOND_MS),
  };
}

function buildJob(ctx: ImportingContext, input: CreateImportInput): ImportJob {
  const { file, idempotency_key: _key, ...asked } = input;
  return {
    ...FROM_THE_START,
    ...asked,
    id: newId(ctx.nowMs),
    state: file === undefined ? 'waiting_for_file' : 'queued',
    undo_counts: { removed: 0, left: 0 },
    size: null,
    actor: ctx.actor,
    request_id: ctx.requestId,
    created_at: isoSeconds(ctx.nowMs),
    version: 1,
  };
}
