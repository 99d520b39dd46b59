import { newId, tagOfSlug } from '../domain/ids.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import { isoSeconds } from '../domain/time.ts';
import { authorOf, type PlatformContext } from '../context.ts';
import type { BundleView, CreateBundleInput } from '../http/routes/admin.ts';
import { brandById } from '../table/brands.ts';
import { journalWrite } from '../table/journal.ts';
import { PLATFORM } from '../table/keys.ts';
import { commitOnce, onceFor, type Answer } from '../table/once.ts';
import { isNamed, productKey, productOf, putNewBundle, type Bundle } from '../table/products.ts';
import { retrying } from '../table/retrying.ts';
import { getMany, type Table } from '../table/table.ts';

/** Creates a named set of a brand's products. */
export async function createBundle(ctx: PlatformContext, input: CreateBundleInput): Promise<Answer<BundleView> | Refusal> {
  const found = await brandById(ctx.table, input.brand_id);
  if (isRefusal(found)) return found;
  const { table, brand } = found;
  const products = await membersOf(table, brand.key_prefix, input.products);
  if (isRefusal(products)) return products;
  const { name, slug } = input;
  const now = isoSeconds(ctx.nowMs);
  const bundle: Bundle = { id: newId(ctx.nowMs, tagOfSlug(slug)), slug, name, products, created_at: now, updated_at: now, seq: 1 };
  const once = ctx.once && onceFor(PLATFORM, ctx.credential.id, ctx.once);
  const { seq: _seq, ...view } = bundle;
  return retrying(table, () =>
    commitOnce({ table, vault: ctx.vault, once, nowMs: ctx.nowMs }, { created: true, body: view }, [
      putNewBundle(brand.key_prefix, bundle, () => refuse('slug_taken', { slug })),
      journalWrite(authorOf(ctx, brand.key_prefix, { type: 'admin', id: ctx.credential.id }), {
        type: 'bundle.created',
        entity: { type: 'bundle', id: bundle.id },
        seq: 1,
        before: null,
        after: { id: bundle.id, slug, name, products: products.map((product) => product.slug) },
      }),
    ]),
  );
}

async function membersOf(table: Table, brand: string, named: readonly string[]): Promise<Bundle['products'] | Refusal> {
  const found = await getMany(
    table,
    named.map((name) => productKey(brand, name)),
  );
  const members: Bundle['products'] = [];
  for (const [i, name] of named.entries()) {
    const item = found[i];
    const product = item && productOf(item);
    if (product === undefined || !isNamed(product, name)) return refuse('product_not_found', { product: name });
    if (members.some(({ id }) => id === product.id)) {
      return refuse('bad_request', { errors: [{ pointer: `/products/${i}`, message: 'names a product that stands in the list already' }] });
    }
    members.push({ id: product.id, slug: product.slug });
  }
  return members;
}
