import { seatsRemaining, type License } from '../domain/license.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { decideDeactivation, freeActivation } from '../domain/seats.ts';
import type { Context } from '../context.ts';
import type { DeactivateAnswer } from '../api/deactivate.ts';
import type { DeactivateInput } from '../api/deactivate-endpoint.ts';
import type { Answer } from '../table/once.ts';
import { changeSeat, type SeatDecision } from './seat-change.ts';

/**
 * Frees the seat of an instance or of an activation, in every status of the license. A repeat changes nothing. A route
 * that speaks another vendor's protocol is shown the license by `onLicense`.
 */
export function deactivateLicense(
  ctx: Context,
  input: DeactivateInput,
  onLicense?: (license: License) => void,
): Promise<Answer<DeactivateAnswer> | Refusal> {
  return changeSeat<DeactivateAnswer>(
    ctx,
    input,
    (_call, { license, activation: current }): SeatDecision<DeactivateAnswer> => {
      onLicense?.(license);
      if (current === undefined) return refuse('activation_not_found');
      if (input.activation_id !== undefined && input.activation_id !== current.id)
        return refuse('bad_request', { errors: [ANOTHER_ACTIVATION] });
      const decided = decideDeactivation(license, current, 'product');
      if (decided.kind === 'already_deactivated') return { kind: 'unchanged', answer: answerOf(license) };
      return {
        kind: 'changed',
        license: decided.license,
        activation: freeActivation(current, license, ctx.nowMs),
        event: 'seat.deactivated',
        answer: (changed) => {
          onLicense?.(changed);
          return answerOf(changed);
        },
      };
    },
  );
}

const ANOTHER_ACTIVATION = {
  pointer: '/activation_id',
  message: 'is not the activation of this instance_identifier; send only one of the two',
};

const answerOf = (license: License): Answer<DeactivateAnswer> => ({
  body: { status: 'deactivated', seats_used: license.seats_used, seats_remaining: seatsRemaining(license) },
});
