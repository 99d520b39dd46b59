import type { OfferedRelease, PublicProduct } from '../domain/release.ts';

/** A signature over the identity of a package, and the key that made it. Both are null where no key can be had. */
export type PackageSignature = { signature: string | null; kid: string | null };

/** The text that the signature of a package is made over. */
export const packageText = (
  { brand_slug, slug }: Pick<PublicProduct, 'brand_slug' | 'slug'>,
  { version, sha256, size }: Pick<OfferedRelease, 'version' | 'sha256' | 'size'>,
): string => `license-package-v1\n${brand_slug}/${slug}/${version}/${sha256}/${String(size)}`;

/** Signs a text with the signing key in use; null where no key can be had. */
export type SignText = (text: string) => Promise<{ signature: string; kid: string } | null>;

/** Signs a package, so that a site can refuse one that was not published here. */
export async function signPackage(
  sign: SignText,
  product: Pick<PublicProduct, 'brand_slug' | 'slug'>,
  release: Pick<OfferedRelease, 'version' | 'sha256' | 'size'>,
): Promise<PackageSignature> {
  return (await sign(packageText(product, release))) ?? { signature: null, kid: null };
}

/** The stage has no signing key. */
export const signNothing: SignText = () => Promise.resolve(null);
