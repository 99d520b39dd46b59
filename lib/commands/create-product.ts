import { newId, tagOfSlug } from '../domain/ids.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import { isoSeconds } from '../domain/time.ts';
import { authorOf, type PlatformContext } from '../context.ts';
import type { CreateProductInput, ProductView } from '../http/routes/admin.ts';
import { brandById } from '../table/brands.ts';
import { journalWrite } from '../table/journal.ts';
import { PLATFORM } from '../table/keys.ts';
import { commitOnce, onceFor, type Answer } from '../table/once.ts';
import { putNewProduct, type Product } from '../table/products.ts';
import { retrying } from '../table/retrying.ts';

/** Creates a product of a brand. The end of its id is made from its slug, so that either leads to it. */
export async function createProduct(ctx: PlatformContext, input: CreateProductInput): Promise<Answer<ProductView> | Refusal> {
  const found = await brandById(ctx.table, input.brand_id);
  if (isRefusal(found)) return found;
  const { table, brand } = found;
  const { name, slug } = input;
  const now = isoSeconds(ctx.nowMs);
  const product: Product = {
    id: newId(ctx.nowMs, tagOfSlug(slug)),
    slug,
    name,
    policy: input.policy ?? {},
    created_at: now,
    updated_at: now,
    seq: 1,
  };
  const once = ctx.once && onceFor(PLATFORM, ctx.credential.id, ctx.once);
  const { seq: _seq, ...view } = product;
  return retrying(table, () =>
    commitOnce({ table, vault: ctx.vault, once, nowMs: ctx.nowMs }, { created: true, body: view }, [
      putNewProduct(brand.key_prefix, product, () => refuse('slug_taken', { slug })),
      journalWrite(authorOf(ctx, brand.key_prefix, { type: 'admin', id: ctx.credential.id }), {
        type: 'product.created',
        entity: { type: 'product', id: product.id },
        seq: 1,
        before: null,
        after: { id: product.id, slug, name, policy: product.policy },
      }),
    ]),
  );
}
