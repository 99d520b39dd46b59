import { addDuration } from './duration.ts';
import type { InstanceType } from './instance.ts';
import type { InstanceKind } from './instance-kind.ts';
import type { License } from './license.ts';
import { isRefusal, refuse, type Refusal } from './refusal.ts';
import { isInGrace, seatCeiling } from './terms.ts';
import { isDue, isoSeconds, findLatest, parseMs, timeAfter } from './time.ts';

/** One license on one instance. Each instance has one, active or not, so its id stays when the instance returns. */
export type Activation = {
  id: string;
  license_id: string;
  instance_identifier: string;
  instance_type: InstanceType;
  /** by its name alone; null if an older version stored none */
  kind: InstanceKind | null;
  /** `sh••.example`; null if an older version stored none */
  masked_identifier: string | null;
  status: 'active' | 'deactivated';
  takes_seat: boolean;
  /** a staging site within the number that takes no seat */
  free_staging: boolean;
  activated_at: string;
  deactivated_at: string | null;
  last_checked_at: string | null;
  metadata: Record<string, string>;
};

type SeatUse = { takes_seat: boolean; free_staging: boolean };
type LastChanged = Pick<License, 'updated_at'>;

export type ActivationDecision = { kind: 'already_active' } | ({ kind: 'taken'; license: License } & SeatUse) | Refusal;
export type DeactivationDecision = { kind: 'already_deactivated' } | { kind: 'freed'; license: License };

const MOVE_WINDOW = 'P30D';

/**
 * `current` is the stored activation of this instance. `seq` and `updated_at` of the returned license are not yet
 * raised.
 */
export function decideActivation(
  license: License,
  current: Activation | undefined,
  instance: { kind: InstanceKind },
  nowMs: number,
): ActivationDecision {
  const { status, expires_at, policy } = license;
  const isActive = current?.status === 'active';
  if (status === 'cancelled') return refuse('license_cancelled');
  if (status === 'suspended') return refuse('license_suspended');
  if (expires_at !== null && isDue(expires_at, nowMs) && !isInGrace(expires_at, policy, nowMs)) {
    const keepsRunning = isActive && policy.expiration_strategy === 'maintain';
    return keepsRunning ? { kind: 'already_active' } : refuse('license_expired', { expires_at });
  }
  if (isActive) return { kind: 'already_active' };

  const use = decideSeatUse(license, instance.kind);
  if (!use.takes_seat) return { kind: 'taken', ...use, license: begun(seated(license, use), nowMs) };

  const moved =
    current === undefined ? withMove(license, nowMs) : { ...license, vacated: Math.max(0, license.vacated - 1) };
  if (isRefusal(moved)) return moved;
  const { seat_limit, seats_used } = license;
  if (seat_limit !== null && seats_used >= seatCeiling(seat_limit, policy))
    return refuse('seat_limit_reached', { seat_limit, seats_used });
  return { kind: 'taken', ...use, license: begun(seated(moved, use), nowMs) };
}

/**
 * Frees a seat, in every status. A seat that the product frees makes room for a move; one that the back office frees
 * does not.
 */
export function decideDeactivation(
  license: License,
  current: Activation,
  by: 'product' | 'brand',
): DeactivationDecision {
  if (current.status === 'deactivated') return { kind: 'already_deactivated' };
  return {
    kind: 'freed',
    license: {
      ...license,
      seats_used: current.takes_seat ? Math.max(0, license.seats_used - 1) : license.seats_used,
      staging_used: current.free_staging ? Math.max(0, license.staging_used - 1) : license.staging_used,
      vacated: current.takes_seat && by === 'product' ? license.vacated + 1 : license.vacated,
    },
  };
}

/**
 * The time at which an instance takes a seat: that of the license's next change, and never before its last deactivation
 * or check.
 */
export function computeActivationTime(
  { updated_at }: LastChanged,
  current: Activation | undefined,
  nowMs: number,
): string {
  return timeAfter(findLatest(updated_at, current?.deactivated_at, current?.last_checked_at), nowMs);
}

/** Deactivates: the time is that of the license's next change, and never before the instance's last check. */
export function freeActivation(current: Activation, { updated_at }: LastChanged, nowMs: number): Activation {
  const deactivated_at = timeAfter(findLatest(updated_at, current.last_checked_at), nowMs);
  return { ...current, status: 'deactivated', takes_seat: false, free_staging: false, deactivated_at };
}

/** Staging sites beyond the allowed number take seats like any other. */
function decideSeatUse(license: License, kind: InstanceKind): SeatUse {
  const isFree = license.policy.development_sites_free === true;
  if (isFree && kind === 'local') return { takes_seat: false, free_staging: false };
  const hasStagingRoom = license.seat_limit === null || license.staging_used < license.seat_limit;
  const free_staging = isFree && kind === 'staging' && hasStagingRoom;
  return { takes_seat: !free_staging, free_staging };
}

function seated(license: License, use: SeatUse): License {
  return {
    ...license,
    seats_used: license.seats_used + (use.takes_seat ? 1 : 0),
    staging_used: license.staging_used + (use.free_staging ? 1 : 0),
  };
}

/** The first activation of any kind starts a duration that waited for it. */
function begun(license: License, nowMs: number): License {
  if (license.starts_on_activation === null) return license;
  return {
    ...license,
    expires_at: addDuration(isoSeconds(nowMs), license.starts_on_activation),
    starts_on_activation: null,
  };
}

/**
 * A new instance while a seat is vacated is a move. Times are kept only if moves are limited, so the list stays short.
 */
function withMove(license: License, nowMs: number): License | Refusal<'seat_moves_exhausted'> {
  if (license.vacated === 0) return license;
  const limit = license.policy.seat_moves_per_30_days ?? null;
  const vacated = license.vacated - 1;
  if (limit === null) return { ...license, vacated };

  const moves = license.moves.filter((time) => !isDue(addDuration(time, MOVE_WINDOW), nowMs));
  if (moves.length >= limit) {
    const makesRoom = moves.toSorted((a, b) => parseMs(a) - parseMs(b))[moves.length - limit];
    const next_move_at = makesRoom === undefined ? null : addDuration(makesRoom, MOVE_WINDOW);
    return refuse('seat_moves_exhausted', { seat_moves_per_30_days: limit, next_move_at });
  }
  return { ...license, vacated, moves: [...moves, isoSeconds(nowMs)] };
}
