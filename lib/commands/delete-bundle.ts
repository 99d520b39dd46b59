import { bundleView } from '../views/product-view.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import { buildBrandAuthor, type BrandContext } from '../context.ts';
import type { BundleView } from '../api/schemas/bundle.ts';
import type { DeleteBundleInput } from '../api/bundles.ts';
import { journalWrite } from '../table/journal.ts';
import type { Answer, Try } from '../table/once.ts';
import { findBundle, removeBundle } from '../table/products.ts';
import { retry } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { commit } from '../dynamo/transact.ts';

/** Deletes a bundle. Its products, and licenses bought with it, stay. */
export function deleteBundle(ctx: BrandContext, input: DeleteBundleInput): Promise<Answer<BundleView> | Refusal> {
  const brand = ctx.brand.key_prefix;
  return retrying(ctx.table, async (): Promise<Try<BundleView>> => {
    const bundle = await findBundle(ctx.table, brand, input.bundle);
    if (isRefusal(bundle)) return bundle;
    return commit(ctx.table, { body: bundleView(bundle) }, [
      removeBundle(brand, bundle, retry),
      journalWrite(buildBrandAuthor(ctx), {
        type: 'bundle.deleted',
        entity: { type: 'bundle', id: bundle.id },
        seq: bundle.seq + 1,
        reason: input.reason,
        notBefore: bundle.updated_at,
        before: { slug: bundle.slug },
        after: null,
      }),
    ]);
  });
}
