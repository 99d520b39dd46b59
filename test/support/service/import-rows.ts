import { readFileSync } from 'node:fs';
import { openVault } from '../../../lib/process/vault.ts';
import { ImportRow } from '../../../lib/api/schemas/import-row.ts';
import { importRow } from '../../../lib/commands/import-row.ts';
import { undoImportRow, type UndoneRow } from '../../../lib/commands/undo-import-row.ts';
import { openCatalog } from '../../../lib/commands/import/catalog.ts';
import type { ImportContext, RowOutcome } from '../../../lib/commands/import/row.ts';
import type { Service, TestBrand } from './service.ts';

/** The context of a run, whose rows a test imports one by one. */
export async function openImport(
  service: Service,
  brand: TestBrand,
  changes: Partial<ImportContext> = {},
): Promise<ImportContext> {
  const table = changes.table ?? service.table(brand.key_prefix);
  return {
    importId: 'import-1',
    brand: { key_prefix: brand.key_prefix, settings: {} },
    table,
    vault: openVault(readFileSync(process.env['DATA_KEY_FILE'] ?? '')),
    nowMs: Date.now(),
    actor: { type: 'api_key', id: brand.apiKeyId },
    requestId: 'test',
    silent: true,
    onConflict: 'skip',
    dryRun: false,
    defaults: {},
    ...(await openCatalog(table, brand.key_prefix, {})),
    ...changes,
  };
}

export const bringRow = (ctx: ImportContext, row: unknown, line = 1): Promise<RowOutcome> =>
  importRow(ctx, { line, row: ImportRow.parse(row) });

export const undoRow = (ctx: ImportContext, row: unknown, line = 1): Promise<UndoneRow> =>
  undoImportRow(ctx, { line, row: ImportRow.parse(row) });

/** A row as a shop's old system has it: a key of a foreign form, with sites. */
export function sampleRow(license_key: string, sites = 2, license: Record<string, unknown> = {}) {
  return {
    license_key,
    customer_email: 'ann@example.com',
    licenses: [
      {
        product: 'wp-rocket',
        status: 'valid',
        seat_limit: 5,
        expires_at: '2099-12-31T23:59:59Z',
        created_at: '2019-04-01T09:30:00Z',
        activations: Array.from({ length: sites }, (_, i) => ({ instance: `https://site-${String(i)}.example` })),
        ...license,
      },
    ],
  };
}
