import type { License } from './license.ts';
import { DAY_MS, isDue, isoSeconds, parseMs } from './time.ts';

/** A license is announced at most this many days before its expiry. */
export const MAX_LEAD_DAYS = 90;

/** The lead days of a brand that sets none. */
export const DEFAULT_LEAD_DAYS: readonly number[] = [30, 7, 1];

/** An imported license: an expiry that was over before is not announced any more. */
export function setImportedDue(license: License, nowMs: number): License {
  const due = setDue(license, nowMs);
  if (due.announced === null || !isDue(license.expires_at, nowMs)) return due;
  return { ...due, due_at: null, announced: { ...due.announced, expired: true } };
}

/** The change that is due, and the license after it (`seq` and `updated_at` apart). */
export type Due =
  | { event: 'license.expired'; license: License }
  | { event: 'license.expiring'; lead_days: number; license: License }
  | { event: null; license: License };

const leadMs = (expires_at: string, days: number): number => parseMs(expires_at) - days * DAY_MS;

/**
 * Sets the next moment at which a job visits the license: time changes it, or sites are left whose cost has to be
 * decided. Every write of a license calls it; without such sites it depends only on status and expiry, so a seat change
 * writes no index.
 */
export function setDue(license: License, nowMs: number): License {
  const next = setDueByExpiry(license, nowMs);
  const { recount_at } = license;
  const isFirst = recount_at !== null && (next.due_at === null || recount_at < next.due_at);
  return isFirst ? { ...next, due_at: recount_at } : next;
}

/** It does not know brand settings, so a new expiry is first visited at its earliest possible announcement. */
function setDueByExpiry(license: License, nowMs: number): License {
  const { status, expires_at, announced, due_at } = license;
  if (expires_at === null || status !== 'valid') return { ...license, due_at: null };
  const visit = isoSeconds(Math.max(nowMs, leadMs(expires_at, MAX_LEAD_DAYS)));
  if (announced?.expires_at !== expires_at) {
    return {
      ...license,
      due_at: visit,
      announced: { expires_at, since: isoSeconds(nowMs), leads: [], expired: false },
    };
  }
  if (announced.expired) return { ...license, due_at: null };
  return { ...license, due_at: due_at ?? visit };
}

/**
 * The change that is due at a visit; undefined when none is. An announcement whose moment was before this expiry was
 * set is never made. Of several missed announcements only the nearest is made; the others count as announced.
 */
export function whatIsDue(license: License, leadDays: readonly number[], nowMs: number): Due | undefined {
  const { status, expires_at, announced, due_at } = license;
  if (
    status !== 'valid' ||
    expires_at === null ||
    announced?.expires_at !== expires_at ||
    announced.expired ||
    !isDue(due_at, nowMs)
  )
    return undefined;
  const open = [...new Set(leadDays)].filter(
    (days) => !announced.leads.includes(days) && leadMs(expires_at, days) > parseMs(announced.since),
  );
  const missed = open.filter((days) => leadMs(expires_at, days) <= nowMs);
  const leads = [...announced.leads, ...missed].sort((a, b) => b - a);
  if (isDue(expires_at, nowMs))
    return {
      event: 'license.expired',
      license: { ...license, due_at: null, announced: { ...announced, leads, expired: true } },
    };
  const ahead = open.filter((days) => leadMs(expires_at, days) > nowMs);
  const next = isoSeconds(leadMs(expires_at, Math.max(0, ...ahead)));
  const visited = { ...license, due_at: next, announced: { ...announced, leads } };
  return missed.length === 0
    ? { event: null, license: visited }
    : { event: 'license.expiring', lead_days: Math.min(...missed), license: visited };
}
