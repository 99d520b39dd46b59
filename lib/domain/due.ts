import type { License } from './license.ts';
import { isDue, isoSeconds, msOf } from './time.ts';

/** How many days before expiry a license may be announced at the earliest. */
export const MAX_LEAD_DAYS = 90;

/** How many days before expiry licenses are announced where a brand says nothing. */
export const DEFAULT_LEAD_DAYS: readonly number[] = [30, 7, 1];

/** What has come due, and the license as it is once that is written down (`seq` and `updated_at` apart). */
export type Due =
  | { event: 'license.expired'; license: License }
  | { event: 'license.expiring'; lead_days: number; license: License }
  | { event: null; license: License };

const DAY_MS = 86_400_000;

const leadMs = (expires_at: string, days: number): number => msOf(expires_at) - days * DAY_MS;

/**
 * The license with the next moment at which time does something to it. Called wherever a license is written; it stands still while status and expiry do, so that a
 * seat change writes no index. Brand settings are not known there, so a new expiry is first visited when its earliest possible announcement is due.
 */
export function withDue(license: License, nowMs: number): License {
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
 * What a visit finds; undefined where nothing is due. An announcement whose moment had come before this expiry stood is never made. Of several missed ones only
 * the nearest is, and the others count as told.
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
    (days) => !announced.leads.includes(days) && leadMs(expires_at, days) > msOf(announced.since),
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
