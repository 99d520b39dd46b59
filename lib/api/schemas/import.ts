import * as z from 'zod/mini';
import { describe } from '../../domain/describe.ts';
import { PRESET_NAMES } from '../../domain/import-presets.ts';
import { id, nextCursor, time } from './fields.ts';

const IMPORT_STATES = [
  'waiting_for_file',
  'queued',
  'running',
  'tried',
  'done',
  'failed',
  'cancelled',
  'undoing',
  'undone',
] as const;

const count = (means: string) => describe(z.int(), means);

const Counts = describe(
  z.object({
    rows: count('Rows that were read'),
    created: count('Keys that were created; in a dry run, that would be'),
    updated: count('Keys that existed and were changed'),
    unchanged: count('Keys that existed as they are'),
    failed: count('Rows with a fault, which changed nothing'),
  }),
  { id: 'ImportCounts', description: 'What became of the rows so far' },
);

const Progress = describe(
  z.object({
    percent: count('The part of the file that is done; 0 while its size is unknown'),
    rows_per_second: describe(z.number(), 'The rate since the start'),
    seconds_left: describe(z.nullable(z.int()), 'The time left at this rate; null while it is unknown'),
  }),
  { id: 'ImportProgress', description: 'How far the import has come' },
);

const Estimate = describe(
  z.object({
    seconds: count('How long the run will take at the rate of the import'),
    items: count('Items that it will write'),
    write_units: count('Write units that these cost without indexes'),
  }),
  { id: 'ImportEstimate', description: 'What the run will take, according to a dry run' },
);

const fields = {
  id,
  name: describe(z.string(), 'The name that people read'),
  format: describe(z.enum(['ndjson', 'csv']), 'The format of the file'),
  preset: describe(z.enum(PRESET_NAMES), 'The system that wrote the file'),
  mode: describe(z.enum(['dry_run', 'run']), 'A dry run writes nothing but its report'),
  on_conflict: describe(z.enum(['skip', 'update', 'fail']), 'What happens to a key that exists'),
  emit_events: describe(z.boolean(), 'True if webhook endpoints get the events of the import'),
  rows_per_second: describe(z.int(), 'The most rows in a second'),
  state: describe(z.enum(IMPORT_STATES), 'The state of the import'),
  counts: Counts,
  progress: Progress,
  estimate: describe(z.nullable(Estimate), 'Present after a dry run'),
  undone: describe(
    z.nullable(
      describe(
        z.object({
          removed: count('Licenses that were removed'),
          left: count('Licenses that somebody has used or changed since'),
        }),
        { id: 'ImportUndone', description: 'What an undo removed and left' },
      ),
    ),
    'Present once an undo has begun',
  ),
  problem: describe(z.nullable(z.string()), 'Why the whole file cannot be read'),
  created_at: time,
  started_at: describe(z.nullable(time), 'When the first row was read'),
  finished_at: describe(z.nullable(time), 'When the last row was done'),
};

export const Import = describe(z.object(fields), { id: 'Import', description: 'An import of licenses from a file' });
export type Import = z.infer<typeof Import>;

const Upload = describe(
  z.object({
    url: describe(z.string(), 'The address that takes the file'),
    method: describe(z.literal('PUT'), 'The method of the upload'),
    headers: describe(z.record(z.string(), z.string()), 'Headers of the upload'),
    expires_at: describe(time, 'The address ends then, or with the credentials that signed it if that is earlier'),
  }),
  { id: 'ImportUpload', description: 'How to send the file' },
);

export const ImportWithUpload = describe(
  z.object({ ...fields, upload: describe(z.nullable(Upload), 'Null if the file was in the request') }),
  { id: 'ImportWithUpload', description: 'An import, and how to send its file' },
);
export type ImportWithUpload = z.infer<typeof ImportWithUpload>;

export const ImportList = describe(
  z.object({ imports: describe(z.array(Import), 'The imports of this page'), next_cursor: nextCursor }),
  { id: 'ImportList' },
);
export type ImportList = z.infer<typeof ImportList>;

const ImportRowReport = describe(
  z.object({
    line: count('The line of the file on which the row begins'),
    outcome: describe(
      z.enum(['failed', 'left', 'noted']),
      'failed: nothing was written. left: an undo left it. noted: it was written, and something is worth a look',
    ),
    code: describe(z.string(), 'The reason, as a word'),
    field: describe(z.string(), 'The path of the field in the row; empty for the whole row'),
    message: describe(z.string(), 'The reason, for people'),
  }),
  { id: 'ImportRowReport', description: 'A row that needs a person' },
);
export const ImportRowList = describe(
  z.object({ rows: describe(z.array(ImportRowReport), 'The rows of this page'), next_cursor: nextCursor }),
  { id: 'ImportRowList' },
);
export type ImportRowList = z.infer<typeof ImportRowList>;
