import { hashLicenseKey, newLicenseKey } from '../../domain/license-key.ts';
import { newId } from '../../domain/ids.ts';
import type { BrandContext } from '../../context.ts';
import { putHeldKeys, putNewCustomer, type Customer, type HeldKey } from '../../table/customers.ts';
import { journalWrite, type Author } from '../../table/journal.ts';
import { keys } from '../../table/keys.ts';
import { putNewLicenseKey, type DirectoryEntry } from '../../table/license-keys.ts';
import type { Write } from '../../table/transact.ts';

/** The customer and the key that carry licenses, made where there are none. */

/** What others may have changed since it was read: read again, decide again. */
export type Again = 'again';
export const again = (): Again => 'again';

/** Who a license is for: where such a customer lies, and the e-mail as typed. */
export type Person = { home: string; shown: string };

export const keyPlace = (brand: string, home: string): string => keys.licenseKey(brand, home).pk;

export function newCustomer(ctx: BrandContext, person: Person, now: string): Customer {
  const email_cipher = ctx.vault.encrypt(person.shown, keys.customer(ctx.brand.key_prefix, person.home).pk);
  return { id: newId(ctx.nowMs), home: person.home, email_cipher, created_at: now, version: 0, seq: 0, keys: [] };
}

export function newKey(ctx: BrandContext, now: string): { key: HeldKey; text: string } {
  const brand = ctx.brand.key_prefix;
  const text = newLicenseKey(brand);
  const home = hashLicenseKey(text);
  return { text, key: { id: newId(ctx.nowMs), home, text_cipher: ctx.vault.encrypt(text, keyPlace(brand, home)), created_at: now, tags: [] } };
}

export function customerWrites(brand: string, customer: Customer, was: Customer | undefined, held: HeldKey | undefined): Write<Again>[] {
  const remembered = held ? [held, ...customer.keys.filter(({ home }) => home !== held.home)] : customer.keys;
  if (was === undefined) return putNewCustomer(brand, { ...customer, keys: remembered }, again);
  return held ? [putHeldKeys(brand, was, newestFirst(remembered), again)] : [];
}

/** Ids of keys begin with the time they were made. */
const newestFirst = (held: HeldKey[]): HeldKey[] => held.toSorted((a, b) => (a.id < b.id ? 1 : -1));

export function newKeyWrites(
  author: Author,
  customer: Customer,
  { tags: _tags, ...key }: HeldKey,
  per_customer: boolean,
  licenses: Record<string, DirectoryEntry>,
): Write<never>[] {
  return [
    ...putNewLicenseKey(author.brand, { ...key, customer_id: customer.id, customer_home: customer.home, per_customer, seq: 1, licenses }),
    journalWrite(author, {
      type: 'license_key.created',
      entity: { type: 'license_key', id: key.id },
      seq: 1,
      before: null,
      after: { id: key.id, customer_id: customer.id },
    }),
  ];
}
