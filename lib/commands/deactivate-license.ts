import { seatsRemaining, type License } from '../domain/license.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { decideDeactivation } from '../domain/seats.ts';
import { isoSeconds } from '../domain/time.ts';
import type { Context } from '../context.ts';
import type { CheckInput } from '../http/routes/check.ts';
import type { DeactivateAnswer } from '../http/routes/product.ts';
import type { Answer } from '../table/once.ts';
import { changeSeat, type Decision } from './seat-change.ts';

/** Frees an instance's seat, whatever the license's status. Again is safe and changes nothing. */
export function deactivateLicense(ctx: Context, input: CheckInput): Promise<Answer<DeactivateAnswer> | Refusal> {
  return changeSeat<DeactivateAnswer>(
    ctx,
    input,
    (_call, { license, activation: current }): Decision<DeactivateAnswer> => {
      if (current === undefined) return refuse('activation_not_found');
      const decided = decideDeactivation(license, current, 'product');
      if (decided.decision === 'already_deactivated') return { answer: answerOf(license) };
      return {
        license: decided.license,
        activation: {
          ...current,
          status: 'deactivated',
          takes_seat: false,
          free_staging: false,
          deactivated_at: isoSeconds(ctx.nowMs),
        },
        event: 'seat.deactivated',
        answer: answerOf,
      };
    },
  );
}

const answerOf = (license: License): Answer<DeactivateAnswer> => ({
  body: { status: 'deactivated', seats_used: license.seats_used, seats_remaining: seatsRemaining(license) },
});
