import { isRefusal, type Refusal } from '../domain/refusal.ts';
import { timeAfter } from '../domain/time.ts';
import { brandAuthor, type BrandContext } from '../context.ts';
import type { ProductView, UpdateProductInput } from '../api/catalog.ts';
import { difference, journalWrite } from '../table/journal.ts';
import type { Answer } from '../table/once.ts';
import { productNamed, putChangedProduct, withoutSeq } from '../table/products.ts';
import { retrying } from '../dynamo/retrying.ts';
import { transact } from '../dynamo/transact.ts';

/** Changes a product's name or policy. Licenses that are there keep what they were given. */
export function updateProduct(ctx: BrandContext, input: UpdateProductInput): Promise<Answer<ProductView> | Refusal> {
  const brand = ctx.brand.key_prefix;
  return retrying<Answer<ProductView> | Refusal>(ctx.table, async () => {
    const was = await productNamed(ctx.table, brand, input.product);
    if (isRefusal(was)) return was;
    const { name = was.name, policy = was.policy } = input;
    const changes = difference({ name: was.name, policy: was.policy }, { name, policy });
    if (Object.keys(changes.after).length === 0) return { body: withoutSeq(was) };
    const product = { ...was, name, policy, updated_at: timeAfter(was.updated_at, ctx.nowMs), seq: was.seq + 1 };
    const outcome = await transact<'again'>(ctx.table, [
      putChangedProduct(brand, product, () => 'again'),
      journalWrite(brandAuthor(ctx), {
        type: 'product.updated',
        entity: { type: 'product', id: was.id },
        seq: product.seq,
        notBefore: was.updated_at,
        ...changes,
      }),
    ]);
    return outcome === 'committed' ? { body: withoutSeq(product) } : 'again';
  });
}
