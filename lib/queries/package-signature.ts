import { sign } from 'node:crypto';
import type { OfferedRelease, PublicProduct } from '../domain/release.ts';
import type { Context } from '../context.ts';
import { findOwnSigner } from '../process/own-signer.ts';

/** A signature over the identity of a package, and the key that made it. Both are null where no key can be had. */
type PackageSignature = { signature: string | null; kid: string | null };

/** The text that the signature of a package is made over. */
const packageText = (
  { brand_slug, slug }: Pick<PublicProduct, 'brand_slug' | 'slug'>,
  { version, sha256, size }: Pick<OfferedRelease, 'version' | 'sha256' | 'size'>,
): string => `license-package-v1\n${brand_slug}/${slug}/${version}/${sha256}/${String(size)}`;

/**
 * Signs a package with the signing key in use, so that a site can refuse one that was not published here. The answer
 * goes out in any case.
 */
export async function signPackage(
  ctx: Pick<Context, 'table' | 'nowMs'>,
  product: Pick<PublicProduct, 'brand_slug' | 'slug'>,
  release: Pick<OfferedRelease, 'version' | 'sha256' | 'size'>,
): Promise<PackageSignature> {
  const key = await findOwnSigner()
    ?.signer(ctx.nowMs, ctx.table().signal)
    .catch(() => undefined);
  if (key === undefined) return { signature: null, kid: null };
  const signature = sign(null, Buffer.from(packageText(product, release)), key.key).toString('base64url');
  return { signature, kid: key.kid };
}
