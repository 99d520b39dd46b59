import type { ParsedInstance } from './instance.ts';
import type { License } from './license.ts';
import type { OfferedRelease, ReleaseChannel } from './release.ts';
import { isInRollout } from './rollout.ts';
import type { Verdict } from './verdict.ts';
import { compareVersions } from './version-compare.ts';

/** The site that asks for an update, as far as it is known. */
export type AskingSite = {
  channel: ReleaseChannel;
  instance?: Pick<ParsedInstance, 'type' | 'normalised'> | undefined;
  installed?: string | undefined;
  php?: string | undefined;
  wp?: string | undefined;
  /** Only releases before this version, for a site that goes back. */
  olderThan?: string | undefined;
};

/** The releases that a license allows. Without a license all are shown and none may be downloaded. */
export type UpdateRight = {
  mayDownload: boolean;
  maxVersion: string | undefined;
  /** Releases from this second on are excluded. */
  publishedBefore: string | null;
};

export const NO_LICENSE: UpdateRight = { mayDownload: false, maxVersion: undefined, publishedBefore: null };

/**
 * The right of a verdict to updates. A license that only keeps running has a right to what was published before it
 * expired, and to nothing later.
 */
export function decideUpdateRight(verdict: Pick<Verdict, 'may_update' | 'code'>, license: License): UpdateRight {
  const maxVersion = license.policy.max_version;
  if (verdict.code === 'valid_maintained')
    return { mayDownload: true, maxVersion, publishedBefore: license.expires_at };
  return { mayDownload: verdict.may_update, maxVersion, publishedBefore: null };
}

/** True if the license of this right may have the release. */
export function isWithinRight(
  { version, published_at }: Pick<OfferedRelease, 'version' | 'published_at'>,
  { maxVersion, publishedBefore }: UpdateRight,
): boolean {
  if (maxVersion !== undefined && compareVersions(version, maxVersion) > 0) return false;
  return publishedBefore === null || published_at < publishedBefore;
}

/** The newest release that this site may be offered, among the published ones of a product. */
export function chooseRelease<R extends OfferedRelease>(
  releases: readonly R[],
  site: AskingSite,
  right: UpdateRight,
): R | undefined {
  const fitting = releases.filter((release) => isForSite(release, site) && isWithinRight(release, right));
  return fitting.reduce<R | undefined>(
    (best, release) => (best && compareVersions(best.version, release.version) >= 0 ? best : release),
    undefined,
  );
}

/** A site keeps the release that it has, even if its rollout has been halted since. */
function isForSite(release: OfferedRelease, { channel, instance, installed, php, wp, olderThan }: AskingSite): boolean {
  return (
    (olderThan === undefined || compareVersions(release.version, olderThan) < 0) &&
    (release.channel === 'stable' || channel === 'beta') &&
    canRun(release.requires_php, php) &&
    canRun(release.requires, wp) &&
    (release.version === installed || isInRollout(release.id, release.rollout_percent, instance))
  );
}

/** An unknown version of PHP or WordPress is no reason against a release: the site itself checks again. */
const canRun = (needed: string | null, present: string | undefined): boolean =>
  needed === null || present === undefined || present === '' || compareVersions(present, needed) >= 0;
