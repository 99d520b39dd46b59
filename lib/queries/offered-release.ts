import { chooseRelease, type AskingSite, type UpdateRight } from '../domain/offer.ts';
import { mergeTexts, type OfferedRelease, type PublicProduct, type ReleaseTexts } from '../domain/release.ts';
import type { Context } from '../context.ts';
import { readRememberedItems } from '../table/remembered-items.ts';
import { parseReleaseItem, parseShelfItem, releaseKey, shelfKey } from '../table/releases.ts';

/** A product that a site asks about, by its brand's key prefix and its slug or id, and what the site may have. */
export type OfferRequest = AskingSite & { brand: string; product: string; right: UpdateRight };

/** `stableVersion` is the newest stable version that the site may have, whatever its channel is. */
export type Offer = {
  product: PublicProduct;
  release: (OfferedRelease & ReleaseTexts) | undefined;
  stableVersion: string | undefined;
};

type OfferContext = Pick<Context<'BatchGetItem'>, 'table' | 'nowMs'>;

/**
 * The offer for each product, in the order asked; undefined where there is no such product. What the container does not
 * remember is read in one batch, and the texts of the releases that are offered in another.
 */
export async function readOffers(ctx: OfferContext, asked: readonly OfferRequest[]): Promise<(Offer | undefined)[]> {
  if (asked.length === 0) return [];
  const table = ctx.table(...new Set(asked.map(({ brand }) => brand)));
  const shelfAt = await readRememberedItems(
    table,
    asked.map(({ brand, product }) => shelfKey(brand, product)),
    ctx.nowMs,
  );
  const chosen = asked.map((request) => {
    const { product, releases } = parseShelfItem(shelfAt(shelfKey(request.brand, request.product)));
    if (product === undefined || !isNamedBy(product, request.product)) return undefined;
    const release = chooseRelease(releases, request, request.right);
    const stableVersion = chooseRelease(releases, { ...request, channel: 'stable' }, request.right)?.version;
    return { brand: request.brand, product, release, stableVersion };
  });
  const keys = chosen.flatMap((offer) =>
    offer?.release ? [releaseKey(offer.brand, offer.product.id, offer.release.id)] : [],
  );
  const releaseAt = await readRememberedItems(table, keys, ctx.nowMs);
  return chosen.map((offer) => {
    if (offer === undefined) return undefined;
    const { brand, release, ...rest } = offer;
    const item = release && releaseAt(releaseKey(brand, offer.product.id, release.id));
    return { ...rest, release: release && item && { ...release, ...mergeTexts(parseReleaseItem(item)) } };
  });
}

/** A foreign id may end like this product's own. */
const isNamedBy = ({ id, slug }: PublicProduct, named: string): boolean => slug === named || id === named.toLowerCase();
