import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import type { Route } from './route.ts';
import { id, idempotency_key, instant, nextCursor, PageInput, slugOrId, time, uuid } from './schemas/fields.ts';

const shared = { auth: 'brand', function: 'imports', scope: 'licenses:read', vault: true } as const;
const EXPORT_ID = '01938c71-1000-7a2b-8c3d-4e5f60718b02';

const Download = describe(z.object({ url: describe(z.string(), 'The address of the file'), expires_at: time }), {
  id: 'ExportDownload',
  description: 'Where the file is, for an hour',
});
export const Export = describe(
  z.object({
    id,
    what: describe(z.enum(['licenses', 'events']), 'What is exported'),
    format: describe(z.enum(['ndjson', 'csv']), 'The format of the file'),
    state: describe(z.enum(['queued', 'running', 'done', 'failed']), 'The state of the export'),
    rows: describe(z.int(), 'Keys or events in the file so far'),
    download: describe(
      z.nullable(Download),
      'Present once the export is done, for a caller whose scopes show all that is in the file',
    ),
    created_at: time,
    finished_at: describe(z.nullable(time), 'When the file was whole'),
  }),
  { id: 'Export', description: 'A file of a brand’s licenses or events' },
);
export type Export = z.infer<typeof Export>;
const ExportList = describe(
  z.object({ exports: describe(z.array(Export), 'The exports of this page'), next_cursor: nextCursor }),
  { id: 'ExportList' },
);
export type ExportList = z.infer<typeof ExportList>;

const exported = {
  id: EXPORT_ID,
  what: 'licenses',
  format: 'ndjson',
  state: 'done',
  rows: 10_000,
  download: { url: 'https://files.example.com/exports/WPR/…', expires_at: '2026-11-23T11:00:00Z' },
  created_at: '2026-11-23T10:00:00Z',
  finished_at: '2026-11-23T10:00:14Z',
} as const;

const CreateExportInput = z
  .strictObject({
    what: describe(z._default(z.enum(['licenses', 'events']), 'licenses'), 'What to export'),
    format: describe(z._default(z.enum(['ndjson', 'csv']), 'ndjson'), 'The format; events are NDJSON'),
    product: describe(z.optional(slugOrId), 'Only keys with a license of this product'),
    from: describe(z.optional(instant), 'Only events at this time or later; the default is 30 days ago'),
    to: describe(z.optional(instant), 'Only events at this time or earlier'),
    idempotency_key,
  })
  .check(
    z.refine(({ what, format }) => what === 'licenses' || format === 'ndjson', {
      message: 'must be ndjson for events',
      path: ['format'],
    }),
  );
export type CreateExportInput = z.infer<typeof CreateExportInput>;

export const createExport = {
  ...shared,
  operation: 'create_export',
  method: 'POST',
  path: '/api/v1/brand/exports',
  access: 'write',
  once: true,
  summary: 'Export licenses or events',
  description:
    'Writes a file of the brand’s keys with their licenses and seats, in the shape that an import reads, or of its ' +
    'events. Key texts and e-mail addresses are in full only with the scope `license_keys:reveal`. Events need the ' +
    'scope `events:read`. A download of the file needs the same scopes.',
  input: CreateExportInput,
  example: { what: 'licenses', format: 'ndjson' },
  success: [
    {
      status: 201,
      description: 'The new export',
      body: Export,
      example: { ...exported, state: 'queued', rows: 0, download: null, finished_at: null },
    },
  ],
  refusals: ['idempotency_key_reused'],
} as const satisfies Route;

export const listExports = {
  ...shared,
  operation: 'list_exports',
  method: 'GET',
  path: '/api/v1/brand/exports',
  access: 'read',
  summary: 'List exports',
  description: 'Lists the exports of the brand, newest first.',
  input: PageInput,
  example: {},
  success: [
    { status: 200, description: 'One page', body: ExportList, example: { exports: [exported], next_cursor: null } },
  ],
  refusals: ['cursor_invalid'],
} as const satisfies Route;

const ExportInput = z.strictObject({ export_id: uuid });
export type ExportInput = z.infer<typeof ExportInput>;

export const getExport = {
  ...shared,
  operation: 'get_export',
  method: 'GET',
  path: '/api/v1/brand/exports/{export_id}',
  access: 'read',
  summary: 'Retrieve an export',
  description: 'Shows the state of an export and, once it is done, an address of its file that works for an hour.',
  input: ExportInput,
  example: { export_id: EXPORT_ID },
  success: [{ status: 200, description: 'The export', body: Export, example: exported }],
  refusals: ['export_not_found'],
} as const satisfies Route;

export const exportRoutes = [createExport, listExports, getExport] as const;
