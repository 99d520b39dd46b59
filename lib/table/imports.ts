import type { ColumnMapping } from '../domain/import-record.ts';
import type { PresetName } from '../domain/import-presets.ts';
import type { Policy } from '../domain/policy.ts';
import { DAY_S } from '../domain/time.ts';
import type { Actor } from '../events/entry.ts';
import { equals, isNew } from '../dynamo/condition.ts';
import { done, retry, type Outcome } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import type { Key } from '../dynamo/schema.ts';
import { query } from '../dynamo/query.ts';
import { getOne, type Item, type Table } from '../dynamo/table.ts';
import { commit, type Write } from '../dynamo/transact.ts';
import { importKeys } from './keys.ts';

export type ImportState =
  'waiting_for_file' | 'queued' | 'running' | 'tried' | 'done' | 'failed' | 'cancelled' | 'undoing' | 'undone';

export type ImportCounts = { rows: number; created: number; updated: number; unchanged: number; failed: number };

/** One import of a brand: what was asked for, and how far it has come. */
export type ImportJob = {
  id: string;
  name: string;
  format: 'ndjson' | 'csv';
  preset: PresetName;
  mapping: ColumnMapping;
  /** The brand's products by the names that the file gives them. */
  products: Record<string, string>;
  mode: 'dry_run' | 'run';
  on_conflict: 'skip' | 'update' | 'fail';
  emit_events: boolean;
  defaults: { product?: string | undefined; policy?: Policy | undefined };
  rows_per_second: number;
  state: ImportState;
  counts: ImportCounts;
  /** An undo counts licenses that were removed, and those that somebody has touched. */
  undo_counts: { removed: number; left: number };
  /** Items that the rows so far were written with; in a dry run, that they would be. */
  items: number;
  /** Write units that these items would cost, indexes included. Only a dry run counts them. */
  units?: number | undefined;
  /** The ids of the products that the rows so far name. Absent in older imports, as is the next. */
  file_products?: string[] | undefined;
  /** The reports so far, of runs and of undos: each lists rows of its own. */
  reports?: { run: number; undo: number } | undefined;
  /** The file's bytes and lines that are done, and its size once it is known. */
  offset: number;
  line: number;
  size: number | null;
  /** The mark of the content of the file that was read first. Absent in older imports. */
  file_mark?: string | null | undefined;
  /** The first line of a CSV file, from which a later call goes on. */
  header: { columns: string[]; delimiter: string } | null;
  /** Rows of the report that are kept. */
  reported: number;
  /** Why the whole file cannot be read. */
  problem: string | null;
  actor: Actor;
  request_id: string;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  /** The worker that has it, and until when: a worker that died is replaced after that. */
  worker: string | null;
  worker_until: string | null;
  version: number;
};

const NO_COUNTS: ImportCounts = { rows: 0, created: 0, updated: 0, unchanged: 0, failed: 0 };
export const FROM_THE_START = {
  counts: NO_COUNTS,
  items: 0,
  units: 0,
  file_products: [],
  offset: 0,
  line: 0,
  header: null,
  reported: 0,
  problem: null,
  started_at: null,
  finished_at: null,
  worker: null,
  worker_until: null,
} satisfies Partial<ImportJob>;

/** The report of a row is kept as long as the file. */
const REPORT_KEPT_S = 31 * DAY_S;

const parseImportItem = ({ pk: _pk, sk: _sk, ...job }: Item): ImportJob => job as ImportJob;

export const putNewImport = (brand: string, job: ImportJob): Write<never> => ({
  put: { ...importKeys.job(brand, job.id), ...job },
  guard: isNew,
});

export async function readImport(table: Table<'GetItem'>, brand: string, id: string): Promise<ImportJob | undefined> {
  const item = await getOne(table, importKeys.job(brand, id));
  return item && parseImportItem(item);
}

/** One page of a brand's imports, newest first. */
export async function readImports(
  table: Table<'Query'>,
  brand: string,
  page: { limit: number; after?: Key | undefined },
): Promise<{ imports: ImportJob[]; last: Key | undefined }> {
  const { pk } = importKeys.job(brand, '');
  const { items, last } = await query(table, { pk, begins: 'import#', newestFirst: true, ...page });
  return { imports: items.map(parseImportItem), last };
}

/** Ten imports run at once at most, over all brands; these are the newest of one. */
const LOOKED_AT = 20;

