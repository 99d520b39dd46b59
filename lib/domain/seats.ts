import { addDuration } from './duration.ts';
import type { InstanceType } from './instance.ts';
import type { InstanceKind } from './instance-kind.ts';
import type { License } from './license.ts';
import { isRefusal, refuse, type Refusal } from './refusal.ts';
import { decideSeatUse, withoutSite, withSite, type SeatUse } from './seat-costs.ts';
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

type LastChanged = Pick<License, 'updated_at'>;

/** `recounted`: the site is active, and costs something else than before. */
export type ActivationDecision =
  { kind: 'already_active' } | ({ kind: 'taken' | 'recounted'; license: License } & SeatUse) | Refusal;
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
  if (isActive) return recount(license, current, instance.kind);

  const { kind } = instance;
  const use = decideSeatUse(license, kind);
  if (!use.takes_seat) return { kind: 'taken', ...use, license: begun(withSite(license, use, kind), nowMs) };

  const moved =
    current === undefined ? withMove(license, nowMs) : { ...license, vacated: Math.max(0, license.vacated - 1) };
  if (isRefusal(moved)) return moved;
  return refuseIfFull(license) ?? { kind: 'taken', ...use, license: begun(withSite(moved, use, kind), nowMs) };
}

function refuseIfFull({ seat_limit, seats_used, policy }: License): Refusal<'seat_limit_reached'> | undefined {
  if (seat_limit === null || seats_used < seatCeiling(seat_limit, policy)) return undefined;
  return refuse('seat_limit_reached', { seat_limit, seats_used });
}

/** Recomputes what an active site costs. It stays free while no seat is, because it must not stop running. */
function recount(license: License, current: Activation, kind: InstanceKind): ActivationDecision {
  const others = withoutSite(license, current);
  const use = decideSeatUse(others, kind);
  if (use.takes_seat === current.takes_seat && use.free_staging === current.free_staging)
    return { kind: 'already_active' };
  if (use.takes_seat && refuseIfFull(others) !== undefined) return { kind: 'already_active' };
  return { kind: 'recounted', ...use, license: withSite(others, use, kind) };
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
      ...withoutSite(license, current),
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

/** Takes a seat that an import brings: beyond the limit too, and at any status. */
export function bringSeat(license: License, kind: InstanceKind): { license: License } & SeatUse {
  const use = decideSeatUse(license, kind);
  return { license: withSite(license, use, kind), ...use };
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
