import { required } from '../domain/invariant.ts';
import { redact } from '../domain/redact.ts';
import { namedInstance } from '../domain/instance.ts';
import { pick } from '../domain/pick.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import { describeUpdate, type UpdateCode } from '../domain/update-detail.ts';
import type { LatestReleaseInput } from '../api/latest-release-endpoint.ts';
import type { LatestReleaseAnswer } from '../api/schemas/latest-release.ts';
import type { Answer } from '../table/once.ts';
import { readOffers, type Offer } from './offered-release.ts';
import { linkPackage } from './package-link.ts';
import { signPackage } from './package-signature.ts';
import { findPublicProduct, findUpdateRight, type AskedProduct, type UpdateContext } from './update-right.ts';

/** The newest release that a site may be offered, with a link to its package if its license allows the download. */
export async function latestRelease(
  ctx: UpdateContext,
  input: LatestReleaseInput,
): Promise<Answer<LatestReleaseAnswer> | Refusal> {
  const { license_key } = input;
  const instance = namedInstance(input);
  const asked =
    license_key === undefined
      ? await findPublicProduct(ctx, { brand: required(input.brand, NAMED), product: required(input.product, NAMED) })
      : await findUpdateRight(ctx, { license_key, brand: input.brand, product: input.product, instance });
  if (isRefusal(asked)) return asked;
  const { channel, installed_version: installed, php_version: php, wp_version: wp, older_than: olderThan } = input;
  const site = { channel, installed, php, wp, instance, olderThan };
  const [offer] = await readOffers(ctx, [{ ...site, ...pick(['brand', 'product', 'right'] as const, asked) }]);
  if (offer === undefined) {
    // The license proves that the product exists: it has had no release yet.
    if (asked.license) return { body: { release: null, package: null, ...saying('no_release') } };
    return refuse('product_not_found', { product: redact(asked.product) });
  }
  const code = codeOf(asked, offer, license_key);
  const [release, link] = await Promise.all([
    offer.release ? showRelease(ctx, offer.product, offer.release) : null,
    linkFor(ctx, asked, offer, instance),
  ]);
  return { body: { release, package: link, ...saying(code) } };
}

const NAMED = 'a call without a license key names brand and product';

const saying = (code: UpdateCode) => ({ code, detail: describeUpdate(code) });

function codeOf({ license }: AskedProduct, { release }: Offer, licenseKey: string | undefined): UpdateCode {
  if (release === undefined) return 'no_release';
  return license?.verdict.code ?? (licenseKey === undefined ? 'no_license' : 'product_not_on_key');
}

const RELEASE_FIELDS = ['version', 'channel'] as const;
const NEED_FIELDS = ['requires', 'tested', 'requires_php', 'sections', 'upgrade_notice'] as const;

async function showRelease(
  ctx: UpdateContext,
  product: Offer['product'],
  release: NonNullable<Offer['release']>,
): Promise<NonNullable<LatestReleaseAnswer['release']>> {
  return {
    ...pick(RELEASE_FIELDS, release),
    name: release.name ?? product.name,
    ...pick(NEED_FIELDS, release),
    ...pick(['icons', 'banners'] as const, product),
    ...pick(['published_at', 'sha256', 'size'] as const, release),
    ...(await signPackage(ctx, product, release)),
  };
}

/** Null where the license does not allow the download, or there is none. */
export async function linkFor(
  ctx: UpdateContext,
  { brand, right, license }: AskedProduct,
  { product, release }: Offer,
  instance: Parameters<typeof linkPackage>[1]['instance'],
): Promise<{ url: string; expires_at: string } | null> {
  if (license === undefined || release === undefined || !right.mayDownload) return null;
  const named = { brand, productId: product.id, releaseId: release.id, license: license.seat.license, instance };
  return linkPackage(ctx, named);
}
