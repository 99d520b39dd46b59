import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { ImportRowsInput } from '../api/imports.ts';
import type { PageInput } from '../api/schemas/fields.ts';
import type { ImportList, ImportRowList } from '../api/schemas/import.ts';
import { readImport, readImports, readReportedRows } from '../table/imports.ts';
import type { Answer } from '../table/once.ts';
import { importView } from '../views/import-view.ts';
import { openCursor, sealCursor } from './cursor.ts';
import { readBrandPage } from './read-brand-page.ts';

/** One page of the brand's imports, newest first. */
export const listImports = (ctx: BrandContext, input: PageInput): Promise<Answer<ImportList> | Refusal> =>
  readBrandPage(ctx, input, 'imports', async (page) => {
    const { imports, last } = await readImports(ctx.table, ctx.brand.key_prefix, page);
    return {
      body: (next_cursor) => ({ imports: imports.map((job) => importView(job, ctx.nowMs)), next_cursor }),
      last,
    };
  });

/** One page of the rows of an import that need a person. */
export async function listImportRows(
  ctx: BrandContext,
  { import_id, outcome, limit, cursor }: ImportRowsInput,
): Promise<Answer<ImportRowList> | Refusal> {
  const brand = ctx.brand.key_prefix;
  const list = { vault: ctx.vault, owner: brand, list: 'import rows', filters: { import_id, outcome } };
  const after = openCursor(list, cursor);
  if (isRefusal(after)) return after;
  const job = await readImport(ctx.table, brand, import_id);
  if (job === undefined) return refuse('import_not_found');
  const { rows, last } = await readReportedRows(ctx.table, brand, job, outcome, { limit, after });
  return {
    body: {
      rows: rows.map(({ line, outcome: kind, code, field, message }) => ({
        line,
        outcome: kind,
        code,
        field,
        message,
      })),
      next_cursor: sealCursor(list, last),
    },
  };
}
