import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { PlatformContext } from '../context.ts';
import type { BrandPage } from '../http/routes/admin.ts';
import { brandById, type Brand } from '../table/brands.ts';
import type { Key } from '../table/keys.ts';
import type { Answer } from '../table/once.ts';
import type { Table } from '../table/table.ts';
import { openCursor, sealCursor } from './cursor.ts';

type Page = { limit: number; after: Key | undefined };

export const withoutSeq = <T extends { seq: number }>({ seq: _seq, ...view }: T): Omit<T, 'seq'> => view;

/** One page of something that a brand has, for the platform team. */
export async function pageOfBrand<T>(
  ctx: PlatformContext,
  { brand_id, limit, cursor }: BrandPage,
  list: string,
  read: (table: Table, brand: Brand, page: Page) => Promise<{ body: (next_cursor: string | null) => T; last: Key | undefined }>,
): Promise<Answer<T> | Refusal> {
  const found = await brandById(ctx.table, brand_id);
  if (isRefusal(found)) return found;
  const place = { vault: ctx.vault, owner: found.brand.key_prefix, list, filters: {} };
  const after = openCursor(place, cursor);
  if (isRefusal(after)) return after;
  const { body, last } = await read(found.table, found.brand, { limit, after });
  return { body: body(sealCursor(place, last)) };
}
