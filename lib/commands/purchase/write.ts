import { pick } from '../../domain/pick.ts';
import { newId } from '../../process/ids.ts';
import { withDue } from '../../domain/due.ts';
import { PRODUCT_REFERENCE, seatsRemaining, statusAt, type License } from '../../domain/license.ts';
import { nextVersion } from '../../domain/next-version.ts';
import { isoSeconds } from '../../domain/time.ts';
import { brandAuthor, type BrandContext } from '../../context.ts';
import type { ProvisionAnswer } from '../../api/schemas/license.ts';
import type { ProvisionInput } from '../../api/schemas/provision.ts';
import { listForCustomer, type Customer } from '../../table/customers.ts';
import type { HeldKey } from '../../table/held-key-fields.ts';
import { difference, journalWrite, type Author } from '../../table/journal.ts';
import { guessAnchor, keys } from '../../table/keys.ts';
import { checkSameText, entryOnKey, extendLicenseKey, type DirectoryEntry } from '../../table/license-keys.ts';
import { fieldsOf, putChangedLicense, putNewLicense } from '../../table/licenses.ts';
import { keyTextFor, licenseKeySecret, type Secret } from '../../domain/shown-secret.ts';
import { retry, type Retry } from '../../dynamo/outcome.ts';
import type { Write } from '../../dynamo/transact.ts';
import { customerWrites, keyTextContext, newCustomer, newKey, newKeyWrites, type Person } from './carrier.ts';
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

/** The customer and the key of a purchase, existing or new. */
type Carrier = { customer: Customer; key: HeldKey; text: string; isNewKey: boolean };

/** A planned line, and the license that is written. */
type WrittenLine = (NewLine | RenewedLine) & { license: License };

export function writePurchase(
  ctx: BrandContext,
  input: ProvisionInput,
  buyer: Buyer,
  plan: Plan,
  taken: Set<string>,
): Purchase {
  const author = brandAuthor(ctx);
  const carrier = carrierFor(ctx, buyer, plan);
  const { customer, key, text, isNewKey } = carrier;
  const lines = writtenLines(ctx, input, plan, carrier, taken);
  const made = lines.filter(({ kind }) => kind === 'new');
  const licenses = lines.map(({ license }) => license);
  const shown = keyTextFor(ctx.credential, text, isNewKey);
  return {
    writes: [
      ...carrierWrites(author, buyer, plan, carrier, made),
      ...lines.flatMap((line) => licenseWrites(author, customer.partition, line, taken)),
    ],
    answer: {
      license_key: { id: key.id, key: shown, customer_email: emailOf(ctx, buyer), created_at: key.created_at },
      licenses: licenses.map((license) => provisioned(license, ctx.nowMs)),
    },
    secret: licenseKeySecret(text, 'license_key', 'key'),
    customerPartition: customer.partition,
    keyId: key.id,
    licenses,
    madeAny: made.length > 0,
  };
}

function carrierFor(ctx: BrandContext, { person, previous }: Buyer, { key }: Plan): Carrier {
  const now = isoSeconds(ctx.nowMs);
  const customer = previous ?? newCustomer(ctx, person, now);
  if (key === undefined) return { customer, ...newKey(ctx, now), isNewKey: true };
  const text = ctx.vault.decrypt(key.text_cipher, keyTextContext(ctx.brand.key_prefix, key.partition));
  return { customer, key, text, isNewKey: false };
}

const emailOf = (ctx: BrandContext, { person, previous }: Buyer): string =>
  previous
    ? ctx.vault.decrypt(previous.email_cipher, keys.customer(ctx.brand.key_prefix, previous.partition).pk)
    : person.shown;

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
  { customer, key, text, isNewKey }: Carrier,
  made: readonly WrittenLine[],
): Write<Retry>[] {
  const { brand } = author;
  const directory = Object.fromEntries(
    made.map(({ line, license }): [string, DirectoryEntry] => [line.tag, entryOnKey(license)]),
  );
  const added = Object.keys(directory);
  const carried = plan.perCustomer && added.length > 0 ? { key, added, isNew: isNewKey } : undefined;
  return [
    ...customerWrites(brand, person.slot, customer, previous, carried),
    ...(isNewKey
      ? newKeyWrites(author, customer, { ...key, text }, plan.perCustomer, directory)
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
  return withDue(license, ctx.nowMs);
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
        after: fieldsOf(license),
        license: fieldsOf(license),
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
      license: fieldsOf(license),
      ...difference(fieldsOf(line.previous), fieldsOf(license)),
    }),
  ];
}

const PROVISIONED = [
  'id',
  'product_id',
  'product_slug',
  'product_name',
  'status',
  'seat_limit',
  'seats_used',
  'seats_remaining',
  'expires_at',
  'starts_on_activation',
  'created_at',
] as const;

function provisioned(license: License, nowMs: number): ProvisionAnswer['licenses'][number] {
  const { product } = license;
  return pick(PROVISIONED, {
    ...license,
    product_id: product.id,
    product_slug: product.slug,
    product_name: product.name,
    status: statusAt(license, nowMs),
    seats_remaining: seatsRemaining(license),
  });
}