/** True while a worker has a job. One that died has it until its time is over. */
export const isTaken = ({ worker, worker_until }: Pick<ImportJob, 'worker' | 'worker_until'>, now: string): boolean =>
  worker !== null && worker_until !== null && worker_until > now;

/** The imports of a brand that a worker writes at this moment. */
export async function countRunningImports(table: Table<'Query'>, brand: string, now: string): Promise<number> {
  const { imports } = await readImports(table, brand, { limit: LOOKED_AT });
  return imports.filter((job) => job.mode === 'run' && job.state === 'running' && isTaken(job, now)).length;
}

const putChangedImport = <R>(brand: string, previous: ImportJob, next: ImportJob, refused: () => R): Write<R> => ({
  put: { ...importKeys.job(brand, next.id), ...next, version: previous.version + 1 },
  guard: equals('version', previous.version),
  refused,
});

/** Saves a job if nobody has changed it since it was read. */
export function trySaveImport(
  table: Table,
  brand: string,
  previous: ImportJob,
  changes: Partial<ImportJob>,
): Promise<Outcome<ImportJob>> {
  const next = { ...previous, ...changes, version: previous.version + 1 };
  return commit(table, next, [putChangedImport(brand, previous, next, retry)]);
}

/** The same; undefined if somebody has changed it. */
export async function saveImport(...saved: Parameters<typeof trySaveImport>): Promise<ImportJob | undefined> {
  const outcome = await trySaveImport(...saved);
  return outcome.kind === 'done' ? outcome.value : undefined;
}

/** Changes a job by what it is now; undefined if there is none or `decide` leaves it. */
export function changeImport(
  table: Table,
  brand: string,
  id: string,
  decide: (job: ImportJob) => Partial<ImportJob> | undefined,
): Promise<ImportJob | undefined> {
  return retrying(table, async (): Promise<Outcome<ImportJob | undefined>> => {
    const job = await readImport(table, brand, id);
    const changes = job && decide(job);
    if (job === undefined || changes === undefined) return done(undefined);
    return trySaveImport(table, brand, job, changes);
  });
}

/** Counts licenses of a row that this transaction removes. What is counted is there if the worker dies after it. */
export const countUndone = (brand: string, id: string, line: number, removed: number, nowMs: number): Write<never> => ({
  update: importKeys.undone(brand, id, line),
  set: { ttl: Math.floor(nowMs / 1000) + REPORT_KEPT_S },
  add: { removed },
});

/** The licenses of a row that its undo has removed so far. */
export async function readUndone(table: Table<'GetItem'>, brand: string, id: string, line: number): Promise<number> {
  return Number((await getOne(table, importKeys.undone(brand, id, line)))?.['removed'] ?? 0);
}

/** A row that failed, or that an undo left. It names no key and no e-mail. */
export type ReportedRow = {
  line: number;
  outcome: 'failed' | 'left' | 'noted';
  code: string;
  field: string;
  message: string;
};

/** The report that an outcome belongs to: an undo has another one than the run before it. */
const reportOf = ({ reports }: Pick<ImportJob, 'reports'>, outcome: ReportedRow['outcome']): number =>
  (outcome === 'left' ? reports?.undo : reports?.run) ?? 0;

export async function putReportedRows(
  table: Table,
  brand: string,
  job: Pick<ImportJob, 'id' | 'reports'>,
  rows: readonly ReportedRow[],
  nowMs: number,
): Promise<void> {
  const ttl = Math.floor(nowMs / 1000) + REPORT_KEPT_S;
  const writes = rows.map((row): Write<never> => ({
    put: { ...importKeys.row(brand, job.id, row.outcome, reportOf(job, row.outcome), row.line), ...row, ttl },
  }));
  for (let from = 0; from < writes.length; from += 100) await commit(table, undefined, writes.slice(from, from + 100));
}

export async function readReportedRows(
  table: Table<'Query'>,
  brand: string,
  job: Pick<ImportJob, 'id' | 'reports'>,
  outcome: ReportedRow['outcome'],
  page: { limit: number; after?: Key | undefined },
): Promise<{ rows: ReportedRow[]; last: Key | undefined }> {
  const { pk, sk } = importKeys.row(brand, job.id, outcome, reportOf(job, outcome), 0);
  const begins = sk.slice(0, sk.lastIndexOf('#') + 1);
  const { items, last } = await query(table, { pk, begins, ...page });
  return { rows: items.map(({ pk: _pk, sk: _sk, ttl: _ttl, ...row }) => row as ReportedRow), last };
}
