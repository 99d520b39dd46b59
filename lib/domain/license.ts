import { addDuration, extendExpiry, sumDurations } from './duration.ts';
import type { Policy } from './policy.ts';
import { refuse, type Refusal } from './refusal.ts';
import { isInGrace } from './terms.ts';
import { isDue, isoSeconds } from './time.ts';

/**
 * The stored status. `expired` is never stored: a license is expired from the second of its expiry, recorded or not.
 */
export type StoredStatus = 'valid' | 'suspended' | 'cancelled';
export type LicenseStatus = StoredStatus | 'expired';

/** The announcements made of one expiry, and the time since which that expiry counts. */
export type Announced = { expires_at: string; since: string; leads: number[]; expired: boolean };

/** The fields of a product that a license and its answers show. */
export const PRODUCT_REFERENCE = ['id', 'slug', 'name'] as const;

/** The right to use one product. Times are ISO 8601 UTC with seconds. */
export type License = {
  id: string;
  license_key_id: string;
  key_partition: string;
  customer_id: string;
  customer_partition: string;
  product: { id: string; slug: string; name: string };
  status: StoredStatus;
  /** null is unlimited */
  seat_limit: number | null;
  /** active activations that use a seat */
  seats_used: number;
  /** active staging sites that use no seat */
  staging_used: number;
  /** true if a staging site may take a seat that it would not take once there is room for it */
  costly_staging: boolean;
  /** since when a job has to recompute what further sites cost; null when none has to */
  recount_at: string | null;
  /** the current generation of activations */
  seat_set: number;
  /** seats that the product freed and no other instance has taken yet */
  vacated: number;
  /** the times at which instances replaced others, within the last 30 days, oldest first */
  moves: string[];
  /** null for life, or not begun (see below) */
  expires_at: string | null;
  /** the day of the month that renewals return to; null where it is the expiry's own */
  expiry_day: number | null;
  /** the duration it was bought with; null when its policy's duration counts */
  duration: string | null;
  /** the duration that begins with the first activation; null once begun, or when the policy does not ask for it */
  starts_on_activation: string | null;
  /** the next moment at which time changes it: an announcement, or its expiry; null when there is none */
  due_at: string | null;
  /** null until it has an expiry */
  announced: Announced | null;
  policy: Policy;
  metadata: Record<string, string>;
  external_id: string | null;
  created_at: string;
  updated_at: string;
  /** the number of the last journal entry */
  seq: number;
  limit_reached_on: string | null;
  anchor: string;
};

type LifecycleEvent = 'license.renewed' | 'license.suspended' | 'license.resumed' | 'license.cancelled';

/** The license after the change, before `seq` and `updated_at` are set; or `unchanged`; or the refusal. */
export type Transition = { kind: 'changed'; license: License; event: LifecycleEvent } | Unchanged | Refusal;

/** The change asks for the present state. */
export type Unchanged = { kind: 'unchanged' };
export const unchanged: Unchanged = { kind: 'unchanged' };

/**
 * A caller gives at most one of the two. Without either, the license's own duration, else its policy's, counts like
 * `extend_by`. A null date is for life.
 */
export type Renewal = { expiration_date?: string | null; extend_by?: string };

export function computeStatus(license: Pick<License, 'status' | 'expires_at'>, nowMs: number): LicenseStatus {
  if (license.status !== 'valid') return license.status;
  return isDue(license.expires_at, nowMs) ? 'expired' : 'valid';
}

/** Compared with the seat limit, without overage; null is unlimited. */
export function seatsRemaining(license: Pick<License, 'seat_limit' | 'seats_used'>): number | null {
  return license.seat_limit === null ? null : Math.max(0, license.seat_limit - license.seats_used);
}

/**
 * Renews a license. A suspended one gets its new date and stays suspended. The date may be earlier than the present
 * one, but not in the past.
 */
export function renew(license: License, renewal: Renewal, nowMs: number): Transition {
  if (license.status === 'cancelled') return refuse('illegal_transition', { from: 'cancelled', action: 'renew' });
  if (renewal.expiration_date !== undefined) return expireAt(license, renewal.expiration_date, nowMs);
  const duration = renewal.extend_by ?? license.duration ?? license.policy.duration ?? null;
  return duration === null ? refuse('no_duration') : extend(license, duration, nowMs);
}

/** Suspends a license during a dispute. Activations stay on record. */
export function suspend(license: License): Transition {
  if (license.status === 'cancelled') return refuse('illegal_transition', { from: 'cancelled', action: 'suspend' });
  if (license.status === 'suspended') return unchanged;
  return { kind: 'changed', license: { ...license, status: 'suspended' }, event: 'license.suspended' };
}

/** Resumes a license: it is valid, or expired if its expiry has passed meanwhile. */
export function resume(license: License, nowMs: number): Transition {
  const status = computeStatus(license, nowMs);
  if (status === 'cancelled' || status === 'expired')
    return refuse('illegal_transition', { from: status, action: 'resume' });
  if (status === 'valid') return unchanged;
  return { kind: 'changed', license: { ...license, status: 'valid' }, event: 'license.resumed' };
}

/** Cancels a license after a refund, for good. Activations stay on record. */
export function cancel(license: License): Transition {
  if (license.status === 'cancelled') return unchanged;
  return { kind: 'changed', license: { ...license, status: 'cancelled' }, event: 'license.cancelled' };
}

/** An explicit date also starts a license that waited for its first activation. */
function expireAt(
  license: License,
  expires_at: string | null,
  nowMs: number,
  expiry_day: number | null = null,
): Transition {
  if (expires_at !== null && isDue(expires_at, nowMs))
    return refuse('expiry_in_the_past', { expiration_date: expires_at });
  if (expires_at === license.expires_at && license.starts_on_activation === null) return unchanged;
  return renewed({ ...license, expires_at, expiry_day, starts_on_activation: null });
}

/**
 * Counts from the old expiry and its day, also within grace; from now if that is over. A license that has not begun
 * gets a longer duration to begin with.
 */
function extend(license: License, duration: string, nowMs: number): Transition {
  const { expires_at, expiry_day, starts_on_activation } = license;
  if (starts_on_activation !== null)
    return renewed({ ...license, starts_on_activation: sumDurations(starts_on_activation, duration) });
  if (expires_at === null) return refuse('not_extendable');
  const stillCounts = !isDue(expires_at, nowMs) || isInGrace(expires_at, license.policy, nowMs);
  if (!stillCounts) return expireAt(license, addDuration(isoSeconds(nowMs), duration), nowMs);
  const extended = extendExpiry({ expires_at, expiry_day }, duration);
  return expireAt(license, extended.expires_at, nowMs, extended.expiry_day);
}

function renewed(license: License): Transition {
  return { kind: 'changed', license, event: 'license.renewed' };
}
