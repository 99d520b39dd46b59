import { bundleView } from '../views/product-view.ts';
import { newId } from '../process/ids.ts';
import { computeSlugTag } from '../domain/ids.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import { isoSeconds } from '../domain/time.ts';
import { buildBrandAuthor, type BrandContext } from '../context.ts';
import type { BundleView } from '../api/schemas/bundle.ts';
import type { CreateBundleInput } from '../api/bundles.ts';
import { journalWrite } from '../table/journal.ts';
import { commitOnce, buildOnce, type Answer } from '../table/once.ts';
import { findMembers, putNewBundle, type Bundle } from '../table/products.ts';
import { retrying } from '../dynamo/retrying.ts';

/** Creates a named set of a brand's products. */
export async function createBundle(ctx: BrandContext, input: CreateBundleInput): Promise<Answer<BundleView> | Refusal> {
  const brand = ctx.brand.key_prefix;
  const products = await findMembers(ctx.table, brand, input.products);
  if (isRefusal(products)) return products;
  const { name, slug } = input;
  const now = isoSeconds(ctx.nowMs);
  const bundle: Bundle = {
    id: newId(ctx.nowMs, computeSlugTag(slug)),
    slug,
    name,
    products,
    created_at: now,
    updated_at: now,
    seq: 1,
  };
  const once = ctx.once && buildOnce(brand, ctx.credential, ctx.once);
  return retrying(ctx.table, () =>
    commitOnce(
      { table: ctx.table, vault: ctx.vault, once, nowMs: ctx.nowMs },
      { created: true, body: bundleView(bundle) },
      [
        putNewBundle(brand, bundle, () => refuse('slug_taken', { slug })),
        journalWrite(buildBrandAuthor(ctx), {
          type: 'bundle.created',
          entity: { type: 'bundle', id: bundle.id },
          seq: 1,
          before: null,
          after: { id: bundle.id, slug, name, products: products.map((product) => product.slug) },
        }),
      ],
    ),
  );
}
