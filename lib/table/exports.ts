import { equals, isNew } from '../dynamo/condition.ts';
import { done, retry, type Outcome } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import type { Key } from '../dynamo/schema.ts';
import { query } from '../dynamo/query.ts';
import { getOne, type Item, type Table } from '../dynamo/table.ts';
import { commit, type Write } from '../dynamo/transact.ts';
import { importKeys } from './keys.ts';

/** The place that an export has reached: the id of a product and the last license of it, or the last event. */
export type ExportPosition = { product: string | null; after: string | null };

/** One export of a brand. */
export type ExportJob = {
  id: string;
  what: 'licenses' | 'events';
  format: 'ndjson' | 'csv';
  filter: { product?: string | undefined; from?: string | undefined; to?: string | undefined };
  /** The caller may see key texts and e-mails in full. */
  reveals: boolean;
  state: 'queued' | 'running' | 'done' | 'failed';
  rows: number;
  position: ExportPosition;
  /** The file in the bucket, while it is written in parts. */
  upload: string | null;
  marks: string[];
  /** All parts are in the bucket, and are to be joined. Absent in exports of older versions. */
  is_written?: boolean | undefined;
  created_at: string;
  finished_at: string | null;
  worker: string | null;
  worker_until: string | null;
  version: number;
};

/** An older version counted the products: an export that it began has no place in their ids, and begins again. */
function parseExportItem({ pk: _pk, sk: _sk, ...item }: Item): ExportJob {
  const job = item as ExportJob;
  if (typeof job.position.product !== 'number' || job.state === 'done' || job.state === 'failed') return job;
  return { ...job, rows: 0, position: { product: null, after: null }, upload: null, marks: [] };
}

export const putNewExport = (brand: string, job: ExportJob): Write<never> => ({
  put: { ...importKeys.export(brand, job.id), ...job },
  guard: isNew,
});

export async function readExport(table: Table<'GetItem'>, brand: string, id: string): Promise<ExportJob | undefined> {
  const item = await getOne(table, importKeys.export(brand, id));
  return item && parseExportItem(item);
}

export async function readExports(
  table: Table<'Query'>,
  brand: string,
  page: { limit: number; after?: Key | undefined },
): Promise<{ exports: ExportJob[]; last: Key | undefined }> {
  const { pk } = importKeys.export(brand, '');
  const { items, last } = await query(table, { pk, begins: 'export#', newestFirst: true, ...page });
  return { exports: items.map(parseExportItem), last };
}

function trySave(
  table: Table,
  brand: string,
  previous: ExportJob,
  changes: Partial<ExportJob>,
): Promise<Outcome<ExportJob>> {
  const next = { ...previous, ...changes, version: previous.version + 1 };
  const write: Write<ReturnType<typeof retry>> = {
    put: { ...importKeys.export(brand, next.id), ...next },
    guard: equals('version', previous.version),
    refused: retry,
  };
  return commit(table, next, [write]);
}

/** Saves an export that nobody has changed since it was read; undefined if somebody has. */
export async function saveExport(...saved: Parameters<typeof trySave>): Promise<ExportJob | undefined> {
  const outcome = await trySave(...saved);
  return outcome.kind === 'done' ? outcome.value : undefined;
}

/** Changes an export by what it is now; undefined if there is none or `decide` leaves it. */
export function changeExport(
  table: Table,
  brand: string,
  id: string,
  decide: (job: ExportJob) => Partial<ExportJob> | undefined,
): Promise<ExportJob | undefined> {
  return retrying(table, async (): Promise<Outcome<ExportJob | undefined>> => {
    const job = await readExport(table, brand, id);
    const changes = job && decide(job);
    if (job === undefined || changes === undefined) return done(undefined);
    return trySave(table, brand, job, changes);
  });
}
