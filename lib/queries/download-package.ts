import { assertThat } from '../domain/invariant.ts';
import { decideUpdateRight, isWithinRight } from '../domain/offer.ts';
import { computeTag } from '../domain/ids.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { decideLicenseVerdict, decideVerdict } from '../domain/verdict.ts';
import type { Context } from '../context.ts';
import { readItems } from '../dynamo/table.ts';
import type { Bucket } from '../packages/bucket.ts';
import { packageObjectKey } from '../packages/object-keys.ts';
import { parseActivationItem } from '../table/activations.ts';
import { keys } from '../table/keys.ts';
import { parseLicenseItem } from '../table/licenses.ts';
import { listedRelease, parseReleaseItem, releaseKey } from '../table/releases.ts';
import { readDownloadToken, type DownloadClaims } from './package-link.ts';

type DownloadContext = Context<'BatchGetItem'> & { bucket: Bucket };

/** The address of a package, for a link that release, license and seat still allow at this moment. */
export async function downloadPackage(
  ctx: DownloadContext,
  { token }: { token: string },
): Promise<{ url: string } | Refusal> {
  const claims = readDownloadToken(ctx.vault, token);
  if (claims === undefined) return refuse('download_not_allowed');
  if (ctx.nowMs >= claims.endsMs) return refuse('download_ended');
  const { brand } = claims;
  const { release, isAllowed } = await readNow(ctx, claims);
  if (release?.status === 'yanked') return refuse('download_ended');
  if (release?.status !== 'published' || !isAllowed) return refuse('download_not_allowed');
  const { sha256 } = release.package;
  assertThat(sha256 !== null, 'a published release has a package');
  const fileName = `${release.product_slug}.${release.version}.zip`;
  return { url: await ctx.bucket.signDownload(packageObjectKey(brand, release, sha256), fileName) };
}

/** Reads all in one batch. A seat that was freed and taken again since the link was made is another seat. */
async function readNow({ table, nowMs }: DownloadContext, claims: DownloadClaims) {
  const { brand, product, anchor, seatSet, seat } = claims;
  const at = {
    release: releaseKey(brand, product, claims.release),
    license: keys.license(brand, anchor),
    seat: seat === null ? undefined : keys.seat(brand, anchor, seatSet, seat),
  };
  const itemAt = await readItems(table(brand), [at.release, at.license, ...(at.seat ? [at.seat] : [])]);
  const [releaseItem, licenseItem, seatItem] = [itemAt(at.release), itemAt(at.license), at.seat && itemAt(at.seat)];
  const release = releaseItem && parseReleaseItem(releaseItem);
  const license = licenseItem && parseLicenseItem(licenseItem);
  if (release === undefined || license === undefined || computeTag(license.product.id) !== computeTag(product))
    return { release, isAllowed: false };
  const activation = license.seat_set === seatSet && seatItem ? parseActivationItem(seatItem) : undefined;
  const verdict = seat === null ? decideLicenseVerdict(license, nowMs) : decideVerdict(license, activation, nowMs);
  const right = decideUpdateRight(verdict, license);
  const isListed = release.status === 'published';
  return { release, isAllowed: right.mayDownload && isListed && isWithinRight(listedRelease(release), right) };
}
