import type { InstanceDescription } from '../domain/instance-description.ts';
import type { InstanceKind } from '../domain/instance-kind.ts';
import type { ParsedInstance } from '../domain/instance.ts';
import { required } from '../domain/invariant.ts';
import type { License } from '../domain/license.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import { kindUnder, type SeatUse } from '../domain/seat-costs.ts';
import {
  computeActivationTime,
  decideActivation,
  decideDeactivation,
  freeActivation,
  type Activation,
  type ActivationDecision,
} from '../domain/seats.ts';
import type { ActivatedLicense } from '../api/activate.ts';
import { putFreedAsRead } from '../table/activation-by-id.ts';
import { newActivationId, putActivation, type StoredActivation } from '../table/activations.ts';
import type { Answer } from '../table/once.ts';
import { retry, type Retry } from '../dynamo/outcome.ts';
import type { Write } from '../dynamo/transact.ts';
import { activatedView } from '../views/activation-view.ts';
import type { SeatDecision } from './seat-call.ts';
import type { SeatStep } from './seat-steps.ts';

/** The instance that is to have a seat, its stored activation if it ever had one, and what is stored with it. */
export type Taker = {
  brand: string;
  instance: ParsedInstance;
  current: Activation | undefined;
  metadata: Record<string, string>;
  described: InstanceDescription;
  nowMs: number;
};

/** Decides if a site gets a seat, with the kind that its license's policy gives it. */
export function decideFor({ described, instance, current, nowMs }: Taker, license: License): ActivationDecision {
  const kind: InstanceKind = kindUnder(license.policy, { kind: described.kind, host: instance.host });
  return decideActivation(license, current, { kind }, nowMs);
}

/** True for a refusal that a freed seat would not change. */
export const isBarred = (decided: ActivationDecision): boolean =>
  isRefusal(decided) && decided.code !== 'seat_limit_reached' && decided.code !== 'seat_moves_exhausted';

/** A seat that is taken, or whose cost is another one now: the step, and the activation after it. */
type Taken = { step: SeatStep; activation: Activation };

type Decided = { kind: 'taken' | 'recounted'; license: License } & SeatUse;

/** `license` is the one before the step. */
function takeSeat(taker: Taker, license: License, decided: Decided): Taken {
  const { brand, instance, current } = taker;
  const isTaken = decided.kind === 'taken';
  const { takes_seat, free_staging } = decided;
  const activation = isTaken
    ? buildActivation(taker, license, decided)
    : { ...findActive(taker), ...taker.described, takes_seat, free_staging };
  return {
    activation,
    step: {
      event: isTaken ? 'license.activated' : 'license.updated',
      license: decided.license,
      ...(isTaken ? { shown: { before: current, after: activation } } : {}),
      writes: (written) => [putActivation(brand, written, instance, activation, current, retry)],
    },
  };
}

function buildActivation(
  { instance, current, metadata, described, nowMs }: Taker,
  license: License,
  { takes_seat, free_staging }: SeatUse,
): Activation {
  const at = computeActivationTime(license, current, nowMs);
  return {
    id: current?.id ?? newActivationId(license.anchor, instance, nowMs),
    license_id: license.id,
    instance_identifier: instance.identifier,
    instance_type: instance.type,
    ...described,
    status: 'active',
    takes_seat,
    free_staging,
    activated_at: at,
    deactivated_at: null,
    last_checked_at: at,
    metadata,
  };
}

/** Frees the seat of an activation for another instance. `write` replaces the guarded write that frees it. */
export function freeSeat(
  stored: StoredActivation,
  license: License,
  nowMs: number,
  write: (freed: StoredActivation, written: License) => Write<Retry> = (freed, written) =>
    putFreedAsRead(freed, stored.activation, written, retry),
): SeatStep | undefined {
  const decided = decideDeactivation(license, stored.activation, 'product');
  if (decided.kind === 'already_deactivated') return undefined;
  const activation = freeActivation(stored.activation, license, nowMs);
  return {
    event: 'seat.deactivated',
    license: decided.license,
    shown: { before: stored.activation, after: activation },
    writes: (written) => [write({ key: stored.key, activation }, written)],
  };
}

/** An answer's parts: the steps, the activation that it shows, and whether that is a new one. */
export type SeatChange = { steps: SeatStep[]; activation: Activation; created: boolean };

/** Takes a seat for an instance, after the step that frees another one; or the refusal, with which nothing is freed. */
export function takeAfter(taker: Taker, license: License, freed?: SeatStep): SeatChange | Refusal {
  const before = freed?.license ?? license;
  const decided = decideFor(taker, before);
  if (isRefusal(decided)) return decided;
  const freedSteps = freed ? [freed] : [];
  if (decided.kind === 'already_active') return { steps: freedSteps, activation: findActive(taker), created: false };
  const { step, activation } = takeSeat(taker, before, decided);
  return { steps: [...freedSteps, step], activation, created: decided.kind === 'taken' };
}

function findActive({ current }: Taker): Activation {
  return required(current, 'an instance without a record cannot be active already');
}

/** The effect of a call and its answer: nothing happens if no seat was freed, taken or recounted. */
export function answerChange(license: License, change: SeatChange | Refusal): SeatDecision<ActivatedLicense> {
  if (isRefusal(change)) return change;
  const { steps, activation, created } = change;
  const answer = (changed: License): Answer<ActivatedLicense> => ({
    ...(created ? { created } : {}),
    body: activatedView(changed, activation),
  });
  return steps.length === 0
    ? { kind: 'unchanged', answer: answer(license) }
    : { kind: 'changed', steps, activation, answer };
}
