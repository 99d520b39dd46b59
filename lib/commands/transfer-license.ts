import { normaliseChecked } from '../domain/email.ts';
import { computeTag } from '../domain/ids.ts';
import { unchanged, type License } from '../domain/license.ts';
import { findRoomyKey } from '../domain/purchase.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { isoSeconds } from '../domain/time.ts';
import { buildBrandAuthor, type BrandContext } from '../context.ts';
import type { LicenseEntry } from '../api/schemas/license.ts';
import type { TransferInput } from '../api/license-lifecycle.ts';
import { listForCustomer, unlistForCustomer, type Customer } from '../table/customers.ts';
import { joinUpdates } from '../dynamo/join-updates.ts';
import { findCustomer } from '../table/email-slots.ts';
import type { HeldKey } from '../table/held-key-fields.ts';
import { countLeaving, forgetProduct } from '../table/held-keys.ts';
import { keys } from '../table/keys.ts';
import { changeDirectory, entryOnKey, extendLicenseKey, MAX_LICENSES_PER_KEY } from '../table/license-keys.ts';
import { metadataHashes } from '../table/metadata-hashes.ts';
import type { LicenseView } from '../views/license-view.ts';
import { putMovedAddress } from '../table/licenses.ts';
import type { Answer } from '../table/once.ts';
import type { ItemAt } from '../dynamo/table.ts';
import { retry, type Retry } from '../dynamo/outcome.ts';
import type { Write } from '../dynamo/transact.ts';
import { changeLicense, type LicenseDecision } from './license-change.ts';
import { customerWrites, newCustomer, newKey, newKeyWrites, type Person } from './purchase/carrier.ts';

/** The destination of a transferred license. `newText` is the text of a new key. */
type Carrier = {
  person: Person;
  customer: Customer;
  previous: Customer | undefined;
  key: HeldKey;
  newText: string | undefined;
};

/**
 * Transfers a license to another customer: it moves to a key of that customer in one transaction, and the old key no
 * longer opens it. The license keeps its anchor. Without its activations it begins a new seat set.
 */
export function transferLicense(ctx: BrandContext, input: TransferInput): Promise<Answer<LicenseEntry> | Refusal> {
  const person = normaliseChecked(input.customer_email);
  const hash = ctx.vault.keyedHash(person.email, 'email');
  const slotKey = keys.customer(ctx.brand.key_prefix, hash);
  const decide = async (view: LicenseView, itemAt: ItemAt): Promise<LicenseDecision> => {
    const { license } = view;
    if (license.status === 'cancelled') return refuse('illegal_transition', { from: 'cancelled', action: 'transfer' });
    const slot = { hash, item: itemAt(slotKey) };
    const taker = await findCustomer(ctx.table, ctx.brand.key_prefix, slot);
    if (taker.kind === 'retry') return taker;
    const { value: previous } = taker;
    if (license.customer_partition === previous?.partition) return unchanged;
    const carrier = carrierFor(ctx, { slot, shown: person.shown }, previous, license);
    const { customer, key } = carrier;
    const moved = {
      ...license,
      license_key_id: key.id,
      key_partition: key.partition,
      customer_id: customer.id,
      customer_partition: customer.partition,
    };
    return {
      kind: 'changed',
      license: input.keep_activations ? moved : withoutSeats(moved),
      event: 'license.transferred',
      journalled: { keep_activations: input.keep_activations },
      // A customer's first e-mail leads to that customer's item for ever, so giver and taker may be the same item.
      alsoWrites: (changed) =>
        joinUpdates([
          ...leave(ctx.brand.key_prefix, view, {
            seq: changed.seq,
            seats: input.keep_activations ? 'kept' : 'dropped',
            metadataHashes: metadataHashes(ctx.vault, view.license),
          }),
          ...arrive(ctx, carrier, changed),
        ]),
      shown: (changed) => ({ license: changed, licenseKey: key, customer, isNewKey: carrier.newText !== undefined }),
    };
  };
  return changeLicense(ctx, input, decide, [slotKey]);
}

const withoutSeats = (license: License): License => ({
  ...license,
  seat_set: license.seat_set + 1,
  seats_used: 0,
  staging_used: 0,
  costly_staging: false,
  recount_at: null,
  vacated: 0,
  moves: [],
});

function carrierFor(ctx: BrandContext, person: Person, previous: Customer | undefined, license: License): Carrier {
  const now = isoSeconds(ctx.nowMs);
  const customer = previous ?? newCustomer(ctx, person, now);
  const held = findRoomyKey(customer.keys, [computeTag(license.product.id)], MAX_LICENSES_PER_KEY);
  if (held) return { person, customer, previous, key: held, newText: undefined };
  const { key, text } = newKey(ctx, now);
  return { person, customer, previous, key, newText: text };
}

/** Takes the license off its old key and out of its old customer's list. */
function leave(
  brand: string,
  { license, licenseKey, customer }: LicenseView,
  left: Parameters<typeof unlistForCustomer>[2],
): Write<Retry>[] {
  const change = { removed: computeTag(license.product.id) };
  const forgotten = forgetProduct(brand, customer, licenseKey.id, change, retry);
  return [
    changeDirectory(brand, licenseKey.partition, change, retry),
    ...(forgotten.length > 0 ? forgotten : [countLeaving(brand, customer, retry)]),
    ...unlistForCustomer(brand, license, left),
  ];
}

function arrive(
  ctx: BrandContext,
  { person, customer, previous, key, newText }: Carrier,
  license: License,
): Write<Retry>[] {
  const brand = ctx.brand.key_prefix;
  const author = buildBrandAuthor(ctx);
  const tag = computeTag(license.product.id);
  const directory = { [tag]: entryOnKey(license) };
  return [
    ...customerWrites(brand, person.slot, customer, previous, { key, added: [tag], isNew: newText !== undefined }),
    ...(newText === undefined
      ? [extendLicenseKey(brand, key, directory, retry)]
      : newKeyWrites(author, customer, { ...key, text: newText }, true, directory)),
    listForCustomer(brand, customer.partition, license),
    putMovedAddress(brand, license),
  ];
}
