import { namedInstance } from '../domain/instance.ts';
import { required } from '../domain/invariant.ts';
import { seatsRemaining, type License } from '../domain/license.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { decideDeactivation, freeActivation } from '../domain/seats.ts';
import type { Context } from '../context.ts';
import type { DeactivateAnswer } from '../api/deactivate.ts';
import type { DeactivateInput } from '../api/deactivate-endpoint.ts';
import { putFreedAsRead } from '../table/activation-by-id.ts';
import { putActivation } from '../table/activations.ts';
import type { Answer } from '../table/once.ts';
import { retry } from '../dynamo/outcome.ts';
import { changeSeat } from './seat-change.ts';
import type { SeatCall, SeatDecision } from './seat-call.ts';
import type { Seat } from '../table/product-call.ts';

/** Frees the seat of an instance or of an activation, in every status of the license. A repeat changes nothing. */
export async function deactivateLicense(
  ctx: Context,
  input: DeactivateInput,
): Promise<Answer<DeactivateAnswer> | Refusal> {
  const instance = namedInstance(input);
  const { activation_id } = input;
  const other = instance === undefined && activation_id !== undefined ? { activation_id } : undefined;
  return changeSeat<DeactivateAnswer>(ctx, { ...input, instance, other }, (call, seat) =>
    decide(ctx, call, seat, activation_id),
  );
}

function decide(
  ctx: Context,
  { brand, instance }: SeatCall,
  { license, activation: current, at }: Seat,
  activationId: string | undefined,
): SeatDecision<DeactivateAnswer> {
  if (current === undefined) return refuse('activation_not_found');
  if (activationId !== undefined && activationId !== current.id)
    return refuse('bad_request', { errors: [ANOTHER_ACTIVATION] });
  const decided = decideDeactivation(license, current, 'product');
  if (decided.kind === 'already_deactivated') return { kind: 'unchanged', answer: answerOf(license) };
  const activation = freeActivation(current, license, ctx.nowMs);
  return {
    kind: 'changed',
    steps: [
      {
        event: 'seat.deactivated',
        license: decided.license,
        shown: { before: current, after: activation },
        writes: (written) => {
          if (instance) return [putActivation(brand, written, instance, activation, current, retry)];
          // Found by its activation's id, it is only freed: its stored instance may have been erased.
          const key = required(at, 'a seat is freed that was not found');
          return [putFreedAsRead({ key, activation }, current, written, retry)];
        },
      },
    ],
    activation,
    answer: answerOf,
  };
}

const ANOTHER_ACTIVATION = {
  pointer: '/activation_id',
  message: 'is not the activation of this instance_identifier; send only one of the two',
};

const answerOf = (license: License): Answer<DeactivateAnswer> => ({
  body: { status: 'deactivated', seats_used: license.seats_used, seats_remaining: seatsRemaining(license) },
});
