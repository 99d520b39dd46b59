import { readForeignTime } from '../../lib/domain/import-record.ts';
import { DAY_MS, MINUTE_MS } from '../../lib/domain/time.ts';
import { CannotAsk } from './failures.ts';
import type { Body } from './service.ts';

/** A license as one server describes it; undefined in `status` if the server does not know the key. */
export type Described = {
  status: 'valid' | 'expired' | 'suspended' | 'cancelled' | undefined;
  expires_at: string | null;
  seat_limit: number | null;
  /** Undefined if no site was named. */
  is_active: boolean | undefined;
};

/** The newest version that a server offers, and whether it gives a link; undefined if it has no version to offer. */
export type Offered = { version: string; hasLink: boolean } | undefined;

const UNKNOWN: Described = { status: undefined, expires_at: null, seat_limit: null, is_active: undefined };

/** EDD's words of `check_license`; a site that is not active is not the fault of the license. */
const EDD_STATUSES: Readonly<Record<string, Described['status']>> = {
  valid: 'valid',
  active: 'valid',
  inactive: 'valid',
  site_inactive: 'valid',
  expired: 'expired',
  disabled: 'suspended',
};

export function readEddAnswer(answer: Body, isSiteNamed: boolean): Described {
  const word = answer['license'];
  if (typeof word !== 'string') throw new CannotAsk('The old server does not answer like a license server.');
  const status = EDD_STATUSES[word];
  if (status === undefined) return UNKNOWN;
  const { expires, license_limit } = answer;
  const limit = Number(license_limit ?? 0);
  return {
    status,
    expires_at: typeof expires === 'string' ? (readForeignTime(expires) ?? null) : null,
    seat_limit: limit === 0 ? null : limit,
    // The answer about an expired or disabled license does not tell about the site.
    is_active: isSiteNamed && status === 'valid' ? word === 'valid' || word === 'active' : undefined,
  };
}

const isUnknownKey = (code: unknown): boolean => code === 'license_key_not_found' || code === 'license_key_replaced';

export function readNativeAnswer(answer: Body, isSiteNamed: boolean): Described {
  const license = answer['license'] as Pick<Described, 'status' | 'expires_at' | 'seat_limit'> | null | undefined;
  if (license === null || isUnknownKey(answer['code'])) return UNKNOWN;
  if (license === undefined) throw new CannotAsk('A server does not answer like this license service.');
  const { status, expires_at, seat_limit } = license;
  return { status, expires_at, seat_limit, is_active: isSiteNamed ? answer['is_activated'] === true : undefined };
}

export function readEddVersion({ new_version, package: link }: Body): Offered {
  if (typeof new_version !== 'string' || new_version === '') return undefined;
  return { version: new_version, hasLink: typeof link === 'string' && link !== '' };
}

export function readNativeVersion({ release, package: link }: Body): Offered {
  const version = (release as { version?: unknown } | null | undefined)?.version;
  return typeof version === 'string' ? { version, hasLink: link !== null && link !== undefined } : undefined;
}

/**
 * The differences of two offers for a key. Old systems give a link to anybody and refuse the download, so links are
 * compared only for a license that is valid at both for its site.
 */
export function compareVersions(old: Offered, here: Offered, isValidAtBoth: boolean): string[] {
  if (old === undefined || here === undefined) return [];
  if (old.version !== here.version) return [`version: ${old.version} there, ${here.version} here`];
  if (!isValidAtBoth || old.hasLink === here.hasLink) return [];
  return [old.hasLink ? 'the download is allowed there only' : 'the download is allowed here only'];
}

export const isValidForSite = ({ status, is_active }: Described): boolean => status === 'valid' && is_active === true;

/** The differences, as words; none if both agree. Two minutes of expiry are no difference: old systems round. */
export function compareAnswers(old: Described, here: Described): string[] {
  if (isUnknownToBoth(old, here)) return [];
  if (here.status === undefined) return ['is not here'];
  if (old.status === undefined) return ['is not there'];
  const differences: string[] = [];
  if (old.status !== here.status) differences.push(`status: ${old.status} there, ${here.status} here`);
  const expiry = compareExpiry(old.expires_at, here.expires_at);
  if (expiry !== undefined) differences.push(expiry);
  if (old.seat_limit !== here.seat_limit)
    differences.push(
      `seats: ${String(old.seat_limit ?? 'unlimited')} there, ${String(here.seat_limit ?? 'unlimited')} here`,
    );
  if (old.is_active !== undefined && here.is_active !== undefined && old.is_active !== here.is_active)
    differences.push(old.is_active ? 'the site is active there only' : 'the site is active here only');
  return differences;
}

function compareExpiry(old: string | null, here: string | null): string | undefined {
  if (old === null || here === null)
    return old === here ? undefined : `expiry: ${old ?? 'for life'} there, ${here ?? 'for life'} here`;
  const apartMs = Math.abs(Date.parse(old) - Date.parse(here));
  if (apartMs <= 2 * MINUTE_MS) return undefined;
  const days = Math.round(apartMs / DAY_MS);
  return days <= 1 ? 'expiry by a day or less' : `expiry by ${String(days)} days`;
}

/** Servers that do not know a key agree about it, and say nothing about the switch. */
export const isUnknownToBoth = (old: Described, here: Described): boolean =>
  old.status === undefined && here.status === undefined;

/** `997 of 1,000 agree; 2 differ in expiry by a day or less; 1 is not here`. */
export function summarize(found: readonly { differences: readonly string[]; isUnknownToBoth?: boolean }[]): string {
  const agree = found.filter(({ differences }) => differences.length === 0).length;
  const kinds = Map.groupBy(
    found.flatMap(({ differences }) => differences.slice(0, 1)),
    (difference) => (difference.startsWith('is not') ? difference : `differ in ${difference.split(':')[0] ?? ''}`),
  );
  const counted = [...kinds].map(([kind, all]) => `${format(all.length)} ${kind}`);
  const lost = found.filter((one) => one.isUnknownToBoth === true).length;
  const unknown = lost === 0 ? [] : [`${format(lost)} of those that agree ${lost === 1 ? 'is' : 'are'} at neither`];
  return [`${format(agree)} of ${format(found.length)} agree`, ...unknown, ...counted].join('; ');
}

const format = (count: number): string => count.toLocaleString('en-US');
