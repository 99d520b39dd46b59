import type { License } from '../domain/license.ts';
import { parseHeldKeys, storedKeys, type HeldKey } from './held-key-fields.ts';
import { keys, listKeys } from './keys.ts';
import { type Item, type Table } from '../dynamo/table.ts';
import { query } from '../dynamo/query.ts';
import type { Write } from '../dynamo/transact.ts';
import { isPresent } from '../dynamo/condition.ts';
import type { Key } from '../dynamo/schema.ts';

export type Customer = {
  id: string;
  /** The partition, which never changes: the keyed hash of the first e-mail, or a random text if that was taken. */
  partition: string;
  /** The keyed hash of the present e-mail, if the first one does not apply any more; null once the person is erased. */
  email_hash?: string | null;
  email_cipher: string;
  created_at: string;
  updated_at: string;
  /**
   * Counts changes of the e-mail, new keys, and products that leave a key. A decision for a new key depends on these.
   */
  version: number;
  seq: number;
  /** The newest per-customer keys, newest first. */
  keys: HeldKey[];
  /** Tags of products that are on every one of these keys: buying one of them needs a new key. */
  held_by_all: string[];
  /** The time at which the person was erased. */
  erased_at: string | null;
  /** The progress of an unfinished erasure. */
  erasure?: ErasureMark;
  /** The import that made the customer; and the mark that others have used it since, so that its undo keeps it. */
  import_id?: string;
  is_used?: true;
};

/**
 * The progress of an erasure: the stage, the last finished entry of the customer's list, and in the entry `at` the part
 * and its last item. `version` is the customer's when the stage `left` began: a different one at the end means that
 * another license was given away meanwhile.
 */
export type ErasureMark = {
  stage: 'fences' | 'held' | 'left' | 'person' | 'answers';
  after?: string | undefined;
  at?: string | undefined;
  part?: number | undefined;
  within?: string | undefined;
  version?: number | undefined;
};

/** The context to which a customer's e-mail is bound when it is encrypted. */
export const emailContext = (brand: string, partition: string): string => keys.customer(brand, partition).pk;

/** The values of fields that a customer of an older version may lack. */
const NEWER_FIELDS = { held_by_all: [], erased_at: null } as const;

export function parseCustomerItem(item: Item): Customer {
  const { pk: _pk, sk: _sk, holder: _holder, unfinished: _unfinished, keys: stored = {}, ...customer } = item;
  return {
    ...NEWER_FIELDS,
    ...customer,
    keys: parseHeldKeys(stored as ReturnType<typeof storedKeys>),
  } as unknown as Customer;
}

export const customerItem = ({ keys: held, ...customer }: Customer): Item => ({ ...customer, keys: storedKeys(held) });

/** Puts a license into its customer's list. */
export function listForCustomer(
  brand: string,
  customerPartition: string,
  license: { id: string; anchor: string; key_partition: string },
): Write<never> {
  return {
    put: {
      ...listKeys.customerLicense(brand, customerPartition, license.id),
      anchor: license.anchor,
      key_partition: license.key_partition,
    },
  };
}

export type CustomersLicense = { license_id: string; anchor: string; key_partition: string; key: Key };

/** The addresses of a customer's licenses, newest first. */
export async function readCustomerLicenses(
  table: Table<'Query'>,
  brand: string,
  partition: string,
  page: { limit: number; after?: Key | undefined },
): Promise<{ licenses: CustomersLicense[]; last: Key | undefined }> {
  const { pk } = keys.customer(brand, partition);
  const { items, last } = await query(table, { pk, begins: 'license#', newestFirst: true, ...page });
  return { licenses: parseCustomerLicenses(items), last };
}

/** Entries of a customer's list, as read. */
export function parseCustomerLicenses(items: readonly Item[]): CustomersLicense[] {
  return items.map((item) => {
    const key = { pk: String(item['pk']), sk: String(item['sk']) };
    return {
      license_id: key.sk.slice('license#'.length),
      anchor: String(item['anchor']),
      key_partition: String(item['key_partition']),
      key,
    };
  });
}

/** Moves a license from a customer's list to the licenses that left: its history until then remains the customer's. */
export function unlistForCustomer(
  brand: string,
  license: License,
  left: { seq: number; seats: 'kept' | 'dropped'; metadataHashes: readonly string[] },
): Write<never>[] {
  const { id, anchor, key_partition, customer_partition, seat_set } = license;
  const had = {
    anchor,
    key_partition,
    ...(left.seats === 'dropped' ? { seat_set } : {}),
    ...(left.metadataHashes.length === 0 ? {} : { metadata_hashes: left.metadataHashes }),
  };
  return [
    { remove: listKeys.customerLicense(brand, customer_partition, id) },
    { put: { ...listKeys.customerLicenseThatLeft(brand, customer_partition, id, left.seq), ...had } },
  ];
}

/**
 * A customer's record of a license that went to another customer. `seat_set` is present if the activations stayed
 * behind; the hashes are those of the metadata that went with it.
 */
export type LicenseThatLeft = {
  license_id: string;
  anchor: string;
  key_partition: string;
  seat_set?: number;
  metadata_hashes: readonly string[];
};

/** All of a customer's licenses, oldest first. */
export async function readAllCustomerLicenses(
  table: Table<'Query'>,
  brand: string,
  partition: string,
): Promise<CustomersLicense[]> {
  return parseCustomerLicenses(await listed(table, keys.customer(brand, partition).pk, 'license#'));
}

/** The next license of a customer, or the next that left, after a position in the list; undefined after the last. */
export async function nextListed(
  table: Table<'Query'>,
  brand: string,
  partition: string,
  list: 'license#' | 'had#',
  after: string | undefined,
): Promise<(LicenseThatLeft & { sk: string }) | undefined> {
  const { pk } = keys.customer(brand, partition);
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
  ({
    ...had,
    license_id: String(String(sk).split('#')[1]),
    metadata_hashes: had['metadata_hashes'] ?? [],
  }) as LicenseThatLeft;

/** Saves the progress of an erasure. */
export function putErasureMark(brand: string, partition: string, erasure: ErasureMark): Write<never> {
  return {
    update: keys.customer(brand, partition),
    set: { erasure },
    guard: isPresent,
  };
}

export async function licensesThatLeft(
  table: Table<'Query'>,
  brand: string,
  partition: string,
): Promise<LicenseThatLeft[]> {
  const items = await listed(table, keys.customer(brand, partition).pk, 'had#');
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
