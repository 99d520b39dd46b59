import type { ImportContext } from '../commands/import/row.ts';
import { pick } from '../domain/pick.ts';
import { isoSeconds, SECOND_MS } from '../domain/time.ts';
import type { Table } from '../dynamo/table.ts';
import type { JobContext } from '../job.ts';
import { jobs } from '../jobs.ts';
import type { StoredFiles } from '../process/stored-files.ts';
import type { Vault } from '../process/vault.ts';
import { changeImport, isTaken, type ImportJob } from '../table/imports.ts';
import type { ImportNotice, ImportQueue } from './queue.ts';
import type { SeenKeys } from './seen-keys.ts';

export type ImportWorkContext = JobContext & {
  vault: Vault;
  files: StoredFiles;
  queue: ImportQueue;
  /** Rows that are written at the same time. */
  atOnce: number;
};

/** One call of a worker: what it is about, and how far it has come. */
export type Work = {
  ctx: ImportWorkContext;
  brand: string;
  table: Table;
  rows: ImportContext;
  seen: SeenKeys | undefined;
  job: ImportJob;
  /** The ids of the products that the rows so far name. */
  products: Set<string>;
  /** The imports of the brand that run at this moment, with this one. */
  running: number;
};

/** The time until which a worker that begins now has its job. */
export const findWorkerEnd = (ctx: Pick<ImportWorkContext, 'now'>): string =>
  isoSeconds(ctx.now() + jobs['run-import'].timeoutS * SECOND_MS);

const TO_WORK_ON: ReadonlySet<string> = new Set(['waiting_for_file', 'queued', 'running', 'undoing']);

/** Takes an import that nobody else works on; undefined if there is nothing to do. */
export function claimImport(
  ctx: ImportWorkContext,
  table: Table,
  { brand, importId }: ImportNotice,
): Promise<ImportJob | undefined> {
  const now = isoSeconds(ctx.now());
  return changeImport(table, brand, importId, (job) => {
    const isHeld = job.worker !== ctx.requestId && isTaken(job, now);
    if (!TO_WORK_ON.has(job.state) || isHeld) return undefined;
    return {
      state: job.state === 'undoing' ? 'undoing' : 'running',
      started_at: job.started_at ?? now,
      worker: ctx.requestId,
      worker_until: findWorkerEnd(ctx),
    };
  });
}

/**
 * Gives an import back, so that the next call need not wait for this one's end. If it was cancelled meanwhile, the rows
 * that this call has counted since its last save are added: nobody reads them again.
 */
export async function releaseImport(
  ctx: Pick<ImportWorkContext, 'requestId'>,
  table: Table,
  { brand, importId }: ImportNotice,
  reached: ImportJob | undefined,
): Promise<void> {
  await changeImport(table, brand, importId, ({ worker, state }) => {
    if (worker !== ctx.requestId) return undefined;
    const free = { worker: null, worker_until: null };
    return state === 'cancelled' && reached ? { ...pick(PROGRESS, reached), ...free } : free;
  });
}

const PROGRESS = [
  'counts',
  'undo_counts',
  'items',
  'units',
  'line',
  'offset',
  'reported',
  'size',
  'file_mark',
  'header',
] as const satisfies readonly (keyof ImportJob)[];
