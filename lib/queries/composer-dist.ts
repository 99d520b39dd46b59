import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import type { ComposerDistInput } from '../api/composer.ts';
import type { Context } from '../context.ts';
import { readComposerRight } from './composer-right.ts';
import { linkPackage } from './package-link.ts';
import type { UpdateContext } from './update-right.ts';

/** The address of a version in Composer's lists and lock files. It stays the same as long as the release exists. */
export const locateDist = (
  { request }: Pick<Context, 'request'>,
  { brand, product, releaseId }: { brand: string; product: string; releaseId: string },
): string => `${request.baseUrl}/composer/${encodeURIComponent(brand)}/dist/${product}/${releaseId}.zip`;

/**
 * A link to a version that Composer has locked, for a license that may have updates at this moment. The link is short
 * lived, and the download looks at the release itself.
 */
export async function composerDist(
  ctx: UpdateContext,
  { brand, product, file, license_key }: ComposerDistInput,
): Promise<{ url: string } | Refusal> {
  const releaseId = /^([0-9a-f-]{36})\.zip$/.exec(file)?.[1];
  if (releaseId === undefined) return refuse('route_not_found');
  const asked = await readComposerRight(ctx, { license_key, brand, product });
  if (isRefusal(asked)) return asked;
  const { license, right } = asked;
  if (license === undefined || !right.mayDownload) return refuse('download_not_allowed');
  const held = license.seat.license;
  return linkPackage(ctx, {
    brand: asked.brand,
    productId: held.product.id,
    releaseId,
    license: held,
    instance: undefined,
  });
}
