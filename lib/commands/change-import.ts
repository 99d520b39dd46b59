import { DAY_MS, isoSeconds, parseMs } from '../domain/time.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import type { ImportInput } from '../api/imports.ts';
import type { Import } from '../api/schemas/import.ts';
import { queueWork, type ImportingContext } from '../imports/with-stores.ts';
import { FROM_THE_START, isTaken, readImport, saveImport, type ImportJob, type ImportState } from '../table/imports.ts';
import type { Answer, Try } from '../table/once.ts';
import { done, retry } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { importView } from '../views/import-view.ts';

const UNDO_DAYS = 30;

type Action = 'run' | 'cancel' | 'undo';
type Decision = { changes: Partial<ImportJob>; queues: boolean } | undefined;

/** Runs what was tried dry, from the start; goes on with what stands still. */
export const runImport = (ctx: ImportingContext, input: ImportInput) =>
  changeState(ctx, input, 'run', (job) => {
    if (job.state === 'tried') {
      const reports = { run: (job.reports?.run ?? 0) + 1, undo: job.reports?.undo ?? 0 };
      const changes = { ...FROM_THE_START, mode: 'run', state: 'queued', size: job.size, reports } as const;
      return { changes, queues: true };
    }
    const isInLine = job.state === 'waiting_for_file' || job.state === 'queued';
    const isWaiting = isInLine || (job.state === 'running' && isLeft(ctx, job));
    const isStopped = job.state === 'failed' || job.state === 'cancelled';
    // Two workers would count the same rows.
    if ((!isWaiting && !isStopped) || (isStopped && isWorkedOn(ctx, job))) return undefined;
    return { changes: { state: 'queued', problem: null, finished_at: null, worker: null }, queues: true };
  });

export const cancelImport = (ctx: ImportingContext, input: ImportInput) =>
  changeState(ctx, input, 'cancel', ({ state }) => {
    const canStop = state === 'waiting_for_file' || state === 'queued' || state === 'running';
    return canStop ? { changes: { state: 'cancelled', finished_at: isoSeconds(ctx.nowMs) }, queues: false } : undefined;
  });

const UNDOABLE: ReadonlySet<ImportState> = new Set(['done', 'failed', 'cancelled']);

/** Reads the file again from its start, which is kept a day longer than an undo is possible. */
export const undoImport = (ctx: ImportingContext, input: ImportInput) =>
  changeState(ctx, input, 'undo', (job) => {
    const isLate = ctx.nowMs - parseMs(job.created_at) > UNDO_DAYS * DAY_MS;
    if (job.state === 'undoing' && isLeft(ctx, job)) return { changes: { worker: null }, queues: true };
    if (!UNDOABLE.has(job.state) || job.mode !== 'run' || isLate || isWorkedOn(ctx, job)) return undefined;
    const changes = { state: 'undoing', offset: 0, line: 0, reported: 0, finished_at: null, worker: null } as const;
    const reports = { run: job.reports?.run ?? 0, undo: (job.reports?.undo ?? 0) + 1 };
    return { changes: { ...changes, reports, undo_counts: { removed: 0, left: 0 } }, queues: true };
  });

/** Its worker died, or its message was lost. */
const isLeft = (ctx: ImportingContext, { worker_until }: ImportJob): boolean =>
  worker_until === null || worker_until <= isoSeconds(ctx.nowMs);

/** A cancelled import is left alone until its worker has seen that. */
const isWorkedOn = (ctx: ImportingContext, job: ImportJob): boolean => isTaken(job, isoSeconds(ctx.nowMs));

async function changeState(
  ctx: ImportingContext,
  { import_id }: ImportInput,
  action: Action,
  decide: (job: ImportJob) => Decision,
): Promise<Answer<Import> | Refusal> {
  const brand = ctx.brand.key_prefix;
  const asked = { worker: false };
  const outcome = await retrying(ctx.table, async (): Promise<Try<Import>> => {
    const job = await readImport(ctx.table, brand, import_id);
    if (job === undefined) return refuse('import_not_found');
    const decision = decide(job);
    if (decision === undefined) return refuse('import_not_in_state', { state: job.state, action });
    const saved = await saveImport(ctx.table, brand, job, decision.changes);
    if (saved === undefined) return retry();
    asked.worker = decision.queues;
    return done({ body: importView(saved, ctx.nowMs) });
  });
  if (asked.worker) await queueWork(ctx, { brand, importId: import_id });
  return outcome;
}
