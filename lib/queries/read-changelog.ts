import { NO_LICENSE } from '../domain/offer.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import type { ChangelogInput } from '../api/updates.ts';
import { readOffers } from './offered-release.ts';
import { findPublicProduct, type UpdateContext } from './update-right.ts';

/** The texts of a product's changelog page. `html` has nothing but plain tags. */
export type Changelog = { name: string; version: string | null; published_at: string | null; html: string };

/** The changelog of the newest stable version of a product, for everybody. */
export async function readChangelog(ctx: UpdateContext, input: ChangelogInput): Promise<Changelog | Refusal> {
  const asked = await findPublicProduct(ctx, input);
  if (isRefusal(asked)) return asked;
  const { brand, product } = asked;
  const [offer] = await readOffers(ctx, [{ brand, product, right: NO_LICENSE, channel: 'stable' }]);
  if (offer === undefined) return refuse('product_not_found', { product });
  const { release } = offer;
  return {
    name: release?.name ?? offer.product.name,
    version: release?.version ?? null,
    published_at: release?.published_at ?? null,
    html: release?.sections.changelog ?? '',
  };
}
