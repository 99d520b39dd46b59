import { pick } from '../domain/pick.ts';
import { parseMs, SECOND_MS } from '../domain/time.ts';
import { computeRate } from '../domain/import-pace.ts';
import type { ImportJob } from '../table/imports.ts';

const FIELDS = [
  'id',
  'name',
  'format',
  'preset',
  'mode',
  'on_conflict',
  'emit_events',
  'rows_per_second',
  'state',
] as const;
const AFTER = ['problem', 'created_at', 'started_at', 'finished_at'] as const;

/** A write of a transaction costs two units. Older imports counted no more. */
const UNITS_PER_ITEM = 2;
/** DynamoDB on demand in us-east-1, November 2026: docs/cost.md. */
const USD_PER_WRITE_UNIT = 0.625 / 1e6;

/** An import as its brand sees it. */
export function importView(job: ImportJob, nowMs: number) {
  const { rows, created, updated, unchanged, failed } = job.counts;
  const isUndo = job.state === 'undoing' || job.state === 'undone';
  return {
    ...pick(FIELDS, job),
    counts: { rows, created, updated, unchanged, failed },
    progress: progressOf(job, nowMs),
    estimate: job.state === 'tried' ? estimateOf(job) : null,
    undone: isUndo ? { removed: job.undo_counts.removed, left: job.undo_counts.left } : null,
    ...pick(AFTER, job),
  };
}

function progressOf({ started_at, finished_at, counts, offset, size }: ImportJob, nowMs: number) {
  const endMs = finished_at === null ? nowMs : parseMs(finished_at);
  const seconds = started_at === null ? 0 : Math.max(1, (endMs - parseMs(started_at)) / SECOND_MS);
  const part = size === null || size === 0 ? 0 : offset / size;
  const rows_per_second = seconds === 0 ? 0 : Math.round((10 * counts.rows) / seconds) / 10;
  const left = part === 0 ? null : Math.round((seconds * (1 - part)) / part);
  return { percent: Math.floor(100 * part), rows_per_second, seconds_left: finished_at === null ? left : 0 };
}

function estimateOf({ counts, items, units, file_products, rows_per_second }: ImportJob) {
  const rate = computeRate({ rows_per_second, products: file_products?.length ?? 0, running: 1 });
  const write_units = units ?? items * UNITS_PER_ITEM;
  const usd = Math.ceil(100 * write_units * USD_PER_WRITE_UNIT) / 100;
  return { seconds: Math.ceil(counts.rows / rate), items, write_units, usd };
}
