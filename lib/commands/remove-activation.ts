import { activationView } from '../views/activation-view.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { License } from '../domain/license.ts';
import { decideDeactivation, freeActivation } from '../domain/seats.ts';
import type { BrandContext } from '../context.ts';
import type { RemoveActivationInput } from '../api/activations.ts';
import type { ActivationEntry } from '../api/schemas/activation.ts';
import { putFreed } from '../table/activation-by-id.ts';
import type { Answer, Try } from '../table/once.ts';
import { done, retry } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { commitSeatStep, readSeat } from './brand-seat.ts';
import type { SeatStep } from './seat-steps.ts';

/**
 * Frees a seat from the back office, in every status of the license. It makes no room for a move: only the customer's
 * own deactivation does. A repeat changes nothing.
 */
export function removeActivation(
  ctx: BrandContext,
  input: RemoveActivationInput,
): Promise<Answer<ActivationEntry> | Refusal> {
  return retrying(ctx.table, async (): Promise<Try<ActivationEntry>> => {
    const seat = await readSeat(ctx, input);
    if (isRefusal(seat) || seat.kind === 'retry') return seat;
    const { license: previous, activation: current, key } = seat.value;
    const decided = decideDeactivation(previous, current, 'brand');
    if (decided.kind === 'already_deactivated') return done({ body: activationView(current) });
    const activation = freeActivation(current, previous, ctx.nowMs);
    const freed = {
      event: 'seat.deactivated',
      license: decided.license,
      shown: { before: current, after: activation },
      writes: (license: License) => [putFreed({ key, activation }, license, retry)],
    } satisfies SeatStep;
    return commitSeatStep(ctx, previous, freed, input.reason);
  });
}
