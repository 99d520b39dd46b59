import { keys, type Key } from './keys.ts';
import type { License } from '../domain/license.ts';
import type { LicenseKey } from './license-keys.ts';
import { query, type Item, type Table } from './table.ts';
import type { Condition, Write } from './transact.ts';

/** How many of a customer's newest keys the guard remembers. Beyond, an older key that would still have room is passed over and a new one made. */
export const KEYS_REMEMBERED = 30;

/** One per-customer key, as much of it as a purchase needs that adds to it, and the tags of the products it holds. */
export type HeldKey = Pick<LicenseKey, 'id' | 'home' | 'text_cipher' | 'created_at'> & { tags: string[] };

export type Customer = {
  id: string;
  /** The keyed hash of the first e-mail, or a random text where somebody else had that before: where the customer lies, for ever. */
  home: string;
  /** The keyed hash of the present e-mail, where it does not lead here by itself; null once the person is erased. */
  email_hash?: string | null;
  email_cipher: string;
  created_at: string;
  updated_at?: string;
  /** Counts changes of `keys` and of the e-mail: the guard that brings two purchases of one moment onto one key. */
  version: number;
  seq: number;
  /** The newest per-customer keys, newest first. */
  keys: HeldKey[];
  /** When the person was erased. */
  erased_at?: string;
  /** How far an erasure has come that is not finished. */
  erasure?: ErasureMark;
};

/**
 * How far an erasure has come: in which stage, after which entry of the customer's list, and in the entry `at` in which part, after which item. `version` is
 * the customer's when the licenses given away were begun with: another one at the end means that one more was given away since.
 */
export type ErasureMark = {
  stage: 'fences' | 'held' | 'left' | 'person' | 'answers';
  after?: string | undefined;
  at?: string | undefined;
  part?: number | undefined;
  within?: string | undefined;
  version?: number | undefined;
};

export function customerOf(item: Item): Customer {
  const { pk: _pk, sk: _sk, holder: _holder, unfinished: _unfinished, ...customer } = item;
  return customer as Customer;
}

/** Writes nothing; holds a transaction to it that the customer has the e-mail that was read, and was not erased. */
export function checkSamePerson<R>(
  brand: string,
  was: Pick<Customer, 'home' | 'email_hash'>,
  refused: () => R,
): Write<R> {
  return { check: keys.customer(brand, was.home), guard: hasSameEmail(was), refused };
}

const hasSameEmail = ({ email_hash }: Pick<Customer, 'email_hash'>): Condition =>
  email_hash === undefined
    ? { expression: 'attribute_exists(pk) AND attribute_not_exists(#emailHash)', names: { '#emailHash': 'email_hash' } }
    : {
        expression: '#emailHash = :emailHash',
        names: { '#emailHash': 'email_hash' },
        values: { ':emailHash': email_hash },
      };

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

/** Counts that a customer gave something away, where nothing else of the customer's item changes by it. */
export function countLeaving<R>(brand: string, { home, version }: Customer, refused: () => R): Write<R> {
  return {
    update: keys.customer(brand, home),
    set: { version: version + 1 },
    guard: unchangedVersion(version),
    refused,
  };
}

const unchangedVersion = (version: number): Condition => ({
  expression: '#version = :readVersion',
  names: { '#version': 'version' },
  values: { ':readVersion': version },
});

/** Puts a license into its customer's list. */
export function listForCustomer(
  brand: string,
  customerHome: string,
  license: { id: string; anchor: string; key_home: string },
): Write<never> {
  return {
    put: {
      ...keys.customerLicense(brand, customerHome, license.id),
      anchor: license.anchor,
      key_home: license.key_home,
    },
  };
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
  return { licenses: licensesIn(items), last };
}

/** Entries of a customer's list, as they were read. */
export function licensesIn(items: readonly Item[]): CustomersLicense[] {
  return items.map((item) => {
    const key = { pk: String(item['pk']), sk: String(item['sk']) };
    return {
      license_id: key.sk.slice('license#'.length),
      anchor: String(item['anchor']),
      key_home: String(item['key_home']),
      key,
    };
  });
}

/** Takes a license out of the list of a customer who no longer has it, and remembers that it was there: its history until then is that person's. */
export function unlistForCustomer(
  brand: string,
  license: License,
  left: { seq: number; seats: 'kept' | 'dropped'; metadataHashes: readonly string[] },
): Write<never>[] {
  const { id, anchor, key_home, customer_home, seat_set } = license;
  const had = {
    anchor,
    key_home,
    ...(left.seats === 'dropped' ? { seat_set } : {}),
    ...(left.metadataHashes.length === 0 ? {} : { metadata_hashes: left.metadataHashes }),
  };
  return [
    { remove: keys.customerLicense(brand, customer_home, id) },
    { put: { ...keys.customerLicenseThatLeft(brand, customer_home, id, left.seq), ...had } },
  ];
}

/**
 * What is left with a customer of a license that went to somebody else: `seat_set` where its activations stayed behind, and by keyed hashes the
 * metadata that went along.
 */
export type LicenseThatLeft = {
  license_id: string;
  anchor: string;
  key_home: string;
  seat_set?: number;
  metadata_hashes?: string[];
};

/** All of a customer's licenses, oldest first. */
export async function allLicensesOf(table: Table<'Query'>, brand: string, home: string): Promise<CustomersLicense[]> {
  return licensesIn(await listed(table, keys.customer(brand, home).pk, 'license#'));
}

/** The first of a customer's licenses, or of those that left, after a place in that list; undefined after the last. */
export async function nextListed(
  table: Table<'Query'>,
  brand: string,
  home: string,
  list: 'license#' | 'had#',
  after: string | undefined,
): Promise<(LicenseThatLeft & { sk: string }) | undefined> {
  const { pk } = keys.customer(brand, home);
  const page = await query(table, {
    pk,
    begins: list,
    limit: 1,
    after: after === undefined ? undefined : { pk, sk: after },
  });
  const [item] = page.items;
  return item && { ...leftIn(item), sk: String(item['sk']) };
}

const leftIn = ({ pk: _pk, sk, ...had }: Item): LicenseThatLeft =>
  ({ ...had, license_id: String(sk).split('#')[1] ?? '' }) as LicenseThatLeft;

/** Notes how far an erasure has come. */
export function putErasureMark(brand: string, home: string, erasure: ErasureMark): Write<never> {
  return {
    update: keys.customer(brand, home),
    set: { erasure },
    guard: { expression: 'attribute_exists(pk)' },
  };
}

export async function licensesThatLeft(table: Table<'Query'>, brand: string, home: string): Promise<LicenseThatLeft[]> {
  const items = await listed(table, keys.customer(brand, home).pk, 'had#');
  return items.map(leftIn);
}

async function listed(table: Table<'Query'>, pk: string, begins: string): Promise<Item[]> {
  const all: Item[] = [];
  let after: Key | undefined;
  do {
    const { items, last } = await query(table, { pk, begins, limit: 1000, after });
    all.push(...items);
    after = last;
  } while (after !== undefined);
  return all;
}

/** Where answers lie that were stored for requests about a customer, and where each is listed. */
export async function answersOfCustomer(
  table: Table<'Query'>,
  brand: string,
  home: string,
  limit: number,
): Promise<{ key: Key; once: Key; ttl: number }[]> {
  const { pk } = keys.customer(brand, home);
  const { items } = await query(table, { pk, begins: 'answer#', limit });
  return items.map((item) => {
    const sk = String(item['sk']);
    return { key: { pk, sk }, once: { pk: sk.slice('answer#'.length), sk: 'once' }, ttl: Number(item['ttl']) };
  });
}
