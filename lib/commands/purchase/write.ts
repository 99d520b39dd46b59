import { withDue } from '../../domain/due.ts';
import { newId } from '../../domain/ids.ts';
import { nextVersion, seatsRemaining, statusAt, type License } from '../../domain/license.ts';
import { isoSeconds } from '../../domain/time.ts';
import { brandAuthor, type BrandContext } from '../../context.ts';
import type { ProvisionAnswer } from '../../api/schemas/license.ts';
import type { ProvisionInput } from '../../api/schemas/provision.ts';
import { listForCustomer, type Customer } from '../../table/customers.ts';
import type { HeldKey } from '../../table/held-keys.ts';
import { difference, journalWrite, type Author } from '../../table/journal.ts';
import { guessAnchor, keys } from '../../table/keys.ts';
import { checkSameText, entryOnKey, extendLicenseKey, type DirectoryEntry } from '../../table/license-keys.ts';
import { fieldsOf, putChangedLicense, putNewLicense } from '../../table/licenses.ts';
import { keyTextFor, licenseKeySecret, type Secret } from '../../domain/shown-secret.ts';
import type { Write } from '../../dynamo/transact.ts';
import {
  again,
  customerWrites,
  keyTextContext,
  newCustomer,
  newKey,
  newKeyWrites,
  type Again,
  type Person,
} from './carrier.ts';
import type { Plan } from './plan.ts';

/** The writes of a purchase, and the answer to give once they are committed. */
export type Purchase = {
  writes: Write<Again>[];
  answer: ProvisionAnswer;
  secret: Secret;
  customerPartition: string;
  keyId: string;
  licenses: License[];
  madeAny: boolean;
};

export function writePurchase(
  ctx: BrandContext,
  input: ProvisionInput,
  person: Person,
  previous: Customer | undefined,
  plan: Plan,
  taken: Set<string>,
): Purchase {
  const brand = ctx.brand.key_prefix;
  const now = isoSeconds(ctx.nowMs);
  const author = brandAuthor(ctx);
  const customer = previous ?? newCustomer(ctx, person, now);
  const { key, text } = plan.key
    ? { key: plan.key, text: ctx.vault.decrypt(plan.key.text_cipher, keyTextContext(brand, plan.key.partition)) }
    : newKey(ctx, now);

  // A license that changed its product lies where the product that it had is guessed to lie.
  for (const entry of plan.lines) if ('previous' in entry) taken.add(entry.previous.anchor);
  const licenses = plan.lines.map((entry) =>
    'make' in entry ? newLicense(ctx, input, customer, key, entry, taken) : nextVersion(entry.renewed, ctx.nowMs),
  );
  const made = licenses.filter((_, i) => plan.lines[i] !== undefined && 'make' in plan.lines[i]);
  const directory = Object.fromEntries(
    made.map((license): [string, DirectoryEntry] => [tagIn(plan, license), entryOnKey(license)]),
  );
  const carried = { key, added: Object.keys(directory), isNew: plan.key === undefined };

  const writes: Write<Again>[] = [
    ...customerWrites(
      brand,
      person.slot,
      customer,
      previous,
      plan.perCustomer && made.length > 0 ? carried : undefined,
    ),
    ...(plan.key
      ? [made.length > 0 ? extendLicenseKey(brand, key, directory, again) : checkSameText(brand, key, again)]
      : newKeyWrites(author, customer, { ...key, text }, plan.perCustomer, directory)),
    ...plan.lines.flatMap((entry, i) => licenseWrites(author, customer.partition, entry, licenses[i], taken)),
  ];
  const shown = keyTextFor(ctx.credential, text, plan.key === undefined);
  const customer_email = previous
    ? ctx.vault.decrypt(previous.email_cipher, keys.customer(brand, previous.partition).pk)
    : person.shown;
  const answer: ProvisionAnswer = {
    license_key: { id: key.id, key: shown, customer_email, created_at: key.created_at },
    licenses: licenses.map((license) => provisioned(license, ctx.nowMs)),
  };
  const secret = licenseKeySecret(text, 'license_key', 'key');
  return {
    writes,
    answer,
    secret,
    customerPartition: customer.partition,
    keyId: key.id,
    licenses,
    madeAny: made.length > 0,
  };
}

const tagIn = (plan: Plan, license: License): string =>
  plan.lines.find(({ line }) => line.product.id === license.product.id)?.line.tag ?? '';

function newLicense(
  ctx: BrandContext,
  input: ProvisionInput,
  customer: Customer,
  key: HeldKey,
  entry: Extract<Plan['lines'][number], { make: unknown }>,
  taken: ReadonlySet<string>,
): License {
  const now = isoSeconds(ctx.nowMs);
  const guess = guessAnchor(key.partition, entry.line.tag);
  const isTaken = taken.has(guess) || key.left.includes(entry.line.tag);
  const { id, slug, name } = entry.line.product;
  const license: License = {
    id: newId(ctx.nowMs),
    license_key_id: key.id,
    key_partition: key.partition,
    customer_id: customer.id,
    customer_partition: customer.partition,
    product: { id, slug, name },
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
    ...entry.make,
  };
  return withDue(license, ctx.nowMs);
}

function licenseWrites(
  author: Author,
  customerPartition: string,
  entry: Plan['lines'][number],
  license: License | undefined,
  taken: Set<string>,
): Write<Again>[] {
  if (license === undefined) return [];
  const entity = { type: 'license', id: license.id } as const;
  if ('make' in entry) {
    return [
      ...putNewLicense(author.brand, license, () => {
        taken.add(license.anchor);
        return again();
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
    putChangedLicense(author.brand, license, again),
    journalWrite(author, {
      type: 'license.renewed',
      entity,
      seq: license.seq,
      notBefore: entry.previous.updated_at,
      license: fieldsOf(license),
      ...difference(fieldsOf(entry.previous), fieldsOf(license)),
    }),
  ];
}

function provisioned(license: License, nowMs: number): ProvisionAnswer['licenses'][number] {
  const { id, product, seat_limit, seats_used, expires_at, starts_on_activation, created_at } = license;
  return {
    id,
    product_id: product.id,
    product_slug: product.slug,
    product_name: product.name,
    status: statusAt(license, nowMs),
    seat_limit,
    seats_used,
    seats_remaining: seatsRemaining(license),
    expires_at,
    starts_on_activation,
    created_at,
  };
}
