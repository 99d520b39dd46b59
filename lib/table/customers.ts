import { keys, type Key } from './keys.ts';
import type { LicenseKey } from './license-keys.ts';
import { query, type Item, type Table } from './table.ts';
import { isNew, type Condition, type Write } from './transact.ts';

/** How many of a customer's newest keys the guard remembers. Beyond, an older key that would still have room is passed over and a new one made. */
export const KEYS_REMEMBERED = 30;

/** One per-customer key, as much of it as a purchase needs that adds to it, and the tags of the products it holds. */
export type HeldKey = Pick<LicenseKey, 'id' | 'home' | 'text_cipher' | 'created_at'> & { tags: string[] };

export type Customer = {
  id: string;
  /** The keyed hash of the first e-mail: where the customer lies, for ever. */
  home: string;
  email_cipher: string;
  created_at: string;
  /** Counts changes of `keys`: the guard that brings two purchases of one moment onto one key. */
  version: number;
  seq: number;
  /** The newest per-customer keys, newest first. */
  keys: HeldKey[];
};

export function customerOf(item: Item): Customer {
  const { pk: _pk, sk: _sk, ...customer } = item;
  return customer as Customer;
}

export function putNewCustomer<R>(brand: string, customer: Customer, refused: () => R): Write<R>[] {
  return [
    { put: { ...keys.customer(brand, customer.home), ...customer }, guard: isNew, refused },
    { put: { ...keys.address(brand, customer.id), home: customer.home }, guard: isNew },
  ];
}

/** What a customer's keys hold, after one of them holds other products. A key that is remembered no longer stays forgotten. */
export function heldWith(customer: Customer, home: string, tags: string[]): HeldKey[] {
  return customer.keys.map((key) => (key.home === home ? { ...key, tags } : key));
}

/** Remembers what a customer's keys hold now, if nobody else changed that since it was read. */
export function putHeldKeys<R>(brand: string, was: Customer, held: HeldKey[], refused: () => R): Write<R> {
  return {
    update: keys.customer(brand, was.home),
    set: { keys: held.slice(0, KEYS_REMEMBERED), version: was.version + 1 },
    guard: unchangedVersion(was.version),
    refused,
  };
}

const unchangedVersion = (version: number): Condition => ({
  expression: '#version = :readVersion',
  names: { '#version': 'version' },
  values: { ':readVersion': version },
});

/** Puts a license into its customer's list. */
export function listForCustomer(brand: string, customerHome: string, license: { id: string; anchor: string; key_home: string }): Write<never> {
  return { put: { ...keys.customerLicense(brand, customerHome, license.id), anchor: license.anchor, key_home: license.key_home } };
}

export type CustomersLicense = { license_id: string; anchor: string; key_home: string; key: Key };

/** The addresses of a customer's licenses, newest first. */
export async function licensesOfCustomer(
  table: Table<'Query'>,
  brand: string,
  home: string,
  page: { limit: number; after?: Key | undefined },
): Promise<{ licenses: CustomersLicense[]; last: Key | undefined }> {
  const { pk } = keys.customer(brand, home);
  const { items, last } = await query(table, { pk, begins: 'license#', newestFirst: true, ...page });
  const licenses = items.map((item) => {
    const key = { pk, sk: String(item['sk']) };
    return { license_id: key.sk.slice('license#'.length), anchor: String(item['anchor']), key_home: String(item['key_home']), key };
  });
  return { licenses, last };
}

/** Takes a license out of the list of a customer who no longer has it. */
export function unlistForCustomer(brand: string, customerHome: string, licenseId: string): Write<never> {
  return { remove: keys.customerLicense(brand, customerHome, licenseId) };
}
