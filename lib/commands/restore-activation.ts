import { activationView } from '../views/activation-view.ts';
import type { License } from '../domain/license.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import { findStoredKind } from '../domain/seat-costs.ts';
import { computeActivationTime, decideActivation, type Activation } from '../domain/seats.ts';
import type { BrandContext } from '../context.ts';
import type { RestoreActivationInput } from '../api/activations.ts';
import type { ActivationEntry } from '../api/schemas/activation.ts';
import { putRestored } from '../table/activation-by-id.ts';
import type { Answer, Try } from '../table/once.ts';
import { done, retry } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { commitSeatStep, readSeat } from './brand-seat.ts';
import type { SeatStep } from './seat-steps.ts';

/** Takes a seat again for an instance whose seat was freed. A repeat changes nothing. */
export function restoreActivation(
  ctx: BrandContext,
  input: RestoreActivationInput,
): Promise<Answer<ActivationEntry> | Refusal> {
  return retrying(ctx.table, async (): Promise<Try<ActivationEntry>> => {
    const seat = await readSeat(ctx, input);
    if (isRefusal(seat) || seat.kind === 'retry') return seat;
    const { license: previous, activation: current, key } = seat.value;
    const decided = decideActivation(previous, current, { kind: findStoredKind(previous.policy, current) }, ctx.nowMs);
    // An instance that comes back is no move, so moves cannot be exhausted.
    if (isRefusal(decided)) return decided;
    if (decided.kind === 'already_active') return done({ body: activationView(current) });
    const at = computeActivationTime(previous, current, ctx.nowMs);
    const { takes_seat, free_staging } = decided;
    const times = { activated_at: at, deactivated_at: null, last_checked_at: at };
    const activation: Activation = { ...current, status: 'active', takes_seat, free_staging, ...times };
    const restored = {
      event: 'license.activated',
      license: decided.license,
      shown: { before: current, after: activation },
      writes: (license: License) => [putRestored({ key, activation }, current, license, retry)],
    } satisfies SeatStep;
    return commitSeatStep(ctx, previous, restored, input.reason);
  });
}
