import type { InstanceKind } from './instance-kind.ts';
import { parseInstance, type InstanceType } from './instance.ts';
import type { License } from './license.ts';
import type { Policy } from './policy.ts';
import { isStagingHost } from './staging-hosts.ts';

export type SeatUse = { takes_seat: boolean; free_staging: boolean };

/** The fields of an activation by which its kind is found. */
type Named = { kind: InstanceKind | null; instance_type: InstanceType; instance_identifier: string };
type Site = Named & SeatUse & { status: 'active' | 'deactivated' };

/** The kind that counts: a policy may add hosts to the known names of staging sites. */
export function kindUnder(
  { staging_hosts = [] }: Policy,
  { kind, host }: { kind: InstanceKind; host: string | undefined },
): InstanceKind {
  return kind === 'production' && host !== undefined && isStagingHost(staging_hosts, host) ? 'staging' : kind;
}

/** The kind of a stored site. One without a kind counts as an ordinary site until its own next activation. */
export function findStoredKind(policy: Policy, { kind, instance_type, instance_identifier }: Named): InstanceKind {
  const known = kind ?? 'production';
  if (known !== 'production' || (policy.staging_hosts ?? []).length === 0) return known;
  return kindUnder(policy, { kind: known, host: parseInstance(instance_type, instance_identifier)?.host });
}

export const hasStagingRoom = ({ seat_limit, staging_used }: Pick<License, 'seat_limit' | 'staging_used'>): boolean =>
  seat_limit === null || staging_used < seat_limit;

/** Staging sites beyond the allowed number take seats like any other. */
export function decideSeatUse(license: License, kind: InstanceKind): SeatUse {
  const isFree = license.policy.development_sites_free === true;
  if (isFree && kind === 'local') return { takes_seat: false, free_staging: false };
  const free_staging = isFree && kind === 'staging' && hasStagingRoom(license);
  return { takes_seat: !free_staging, free_staging };
}

/** The license with one more site of this use. */
export function withSite(license: License, use: SeatUse, kind: InstanceKind): License {
  const isCostly = use.takes_seat && kind === 'staging' && license.policy.development_sites_free === true;
  return {
    ...license,
    seats_used: license.seats_used + (use.takes_seat ? 1 : 0),
    staging_used: license.staging_used + (use.free_staging ? 1 : 0),
    costly_staging: license.costly_staging || isCostly,
  };
}

/** The license with one site of this use less. */
export const withoutSite = (license: License, { takes_seat, free_staging }: SeatUse): License => ({
  ...license,
  seats_used: takes_seat ? Math.max(0, license.seats_used - 1) : license.seats_used,
  staging_used: free_staging ? Math.max(0, license.staging_used - 1) : license.staging_used,
});

/** Sites that stop counting, each with the stored site that it replaces; `hasMore` if `most` was too few. */
export type FreedSites<S extends { activation: Site }> = {
  license: License;
  freed: { site: S; activation: S['activation'] }[];
  hasMore: boolean;
};

/**
 * The sites that would be free if they were activated now, in the given order. No site becomes costly here: only its
 * own next activation does that.
 */
export function freeSites<S extends { activation: Site }>(
  license: License,
  sites: readonly S[],
  most: number,
): FreedSites<S> {
  let after: License = { ...license, costly_staging: false };
  const freed: FreedSites<S>['freed'] = [];
  for (const site of sites) {
    const { activation } = site;
    if (activation.status !== 'active' || !activation.takes_seat) continue;
    const kind = findStoredKind(license.policy, activation);
    const use = decideSeatUse(after, kind);
    if (use.takes_seat) after = { ...after, costly_staging: after.costly_staging || kind === 'staging' };
    else if (freed.length === most) return { license: after, freed, hasMore: true };
    else {
      freed.push({ site, activation: { ...activation, ...use } });
      after = withSite(withoutSite(after, activation), use, kind);
    }
  }
  return { license: after, freed, hasMore: false };
}
