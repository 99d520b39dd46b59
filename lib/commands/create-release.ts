import { newId } from '../process/ids.ts';
import { pickGiven } from '../domain/pick.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import { TEXT_FIELDS, type Release } from '../domain/release.ts';
import { isoSeconds } from '../domain/time.ts';
import { buildBrandAuthor } from '../context.ts';
import type { CreateReleaseInput } from '../api/releases.ts';
import type { ReleaseWithUpload } from '../api/schemas/release.ts';
import { retry } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { getOne } from '../dynamo/table.ts';
import { journalWrite } from '../table/journal.ts';
import { buildOnce, commitOnce, storedAnswer, type Answer, type Try } from '../table/once.ts';
import { findProduct, type Product } from '../table/products.ts';
import { parseShelfItem, putNewRelease, shelfKey, showNewProduct } from '../table/releases.ts';
import { changeTexts } from './release-texts.ts';
import { showUpload, waitForPackage, type BucketContext } from './release-upload.ts';

/** Creates a draft of a product's version, which no other release of the product can ever have. */
export async function createRelease(
  ctx: BucketContext,
  input: CreateReleaseInput,
): Promise<Answer<ReleaseWithUpload> | Refusal> {
  const brand = ctx.brand.key_prefix;
  const [product, shelf] = await Promise.all([
    findProduct(ctx.table, brand, input.product),
    getOne(ctx.table, shelfKey(brand, input.product)),
  ]);
  if (isRefusal(product)) return product;
  const shown = { isShown: parseShelfItem(shelf).product !== undefined };
  const given = changeTexts({}, pickGiven(TEXT_FIELDS, input));
  if (isRefusal(given)) return given;
  const release = newRelease(ctx, input, product, given);
  const body = await showUpload(ctx, release, input);
  const once = ctx.once && buildOnce(brand, ctx.credential, ctx.once);
  const { table, vault, nowMs } = ctx;
  return retrying(ctx.table, async (): Promise<Try<ReleaseWithUpload>> => {
    const { version, channel, rollout_percent, id } = release;
    const outcome = await commitOnce({ table, vault, once, nowMs }, { created: true, body }, [
      ...putNewRelease(brand, release, (present) =>
        refuse('version_taken', { version, release_id: String(present?.['release_id']) }),
      ),
      // A product that was made before products had releases is shown to sites from now on. Each change of a product
      // shows it, so what is shown already is never replaced by a product that was read before a change.
      ...(shown.isShown
        ? []
        : [
            showNewProduct(ctx.brand, product, () => {
              shown.isShown = true;
              return retry();
            }),
          ]),
      journalWrite(buildBrandAuthor(ctx), {
        type: 'release.created',
        entity: { type: 'release', id },
        seq: 1,
        before: null,
        after: {
          id,
          product: { id: product.id, slug: product.slug },
          version,
          channel,
          rollout_percent,
          status: 'draft',
        },
      }),
    ]);
    if (outcome.kind !== 'refused' || once === undefined) return outcome;
    return (await storedAnswer<ReleaseWithUpload>(table, vault, once, nowMs)) ?? outcome;
  });
}

function newRelease(
  ctx: BucketContext,
  { version, channel, rollout_percent }: CreateReleaseInput,
  product: Product,
  given: Release['given'],
): Release {
  const now = isoSeconds(ctx.nowMs);
  return {
    id: newId(ctx.nowMs),
    product_id: product.id,
    product_slug: product.slug,
    version,
    channel,
    status: 'draft',
    rollout_percent,
    given,
    found: {},
    package: waitForPackage(1),
    published_at: null,
    yanked_at: null,
    created_at: now,
    updated_at: now,
    seq: 1,
    revision: 1,
  };
}
