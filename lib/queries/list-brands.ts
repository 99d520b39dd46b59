import { brandView } from '../views/brand-view.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { PlatformContext } from '../context.ts';
import type { BrandView } from '../api/schemas/brand.ts';
import type { PageInput } from '../api/schemas/fields.ts';
import { parseBrandItem, brandPrefixes } from '../table/brands.ts';
import { keys, PLATFORM } from '../table/keys.ts';
import type { Answer } from '../table/once.ts';
import { getMany } from '../dynamo/table.ts';
import { openCursor, sealCursor } from './cursor.ts';

/** All brands, by slug: their order comes from the platform's list, their present state from each brand's own item. */
export async function listBrands(
  ctx: PlatformContext,
  input: PageInput,
): Promise<Answer<{ brands: BrandView[]; next_cursor: string | null }> | Refusal> {
  const list = { vault: ctx.vault, owner: PLATFORM, list: 'brands', filters: {} };
  const after = openCursor(list, input.cursor);
  if (isRefusal(after)) return after;
  const { prefixes, last } = await brandPrefixes(ctx.table(PLATFORM), { limit: input.limit, after });
  const found = await getMany(
    ctx.table(...prefixes),
    prefixes.map((prefix) => keys.brand(prefix)),
  );
  const brands = found.filter((item) => item !== undefined).map((item) => brandView(parseBrandItem(item)));
  return { body: { brands, next_cursor: sealCursor(list, last) } };
}
