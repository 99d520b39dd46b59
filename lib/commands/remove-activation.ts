import { activationView } from '../views/activation-view.ts';
import { nextVersion } from '../domain/next-version.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import { decideDeactivation, freeActivation } from '../domain/seats.ts';
import type { BrandContext } from '../context.ts';
import type { RemoveActivationInput } from '../api/activations.ts';
import type { ActivationEntry } from '../api/schemas/activation.ts';
import { putFreed } from '../table/activation-by-id.ts';
import { putChangedLicense } from '../table/licenses.ts';
import type { Answer, Try } from '../table/once.ts';
import { done, retry } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { commit } from '../dynamo/transact.ts';
import { buildSeatEntry, readSeat } from './brand-seat.ts';

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
    const license = nextVersion(decided.license, ctx.nowMs);
    const activation = freeActivation(current, previous, ctx.nowMs);
    return commit(ctx.table, { body: activationView(activation) }, [
      putFreed({ key, activation }, license, retry),
      putChangedLicense(ctx.brand.key_prefix, license, retry),
      buildSeatEntry(ctx, 'seat.deactivated', seat.value, { license, activation }, input.reason),
    ]);
  });
}
