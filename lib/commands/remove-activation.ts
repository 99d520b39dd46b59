import { activationView } from '../views/activation-view.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { decideDeactivation, freeActivation } from '../domain/seats.ts';
import { buildBrandAuthor, type BrandContext } from '../context.ts';
import type { RemoveActivationInput } from '../api/activations.ts';
import type { ActivationEntry } from '../api/schemas/activation.ts';
import { readLicenseAndActivation, putFreed } from '../table/activation-by-id.ts';
import { keys } from '../table/keys.ts';
import { parseLicenseAddress } from '../table/licenses.ts';
import type { Answer, Try } from '../table/once.ts';
import { done, retry } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { getOne } from '../dynamo/table.ts';
import { commit } from '../dynamo/transact.ts';
import { recountAfterSeat, withRecount } from './seat-costs.ts';
import { planSteps, type SeatStep } from './seat-steps.ts';

/**
 * Frees a seat from the back office, in every status of the license. It makes no room for a move: only the customer's
 * own deactivation does. A repeat changes nothing.
 */
export function removeActivation(
  ctx: BrandContext,
  input: RemoveActivationInput,
): Promise<Answer<ActivationEntry> | Refusal> {
  const { license_id, activation_id, reason } = input;
  const brand = ctx.brand.key_prefix;
  return retrying(ctx.table, async (): Promise<Try<ActivationEntry>> => {
    const address = parseLicenseAddress(await getOne(ctx.table, keys.address(brand, license_id)));
    if (address === undefined) return refuse('license_not_found');
    const read = await readLicenseAndActivation(ctx.table, brand, address.anchor, activation_id);
    if (read.kind === 'retry') return read;
    const { license: previous, found } = read.value;
    if (previous === undefined) return refuse('license_not_found');
    if (found === undefined) return refuse('activation_not_found');
    const { activation: current, key } = found;
    const decided = decideDeactivation(previous, current, 'brand');
    if (decided.kind === 'already_deactivated') return done({ body: activationView(current) });
    const activation = freeActivation(current, previous, ctx.nowMs);
    const freed: SeatStep = {
      event: 'seat.deactivated',
      license: decided.license,
      shown: { before: current, after: activation },
      writes: (license) => [putFreed({ key, activation }, license, retry)],
    };
    const changed = new Set([activation.id]);
    const change = { previous, license: decided.license, changed, nowMs: ctx.nowMs };
    const recounted = await recountAfterSeat(ctx.table, brand, change);
    const { writes } = planSteps(buildBrandAuthor(ctx), previous, withRecount([freed], recounted), {
      reason,
      lost: retry,
    });
    return commit(ctx.table, { body: activationView(activation) }, writes);
  });
}
