import { instanceHash, type ParsedInstance } from '../domain/instance.ts';
import type { License } from '../domain/license.ts';
import { DAY_MS, isoSeconds } from '../domain/time.ts';
import type { Context } from '../context.ts';
import type { Vault } from '../process/vault.ts';

/** A release of a product, and the license and instance for which it may be downloaded. */
export type PackageRight = {
  brand: string;
  productId: string;
  releaseId: string;
  license: Pick<License, 'anchor' | 'seat_set'>;
  instance: Pick<ParsedInstance, 'type' | 'normalised'> | undefined;
};

export type PackageLink = { url: string; expires_at: string };

/** The claims of a download token. `seat` is the hash under which the activation is stored; null without one. */
export type DownloadClaims = {
  brand: string;
  product: string;
  release: string;
  anchor: string;
  seatSet: number;
  seat: string | null;
  endsMs: number;
};

/** Bound to nothing but its purpose: the token itself names the brand. */
const PURPOSE = 'download';

/**
 * A link to the package that works for 24 to 48 hours, as often as wanted. Sites keep it for hours. The download looks
 * at license, seat and release again.
 */
export async function linkPackage(
  ctx: Pick<Context, 'nowMs' | 'request' | 'openVault'>,
  { brand, productId, releaseId, license, instance }: PackageRight,
): Promise<PackageLink> {
  const endsMs = (Math.floor(ctx.nowMs / DAY_MS) + 2) * DAY_MS;
  const { anchor, seat_set } = license;
  const seat = instance ? instanceHash(instance.type, instance.normalised, anchor) : null;
  const claims = [brand, productId, releaseId, anchor, seat_set, seat, endsMs];
  // Composer would take what follows a dot for the ending of a file's name.
  const token = (await ctx.openVault()).encrypt(JSON.stringify(claims), PURPOSE).replace('.', '-');
  return { url: `${ctx.request.baseUrl}/downloads/${token}`, expires_at: isoSeconds(endsMs) };
}

/** Undefined for a token that this stage did not make, or that was changed. */
export function readDownloadToken(vault: Vault, token: string): DownloadClaims | undefined {
  try {
    const [brand, product, release, anchor, seatSet, seat, endsMs] = JSON.parse(
      vault.decrypt(token.replace('-', '.'), PURPOSE),
    ) as [...[string, string, string, string, number, string | null, number]];
    return { brand, product, release, anchor, seatSet, seat, endsMs };
  } catch {
    return undefined;
  }
}
