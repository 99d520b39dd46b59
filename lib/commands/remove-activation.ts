import { activationView } from '../views/activation-view.ts';
import type { License } from '../domain/license.ts';
import { nextVersion } from '../domain/next-version.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { decideDeactivation, freeActivation, type Activation } from '../domain/seats.ts';
import { buildBrandAuthor, type BrandContext } from '../context.ts';
import type { RemoveActivationInput } from '../api/activations.ts';
import type { ActivationEntry } from '../api/schemas/activation.ts';
import { journalledActivation } from '../table/activations.ts';
import { readLicenseAndActivation, putFreed } from '../table/activation-by-id.ts';
import { difference, journalWrite } from '../table/journal.ts';
import { keys } from '../table/keys.ts';
import { parseLicenseAddress, pickLicenseFields, putChangedLicense } from '../table/licenses.ts';
import type { Answer, Try } from '../table/once.ts';
import { done, retry } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { getOne } from '../dynamo/table.ts';
import { commit, type Write } from '../dynamo/transact.ts';

type Seat = { license: License; activation: Activation };

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
    const license = nextVersion(decided.license, ctx.nowMs);
    const activation = freeActivation(current, previous, ctx.nowMs);
    return commit(ctx.table, { body: activationView(activation) }, [
      putFreed({ key, activation }, license, retry),
      putChangedLicense(brand, license, retry),
      journalOf(ctx, { license: previous, activation: current }, { license, activation }, reason),
    ]);
  });
}

function journalOf(ctx: BrandContext, previous: Seat, is: Seat, reason: string | undefined): Write<never> {
  const changed = difference(pickLicenseFields(previous.license), pickLicenseFields(is.license));
  return journalWrite(buildBrandAuthor(ctx), {
    type: 'seat.deactivated',
    entity: { type: 'license', id: is.license.id },
    seq: is.license.seq,
    reason,
    notBefore: previous.license.updated_at,
    before: { ...changed.before, activation: journalledActivation(previous.activation) },
    after: { ...changed.after, activation: journalledActivation(is.activation) },
    license: pickLicenseFields(is.license),
  });
}
