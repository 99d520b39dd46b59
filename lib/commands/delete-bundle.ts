import { isRefusal, type Refusal } from '../domain/refusal.ts';
import { brandAuthor, type BrandContext } from '../context.ts';
import type { BundleView } from '../api/schemas/bundle.ts';
import type { DeleteBundleInput } from '../api/bundles.ts';
import { journalWrite } from '../table/journal.ts';
import type { Answer } from '../table/once.ts';
import { bundleNamed, removeBundle, withoutSeq } from '../table/products.ts';
import { retrying } from '../dynamo/retrying.ts';
import { transact } from '../dynamo/transact.ts';

/** Deletes a bundle. Its products, and licenses bought with it, stay. */
export function deleteBundle(ctx: BrandContext, input: DeleteBundleInput): Promise<Answer<BundleView> | Refusal> {
  const brand = ctx.brand.key_prefix;
  return retrying<Answer<BundleView> | Refusal>(ctx.table, async () => {
    const bundle = await bundleNamed(ctx.table, brand, input.bundle);
    if (isRefusal(bundle)) return bundle;
    const outcome = await transact<'again'>(ctx.table, [
      removeBundle(brand, bundle, () => 'again'),
      journalWrite(brandAuthor(ctx), {
        type: 'bundle.deleted',
        entity: { type: 'bundle', id: bundle.id },
        seq: bundle.seq + 1,
        reason: input.reason,
        notBefore: bundle.updated_at,
        before: { slug: bundle.slug },
        after: null,
      }),
    ]);
    return outcome === 'committed' ? { body: withoutSeq(bundle) } : 'again';
  });
}
