import type { License } from '../domain/license.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import type { Activation } from '../domain/seats.ts';
import { buildBrandAuthor, type BrandContext } from '../context.ts';
import { journalledActivation } from '../table/activations.ts';
import { readLicenseAndActivation } from '../table/activation-by-id.ts';
import { difference, journalWrite } from '../table/journal.ts';
import { keys } from '../table/keys.ts';
import { parseLicenseAddress, pickLicenseFields } from '../table/licenses.ts';
import type { Key } from '../dynamo/schema.ts';
import { done, type Outcome } from '../dynamo/outcome.ts';
import { getOne } from '../dynamo/table.ts';
import type { Write } from '../dynamo/transact.ts';

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

/** The journal entry of a seat that the back office frees or restores. */
export function buildSeatEntry(
  ctx: BrandContext,
  type: 'seat.deactivated' | 'license.activated',
  previous: Seat,
  changed: Seat,
  reason: string | undefined,
): Write<never> {
  const fields = difference(pickLicenseFields(previous.license), pickLicenseFields(changed.license));
  return journalWrite(buildBrandAuthor(ctx), {
    type,
    entity: { type: 'license', id: changed.license.id },
    seq: changed.license.seq,
    reason,
    notBefore: previous.license.updated_at,
    before: { ...fields.before, activation: journalledActivation(previous.activation) },
    after: { ...fields.after, activation: journalledActivation(changed.activation) },
    license: pickLicenseFields(changed.license),
  });
}
