import { hashLicenseKey } from '../../domain/license-key.ts';
import { readLastFour } from '../../domain/license-key-ending.ts';
import { newId } from '../../process/ids.ts';
import { newLicenseKey } from '../../process/new-credentials.ts';
import type { BrandContext } from '../../context.ts';
import { emailContext, type Customer } from '../../table/customers.ts';
import { partitionForNew, putNewCustomer, type Slot } from '../../table/email-slots.ts';
import type { HeldKey } from '../../table/held-key-fields.ts';
import { noteUse, rememberKey, rememberProducts } from '../../table/held-keys.ts';
import { journalWrite, type Author } from '../../table/journal.ts';
import { keyTextContext, putNewLicenseKey, type DirectoryEntry } from '../../table/license-keys.ts';
import { retry, type Retry } from '../../dynamo/outcome.ts';
import type { Write } from '../../dynamo/transact.ts';

/** The customer and the key that carry the licenses, created if there are none. */

/** The part of a brand's context that makes customers. An import has no more. */
type CarrierContext = Pick<BrandContext, 'vault' | 'nowMs'> & { brand: Pick<BrandContext['brand'], 'key_prefix'> };

/** The buyer: the item under the e-mail's hash, and the e-mail as typed. */
export type Person = { slot: Slot; shown: string };

export function newCustomer(ctx: CarrierContext, person: Person, now: string): Customer {
  const { slot, shown } = person;
  const partition = partitionForNew(slot);
  const email_cipher = ctx.vault.encrypt(shown, emailContext(ctx.brand.key_prefix, partition));
  const email_hash = partition === slot.hash ? {} : { email_hash: slot.hash };
  return {
    id: newId(ctx.nowMs),
    partition,
    ...email_hash,
    email_cipher,
    created_at: now,
    updated_at: now,
    erased_at: null,
    version: 0,
    seq: 0,
    keys: [],
    held_by_all: [],
  };
}

export function newKey(ctx: BrandContext, now: string): { key: HeldKey; text: string } {
  const brand = ctx.brand.key_prefix;
  const text = newLicenseKey(brand);
  const partition = hashLicenseKey(text);
  return {
    text,
    key: {
      id: newId(ctx.nowMs),
      partition,
      text_cipher: ctx.vault.encrypt(text, keyTextContext(brand, partition)),
      created_at: now,
      tags: [],
      left: [],
    },
  };
}

/** A per-customer key, the products it gets, and a flag for a new key. */
export type Carried = { key: HeldKey; added: string[]; isNew: boolean };

/**
 * Creates the customer, or adds to the key that the customer's item remembers. Nothing is written for a customer who
 * has lost the e-mail.
 */
export function customerWrites(
  brand: string,
  slot: Slot,
  customer: Customer,
  previous: Customer | undefined,
  carried: Carried | undefined,
): Write<Retry>[] {
  const key = carried && { ...carried.key, tags: [...carried.key.tags, ...carried.added] };
  if (previous === undefined) {
    const made = key ? { ...customer, keys: [key], held_by_all: key.tags } : customer;
    return putNewCustomer(brand, made, slot, retry);
  }
  if (carried === undefined || key === undefined) return [noteUse(brand, previous, retry)];
  if (carried.isNew) return [rememberKey(brand, previous, key, retry)];
  return [rememberProducts(brand, previous, key.id, carried.added, retry)];
}

export function newKeyWrites(
  author: Author,
  customer: Customer,
  { tags: _tags, left: _left, text, ...key }: HeldKey & { text: string },
  per_customer: boolean,
  licenses: Record<string, DirectoryEntry>,
): Write<never>[] {
  return [
    ...putNewLicenseKey(author.brand, {
      ...key,
      last_fours: [readLastFour(text)],
      customer_id: customer.id,
      customer_partition: customer.partition,
      per_customer,
      updated_at: key.created_at,
      seq: 1,
      licenses,
      cancelled: {},
    }),
    journalWrite(author, {
      type: 'license_key.created',
      entity: { type: 'license_key', id: key.id },
      seq: 1,
      before: null,
      after: { id: key.id, customer_id: customer.id },
    }),
  ];
}
