import { productView } from '../views/product-view.ts';
import { mergeLinks } from '../domain/product-links.ts';
import { pick, pickGiven } from '../domain/pick.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import { timeAfter } from '../domain/time.ts';
import { buildBrandAuthor, type BrandContext } from '../context.ts';
import type { ProductView } from '../api/schemas/product.ts';
import type { UpdateProductInput } from '../api/products.ts';
import { difference, journalWrite } from '../table/journal.ts';
import type { Answer, Try } from '../table/once.ts';
import { putPublicProduct } from '../table/public-products.ts';
import { findProduct, PRESENTATION_FIELDS, putChangedProduct, type Product } from '../table/products.ts';
import { showProduct } from '../table/releases.ts';
import { changeEddItem } from './edd-item-change.ts';
import { refuseUnseen } from './seen-version.ts';
import { done, retry } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { commit } from '../dynamo/transact.ts';

/**
 * Changes a product's name, policy, links or public part. Existing licenses keep their terms, and get the links.
 * @param seen the version that the form of a person showed
 */
export function updateProduct(
  ctx: BrandContext,
  input: UpdateProductInput,
  seen?: string,
): Promise<Answer<ProductView> | Refusal> {
  const brand = ctx.brand.key_prefix;
  return retrying(ctx.table, async (): Promise<Try<ProductView>> => {
    const previous = await findProduct(ctx.table, brand, input.product);
    if (isRefusal(previous)) return previous;
    const unseen = refuseUnseen(seen, previous);
    if (unseen) return unseen;
    const { name = previous.name, policy = previous.policy } = input;
    const product: Product = {
      ...previous,
      name,
      policy,
      ...pickGiven(PRESENTATION_FIELDS, input),
      links: mergeLinks(previous.links, input.links ?? {}),
      updated_at: timeAfter(previous.updated_at, ctx.nowMs),
      seq: previous.seq + 1,
    };
    const changes = difference(shown(previous), shown(product));
    if (Object.keys(changes.after).length === 0) return done({ body: productView(previous) });
    return commit(ctx.table, { body: productView(product) }, [
      putChangedProduct(brand, product, retry),
      showProduct(ctx.brand, product),
      ...changeEddItem(brand, previous.edd_item_id, product),
      putPublicProduct(brand, product),
      journalWrite(buildBrandAuthor(ctx), {
        type: 'product.updated',
        entity: { type: 'product', id: previous.id },
        seq: product.seq,
        notBefore: previous.updated_at,
        ...changes,
      }),
    ]);
  });
}

const shown = (product: Product) => pick(['name', 'policy', 'links', ...PRESENTATION_FIELDS] as const, product);
