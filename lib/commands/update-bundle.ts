import { bundleView } from '../views/product-view.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import { timeAfter } from '../domain/time.ts';
import { buildBrandAuthor, type BrandContext } from '../context.ts';
import type { BundleView } from '../api/schemas/bundle.ts';
import type { UpdateBundleInput } from '../api/bundles.ts';
import { difference, journalWrite } from '../table/journal.ts';
import type { Answer, Try } from '../table/once.ts';
import { findBundle, findMembers, putChangedBundle, type Bundle } from '../table/products.ts';
import { done, retry } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { commit } from '../dynamo/transact.ts';

/** Changes a bundle's name or members. Earlier purchases do not change. */
export async function updateBundle(ctx: BrandContext, input: UpdateBundleInput): Promise<Answer<BundleView> | Refusal> {
  const brand = ctx.brand.key_prefix;
  const members = input.products && (await findMembers(ctx.table, brand, input.products));
  if (isRefusal(members)) return members;
  return retrying(ctx.table, async (): Promise<Try<BundleView>> => {
    const previous = await findBundle(ctx.table, brand, input.bundle);
    if (isRefusal(previous)) return previous;
    const bundle: Bundle = {
      ...previous,
      name: input.name ?? previous.name,
      products: members ?? previous.products,
      updated_at: timeAfter(previous.updated_at, ctx.nowMs),
      seq: previous.seq + 1,
    };
    const changes = difference(shown(previous), shown(bundle));
    if (Object.keys(changes.after).length === 0) return done({ body: bundleView(previous) });
    return commit(ctx.table, { body: bundleView(bundle) }, [
      putChangedBundle(brand, bundle, retry),
      journalWrite(buildBrandAuthor(ctx), {
        type: 'bundle.updated',
        entity: { type: 'bundle', id: previous.id },
        seq: bundle.seq,
        notBefore: previous.updated_at,
        ...changes,
      }),
    ]);
  });
}

const shown = ({ name, products }: Bundle): { name: string; products: string[] } => ({
  name,
  products: products.map(({ slug }) => slug),
});
