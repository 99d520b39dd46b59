import { isRefusal, type Refusal } from '../domain/refusal.ts';
import { timeAfter } from '../domain/time.ts';
import { brandAuthor, type BrandContext } from '../context.ts';
import type { BundleView, UpdateBundleInput } from '../api/catalog.ts';
import { difference, journalWrite } from '../table/journal.ts';
import type { Answer } from '../table/once.ts';
import { bundleNamed, membersNamed, putChangedBundle, withoutSeq, type Bundle } from '../table/products.ts';
import { retrying } from '../dynamo/retrying.ts';
import { transact } from '../dynamo/transact.ts';

/** Changes a bundle's name or members. What was bought with it stays as it was bought. */
export async function updateBundle(ctx: BrandContext, input: UpdateBundleInput): Promise<Answer<BundleView> | Refusal> {
  const brand = ctx.brand.key_prefix;
  const members = input.products && (await membersNamed(ctx.table, brand, input.products));
  if (isRefusal(members)) return members;
  return retrying<Answer<BundleView> | Refusal>(ctx.table, async () => {
    const was = await bundleNamed(ctx.table, brand, input.bundle);
    if (isRefusal(was)) return was;
    const bundle: Bundle = {
      ...was,
      name: input.name ?? was.name,
      products: members ?? was.products,
      updated_at: timeAfter(was.updated_at, ctx.nowMs),
      seq: was.seq + 1,
    };
    const changes = difference(shown(was), shown(bundle));
    if (Object.keys(changes.after).length === 0) return { body: withoutSeq(was) };
    const outcome = await transact<'again'>(ctx.table, [
      putChangedBundle(brand, bundle, () => 'again'),
      journalWrite(brandAuthor(ctx), {
        type: 'bundle.updated',
        entity: { type: 'bundle', id: was.id },
        seq: bundle.seq,
        notBefore: was.updated_at,
        ...changes,
      }),
    ]);
    return outcome === 'committed' ? { body: withoutSeq(bundle) } : 'again';
  });
}

const shown = ({ name, products }: Bundle): { name: string; products: string[] } => ({
  name,
  products: products.map(({ slug }) => slug),
});
