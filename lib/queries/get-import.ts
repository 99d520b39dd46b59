import { refuse, type Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { ImportInput } from '../api/imports.ts';
import type { Import } from '../api/schemas/import.ts';
import { readImport } from '../table/imports.ts';
import type { Answer } from '../table/once.ts';
import { importView } from '../views/import-view.ts';

export async function getImport(ctx: BrandContext, { import_id }: ImportInput): Promise<Answer<Import> | Refusal> {
  const job = await readImport(ctx.table, ctx.brand.key_prefix, import_id);
  return job === undefined ? refuse('import_not_found') : { body: importView(job, ctx.nowMs) };
}
