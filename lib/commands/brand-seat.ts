import type { License } from '../domain/license.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import type { Activation } from '../domain/seats.ts';
import { buildBrandAuthor, type BrandContext } from '../context.ts';
import type { ActivationEntry } from '../api/schemas/activation.ts';
import { readLicenseAndActivation } from '../table/activation-by-id.ts';
import { keys } from '../table/keys.ts';
import { parseLicenseAddress } from '../table/licenses.ts';
import type { Try } from '../table/once.ts';
import type { Key } from '../dynamo/schema.ts';
import { done, retry, type Outcome } from '../dynamo/outcome.ts';
import { getOne } from '../dynamo/table.ts';
import { commit } from '../dynamo/transact.ts';
import { activationView } from '../views/activation-view.ts';
import { recountAfterSeat, withRecount } from './seat-costs.ts';
import { planSteps, type SeatStep } from './seat-steps.ts';

type Seat = { license: License; activation: Activation };

/** Reads a license and one of its activations for a change by the back office. */
export async function readSeat(
  ctx: BrandContext,
  { license_id, activation_id }: { license_id: string; activation_id: string },
): Promise<Outcome<Seat & { key: Key }, Refusal>> {
  const brand = ctx.brand.key_prefix;
  const address = parseLicenseAddress(await getOne(ctx.table, keys.address(brand, license_id)));
  if (address === undefined) return refuse('license_not_found');
  const read = await readLicenseAndActivation(ctx.table, brand, address.anchor, activation_id);
  if (read.kind === 'retry') return read;
  const { license, found } = read.value;
  if (license === undefined) return refuse('license_not_found');
  return found === undefined ? refuse('activation_not_found') : done({ license, ...found });
}

/** Commits a seat that the back office frees or restores, and what follows for the cost of the other sites. */
export async function commitSeatStep(
  ctx: BrandContext,
  previous: License,
  step: SeatStep & { shown: { after: Activation } },
  reason: string | undefined,
): Promise<Try<ActivationEntry>> {
  const { after } = step.shown;
  const change = { previous, license: step.license, changed: new Set([after.id]), nowMs: ctx.nowMs };
  const recounted = await recountAfterSeat(ctx.table, ctx.brand.key_prefix, change);
  const { writes } = planSteps(buildBrandAuthor(ctx), previous, withRecount([step], recounted), {
    reason,
    lost: retry,
  });
  return commit(ctx.table, { body: activationView(after) }, writes);
}
