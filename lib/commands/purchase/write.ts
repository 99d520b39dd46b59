import { pick } from '../../domain/pick.ts';
import { newId } from '../../process/ids.ts';
import { setDue } from '../../domain/due.ts';
import { PRODUCT_REFERENCE, type License } from '../../domain/license.ts';
import { nextVersion } from '../../domain/next-version.ts';
import { isoSeconds } from '../../domain/time.ts';
import { buildBrandAuthor, type BrandContext } from '../../context.ts';
import type { ProvisionAnswer } from '../../api/schemas/license.ts';
import type { ProvisionInput } from '../../api/schemas/provision.ts';
import { listForCustomer, type Customer } from '../../table/customers.ts';
import type { HeldKey } from '../../table/held-key-fields.ts';
import { difference, journalWrite, type Author } from '../../table/journal.ts';
import { guessAnchor } from '../../table/keys.ts';
import { checkSameText, entryOnKey, extendLicenseKey, type DirectoryEntry } from '../../table/license-keys.ts';
import { pickLicenseFields, putChangedLicense, putNewLicense } from '../../table/licenses.ts';
import type { Secret } from '../../domain/shown-secret.ts';
import { keySecret, licenseKeyView } from '../../views/license-key-view.ts';
import { provisionedView } from '../../views/license-view.ts';
import { retry, type Retry } from '../../dynamo/outcome.ts';
import type { Write } from '../../dynamo/transact.ts';
import { customerWrites, newCustomer, newKey, newKeyWrites, type Person } from './carrier.ts';
import type { NewLine, Plan, RenewedLine } from './plan.ts';

/** The writes of a purchase, and the answer to give once they are committed. */
export type Purchase = {
  writes: Write<Retry>[];
  answer: ProvisionAnswer;
  secret: Secret;
  customerPartition: string;
  keyId: string;
  licenses: License[];
  madeAny: boolean;
};

/** The buyer: the person in the request, and the customer in the table (undefined: a new one). */
type Buyer = { person: Person; previous: Customer | undefined };

/** The customer and the key of a purchase, existing or new, and the text of a new key. */
type Carrier = { customer: Customer; key: HeldKey; newText: string | undefined };

/** A planned line, and the license that is written. */
type WrittenLine = (NewLine | RenewedLine) & { license: License };

export function writePurchase(
  ctx: BrandContext,
  input: ProvisionInput,
  buyer: Buyer,
  plan: Plan,
  taken: Set<string>,
): Purchase {
  const author = buildBrandAuthor(ctx);
  const carrier = carrierFor(ctx, buyer, plan);
  const { customer, key, newText } = carrier;
  const lines = writtenLines(ctx, input, plan, carrier, taken);
  const made = lines.filter(({ kind }) => kind === 'new');
  const licenses = lines.map(({ license }) => license);
  return {
    writes: [
      ...carrierWrites(author, buyer, plan, carrier, made),
      ...lines.flatMap((line) => licenseWrites(author, customer.partition, line, taken)),
    ],
    answer: {
      license_key: {
        ...licenseKeyView(ctx, key, customer, newText !== undefined),
        created_at: key.created_at,
      },
      licenses: licenses.map((license) => provisionedView(license, ctx.nowMs)),
    },
    secret: keySecret(ctx, key, 'license_key', 'key'),
    customerPartition: customer.partition,
    keyId: key.id,
    licenses,
    madeAny: made.length > 0,
  };
}

function carrierFor(ctx: BrandContext, { person, previous }: Buyer, { key }: Plan): Carrier {
  const now = isoSeconds(ctx.nowMs);
  const customer = previous ?? newCustomer(ctx, person, now);
  if (key !== undefined) return { customer, key, newText: undefined };
  const made = newKey(ctx, now);
  return { customer, key: made.key, newText: made.text };
}

function writtenLines(
  ctx: BrandContext,
  input: ProvisionInput,
  plan: Plan,
  carrier: Carrier,
  taken: Set<string>,
): WrittenLine[] {
  // A license that changed its product keeps the anchor that was guessed for its first product.
  for (const line of plan.lines) if (line.kind === 'renewal') taken.add(line.previous.anchor);
  return plan.lines.map((line) =>
    line.kind === 'new'
      ? { ...line, license: newLicense(ctx, input, carrier, line, taken) }
      : { ...line, license: nextVersion(line.renewed, ctx.nowMs) },
  );
}

/** The customer and the key, with the added licenses. */
function carrierWrites(
  author: Author,
  { person, previous }: Buyer,
  plan: Plan,
  { customer, key, newText }: Carrier,
  made: readonly WrittenLine[],
): Write<Retry>[] {
  const { brand } = author;
  const directory = Object.fromEntries(
    made.map(({ line, license }): [string, DirectoryEntry] => [line.tag, entryOnKey(license)]),
  );
  const added = Object.keys(directory);
  const carried = plan.perCustomer && added.length > 0 ? { key, added, isNew: newText !== undefined } : undefined;
  return [
    ...customerWrites(brand, person.slot, customer, previous, carried),
    ...(newText !== undefined
      ? newKeyWrites(author, customer, { ...key, text: newText }, plan.perCustomer, directory)
      : [added.length > 0 ? extendLicenseKey(brand, key, directory, retry) : checkSameText(brand, key, retry)]),
  ];
}

function newLicense(
  ctx: BrandContext,
  input: ProvisionInput,
  { customer, key }: Carrier,
  { line, granted }: NewLine,
  taken: ReadonlySet<string>,
): License {
  const now = isoSeconds(ctx.nowMs);
  const guess = guessAnchor(key.partition, line.tag);
  const isTaken = taken.has(guess) || key.left.includes(line.tag);
  const license: License = {
    id: newId(ctx.nowMs),
    license_key_id: key.id,
    key_partition: key.partition,
    customer_id: customer.id,
    customer_partition: customer.partition,
    product: pick(PRODUCT_REFERENCE, line.product),
    status: 'valid',
    seats_used: 0,
    staging_used: 0,
    costly_staging: false,
    recount_at: null,
    seat_set: 0,
    vacated: 0,
    moves: [],
    metadata: input.metadata ?? {},
    external_id: input.external_id ?? null,
    created_at: now,
    updated_at: now,
    seq: 1,
    due_at: null,
    announced: null,
    limit_reached_on: null,
    anchor: isTaken ? newId(ctx.nowMs) : guess,
    ...granted,
  };
  return setDue(license, ctx.nowMs);
}

function licenseWrites(
  author: Author,
  customerPartition: string,
  line: WrittenLine,
  taken: Set<string>,
): Write<Retry>[] {
  const { license } = line;
  const entity = { type: 'license', id: license.id } as const;
  if (line.kind === 'new') {
    return [
      ...putNewLicense(author.brand, license, () => {
        taken.add(license.anchor);
        return retry();
      }),
      listForCustomer(author.brand, customerPartition, license),
      journalWrite(author, {
        type: 'license.provisioned',
        entity,
        seq: 1,
        before: null,
        after: pickLicenseFields(license),
        license: pickLicenseFields(license),
      }),
    ];
  }
  return [
    putChangedLicense(author.brand, license, retry),
    journalWrite(author, {
      type: 'license.renewed',
      entity,
      seq: license.seq,
      notBefore: line.previous.updated_at,
      license: pickLicenseFields(license),
      ...difference(pickLicenseFields(line.previous), pickLicenseFields(license)),
    }),
  ];
}
