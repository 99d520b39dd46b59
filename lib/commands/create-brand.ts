import { brandView } from '../views/brand-view.ts';
import { newId } from '../process/ids.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { isoSeconds } from '../domain/time.ts';
import { buildPlatformAuthor, type PlatformContext } from '../context.ts';
import type { BrandView } from '../api/schemas/brand.ts';
import type { CreateBrandInput } from '../api/brands.ts';
import { putNewBrand, type Brand } from '../table/brands.ts';
import { journalWrite } from '../table/journal.ts';
import { PLATFORM } from '../table/keys.ts';
import { commitOnce, buildOnce, type Answer } from '../table/once.ts';
import { retrying } from '../dynamo/retrying.ts';

/** Creates a brand. Slug and prefix are claimed in the same transaction, so no two brands share one. */
export function createBrand(ctx: PlatformContext, input: CreateBrandInput): Promise<Answer<BrandView> | Refusal> {
  const { name, slug, key_prefix } = input;
  const now = isoSeconds(ctx.nowMs);
  const brand: Brand = {
    id: newId(ctx.nowMs),
    name,
    slug,
    key_prefix,
    status: 'active',
    settings: input.settings ?? {},
    created_at: now,
    updated_at: now,
    seq: 1,
  };
  const table = ctx.table(PLATFORM, key_prefix);
  const once = ctx.once && buildOnce(PLATFORM, ctx.credential, ctx.once);
  return retrying(table, () =>
    commitOnce({ table, vault: ctx.vault, once, nowMs: ctx.nowMs }, { created: true, body: brandView(brand) }, [
      ...putNewBrand<Refusal>(
        brand,
        () => refuse('slug_taken', { slug }),
        () => refuse('key_prefix_taken', { key_prefix }),
      ),
      journalWrite(buildPlatformAuthor(ctx, key_prefix), {
        type: 'brand.created',
        entity: { type: 'brand', id: brand.id },
        seq: 1,
        before: null,
        after: { id: brand.id, name, slug, key_prefix, settings: brand.settings },
      }),
    ]),
  );
}
