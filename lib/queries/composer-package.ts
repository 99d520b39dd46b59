import { redact } from '../domain/redact.ts';
import { isWithinRight } from '../domain/offer.ts';
import { isInRollout } from '../domain/rollout.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import type { OfferedRelease } from '../domain/release.ts';
import type { ComposerPackage, ComposerPackageInput } from '../api/composer.ts';
import type { Context } from '../context.ts';
import type { Answer } from '../table/once.ts';
import { readRememberedItems } from '../table/remembered-items.ts';
import { parseShelfItem, shelfKey } from '../table/releases.ts';
import { locateDist } from './composer-dist.ts';
import { readComposerRight } from './composer-right.ts';
import { signPackage } from './package-signature.ts';
import type { UpdateContext } from './update-right.ts';

/** The root of a brand's repository. It reads nothing: a brand that does not exist has no packages. */
export function composerRoot(ctx: Pick<Context, 'request'>, { brand }: { brand: string }): Promise<Answer> {
  const base = `${ctx.request.baseUrl}/composer/${encodeURIComponent(brand)}`;
  const root = {
    packages: {},
    'metadata-url': `${base}/p2/%package%.json`,
    'available-package-patterns': [`${brand}/*`],
  };
  return Promise.resolve({ body: root });
}

/** The versions that Composer can read. One that it cannot read would hide all others. */
const READABLE = /^v?\d{1,5}(?:\.\d+){0,3}(?:[._-]?(?:stable|beta|b|RC|alpha|a|patch|pl|p)(?:[.-]?\d+)*)?$/i;
/** Composer takes the stability of a version from its text. */
const UNSTABLE = /(?:beta|b|RC|alpha|a)(?:[.-]?\d+)*$/i;

/** The versions of a product that the license of a key may have, each with its address. */
export async function composerPackage(
  ctx: UpdateContext,
  { brand, vendor, file, license_key }: ComposerPackageInput,
): Promise<Answer<ComposerPackage> | Refusal> {
  const product = /^(.+?)(?:~dev)?\.json$/.exec(file)?.[1];
  if (product === undefined || vendor !== brand) return refuse('route_not_found');
  const asked = await readComposerRight(ctx, { license_key, brand, product });
  if (isRefusal(asked)) return asked;
  const key = shelfKey(asked.brand, product);
  const shelf = parseShelfItem((await readRememberedItems(ctx.table(asked.brand), [key], ctx.nowMs))(key));
  if (shelf.product?.slug !== product) return refuse('product_not_found', { product: redact(product) });
  const { right } = asked;
  const isDev = file.endsWith('~dev.json');
  const allowed = shelf.releases.filter(
    (release) =>
      !isDev &&
      right.mayDownload &&
      isWithinRight(release, right) &&
      isInRollout(release.id, release.rollout_percent, undefined) &&
      isReadable(release),
  );
  const name = `${brand}/${product}`;
  const sold = shelf.product;
  const { wordpress, homepage } = sold;
  const versions = allowed.map(async (release) => {
    const { sha256, size } = release;
    const signed = await signPackage(ctx, sold, release);
    return {
      name,
      version: release.version,
      type: `wordpress-${wordpress?.type ?? 'plugin'}`,
      time: release.published_at,
      ...(homepage === null ? {} : { homepage }),
      require: release.requires_php === null ? {} : { php: `>=${release.requires_php}` },
      dist: {
        type: 'zip' as const,
        url: locateDist(ctx, { brand, product, releaseId: release.id }),
        reference: release.id,
        shasum: release.sha1,
      },
      extra: { 'license-service': { sha256, size, ...signed } },
    };
  });
  return { body: { packages: { [name]: await Promise.all(versions) } } };
}

const isReadable = ({ version, channel }: Pick<OfferedRelease, 'version' | 'channel'>): boolean =>
  READABLE.test(version) && (channel === 'stable' || UNSTABLE.test(version));
