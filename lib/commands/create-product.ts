import { productView } from '../views/product-view.ts';
import { newId } from '../process/ids.ts';
import { computeSlugTag } from '../domain/ids.ts';
import { mergeLinks, NO_LINKS } from '../domain/product-links.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { isoSeconds } from '../domain/time.ts';
import { buildBrandAuthor, type BrandContext } from '../context.ts';
import type { CreateProductInput } from '../api/products.ts';
import type { ProductView } from '../api/schemas/product.ts';
import { journalWrite } from '../table/journal.ts';
import { commitOnce, buildOnce, type Answer } from '../table/once.ts';
import { putPublicProduct } from '../table/public-products.ts';
import { putNewProduct, type Product } from '../table/products.ts';
import { retrying } from '../dynamo/retrying.ts';

/** Creates a product of a brand. The end of its id derives from its slug, so either leads to it. */
export function createProduct(ctx: BrandContext, input: CreateProductInput): Promise<Answer<ProductView> | Refusal> {
  const { name, slug } = input;
  const brand = ctx.brand.key_prefix;
  const now = isoSeconds(ctx.nowMs);
  const product: Product = {
    id: newId(ctx.nowMs, computeSlugTag(slug)),
    slug,
    name,
    policy: input.policy ?? {},
    links: mergeLinks(NO_LINKS, input.links ?? {}),
    created_at: now,
    updated_at: now,
    seq: 1,
  };
  const once = ctx.once && buildOnce(brand, ctx.credential, ctx.once);
  return retrying(ctx.table, () =>
    commitOnce(
      { table: ctx.table, vault: ctx.vault, once, nowMs: ctx.nowMs },
      { created: true, body: productView(product) },
      [
        putNewProduct(brand, product, () => refuse('slug_taken', { slug })),
        putPublicProduct(brand, product),
        journalWrite(buildBrandAuthor(ctx), {
          type: 'product.created',
          entity: { type: 'product', id: product.id },
          seq: 1,
          before: null,
          after: { id: product.id, slug, name, policy: product.policy, links: product.links },
        }),
      ],
    ),
  );
}
