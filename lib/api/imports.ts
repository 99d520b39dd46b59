import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import { MOST_ROWS_PER_SECOND } from '../domain/import-record.ts';
import { PRESET_NAMES, ROW_FIELDS } from '../domain/import-presets.ts';
import { Policy } from '../domain/policy.ts';
import * as example from './examples/imports.ts';
import type { Route } from './route.ts';
import { idempotency_key, page, PageInput, slugOrId, text, uuid } from './schemas/fields.ts';
import { Import, ImportList, ImportRowList, ImportWithUpload } from './schemas/import.ts';

const MAX_FILE_IN_BODY = 1024 * 1024;
const MAX_BODY = 2 * 1024 * 1024;
const DEFAULT_ROWS_PER_SECOND = 500;

const shared = { auth: 'brand', function: 'imports' } as const;
const reads = { ...shared, scope: 'imports:read', method: 'GET', access: 'read', vault: true } as const;
const writes = { ...shared, scope: 'imports:write', method: 'POST', access: 'write', vault: true } as const;
const call = { import_id: example.IMPORT_ID };
const changed = { status: 200, description: 'The import after the change', body: Import } as const;

const ImportDefaults = describe(z.strictObject({ product: z.optional(slugOrId), policy: z.optional(Policy) }), {
  id: 'ImportDefaults',
  description: 'The product and policy of licenses whose rows name none',
});

const CreateImportInput = z.strictObject({
  name: describe(text(120), 'A name for people'),
  format: describe(z.enum(['ndjson', 'csv']), 'The format of the file'),
  preset: describe(z._default(z.enum(PRESET_NAMES), 'own'), 'The system that wrote the file'),
  mapping: describe(
    z._default(z.partialRecord(z.enum(ROW_FIELDS), text(120)), {}),
    'The columns of the file that have other names than in the preset, by field',
  ),
  products: describe(
    z._default(z.record(z.string().check(z.minLength(1), z.maxLength(255)), slugOrId), {}),
    'The products of the brand by the names that the file gives them',
  ),
  mode: describe(z.enum(['dry_run', 'run']), 'A dry run reads everything and writes nothing but its report'),
  on_conflict: describe(
    z._default(z.enum(['skip', 'update', 'fail']), 'skip'),
    'What happens to a key that exists: it stays, the fields of the row win, or the row fails',
  ),
  emit_events: describe(z._default(z.boolean(), false), 'Whether webhook endpoints get the events of the import'),
  defaults: describe(z._default(ImportDefaults, {}), 'The product and policy of licenses whose rows name none'),
  rows_per_second: describe(
    z._default(z.int().check(z.gte(1), z.lte(MOST_ROWS_PER_SECOND)), DEFAULT_ROWS_PER_SECOND),
    'The most rows in a second; at most 500 for each product in the file, and 2,000 for all imports of the brand',
  ),
  file: describe(
    z.optional(z.string().check(z.minLength(1), z.maxLength(MAX_FILE_IN_BODY, { abort: true }))),
    'The file itself, up to 1 MB. Without it, the answer has an address to upload it to',
  ),
  idempotency_key,
});
export type CreateImportInput = z.infer<typeof CreateImportInput>;

export const createImport = {
  ...writes,
  operation: 'create_import',
  path: '/api/v1/brand/imports',
  maxBodyBytes: MAX_BODY,
  once: true,
  summary: 'Import licenses',
  description:
    'Imports license keys with their licenses and seats from a file of another system. It begins by itself when the ' +
    'file is whole. Each row is imported as a whole or not at all, and exactly once.',
  input: CreateImportInput,
  example: { name: 'Old shop', format: 'csv', preset: 'edd', mode: 'dry_run', file: example.FILE },
  success: [{ status: 201, description: 'The new import', body: ImportWithUpload, example: example.waitingImport }],
  refusals: ['idempotency_key_reused'],
} as const satisfies Route;

export const listImports = {
  ...reads,
  operation: 'list_imports',
  path: '/api/v1/brand/imports',
  summary: 'List imports',
  description: 'Lists the imports of the brand, newest first.',
  input: PageInput,
  example: {},
  success: [
    {
      status: 200,
      description: 'One page',
      body: ImportList,
      example: { imports: [example.importJob], next_cursor: null },
    },
  ],
  refusals: ['cursor_invalid'],
} as const satisfies Route;

const ImportInput = z.strictObject({ import_id: uuid });
export type ImportInput = z.infer<typeof ImportInput>;

export const getImport = {
  ...reads,
  operation: 'get_import',
  path: '/api/v1/brand/imports/{import_id}',
  summary: 'Retrieve an import',
  description: 'Shows the state of an import, what became of its rows, and how long it will take.',
  input: ImportInput,
  example: call,
  success: [{ status: 200, description: 'The import', body: Import, example: example.importJob }],
  refusals: ['import_not_found'],
} as const satisfies Route;

const ImportRowsInput = z.strictObject({
  import_id: uuid,
  outcome: describe(z._default(z.enum(['failed', 'left', 'noted']), 'failed'), 'The rows to list'),
  ...page,
});
export type ImportRowsInput = z.infer<typeof ImportRowsInput>;

export const listImportRows = {
  ...reads,
  operation: 'list_import_rows',
  path: '/api/v1/brand/imports/{import_id}/rows',
  summary: 'List rows of an import',
  description:
    'Lists the rows that need a person, with line, field and reason: the first 1,000 of an import. They are kept for ' +
    '31 days.',
  input: ImportRowsInput,
  example: call,
  success: [
    {
      status: 200,
      description: 'One page',
      body: ImportRowList,
      example: { rows: [example.reportedRow], next_cursor: null },
    },
  ],
  refusals: ['import_not_found', 'cursor_invalid'],
} as const satisfies Route;

const acting = ['import_not_found', 'import_not_in_state'] as const;

export const runImport = {
  ...writes,
  operation: 'run_import',
  path: '/api/v1/brand/imports/{import_id}/run',
  summary: 'Run an import',
  description:
    'Runs what was tried dry, with the same file. It also goes on with an import that failed, was cancelled or waits.',
  input: ImportInput,
  example: call,
  success: [{ ...changed, example: { ...example.importJob, mode: 'run', state: 'queued' } }],
  refusals: acting,
} as const satisfies Route;

export const cancelImport = {
  ...writes,
  operation: 'cancel_import',
  path: '/api/v1/brand/imports/{import_id}/cancel',
  summary: 'Cancel an import',
  description: 'Stops an import. Rows that were imported stay: undo it to take them back.',
  input: ImportInput,
  example: call,
  success: [{ ...changed, example: { ...example.importJob, mode: 'run', state: 'cancelled' } }],
  refusals: acting,
} as const satisfies Route;

export const undoImport = {
  ...writes,
  operation: 'undo_import',
  path: '/api/v1/brand/imports/{import_id}/undo',
  summary: 'Undo an import',
  description:
    'Removes what a run created and nobody has used or changed since, within 30 days. A check is no use. A ' +
    'customer that it created goes with their last license. What it leaves is listed with the outcome `left`.',
  input: ImportInput,
  example: call,
  success: [
    { ...changed, example: { ...example.importJob, mode: 'run', state: 'undoing', undone: { removed: 0, left: 0 } } },
  ],
  refusals: acting,
} as const satisfies Route;

export const importRoutes = [
  createImport,
  listImports,
  getImport,
  listImportRows,
  runImport,
  cancelImport,
  undoImport,
] as const;
