import { randomBytes } from '../process/random.ts';
import type { Key } from '../dynamo/schema.ts';
import {
  customerItem,
  parseCustomerItem,
  readCustomerLicenses,
  parseCustomerLicenses,
  type Customer,
  type CustomersLicense,
} from './customers.ts';
import { keys } from './keys.ts';
import { done, retry, type Outcome } from '../dynamo/outcome.ts';
import { getOne, type Item, type Table } from '../dynamo/table.ts';
import { query } from '../dynamo/query.ts';
import type { Write } from '../dynamo/transact.ts';
import {
  isNew,
  type Condition,
  allOf,
  isPresent,
  attributeMissing,
  anyOf,
  attributeExists,
  equals,
  unchangedSince,
} from '../dynamo/condition.ts';

/**
 * The item under the keyed hash of an e-mail: the customer whose first e-mail it was, or a pointer (`holder`) to
 * another customer, or both. `holder` wins; else the customer here has the e-mail, unless `email_hash` names a newer
 * one. The item's guard orders all who claim the e-mail.
 */
export type Slot = { hash: string; item: Item | undefined };

/** The partition of the customer who has the e-mail now; undefined when nobody has it. */
export function readSlotPartition({ hash, item }: Slot): string | undefined {
  if (item === undefined) return undefined;
  const { holder, id, email_hash } = item;
  if (typeof holder === 'string') return holder;
  return id !== undefined && email_hash === undefined ? hash : undefined;
}

/** True when the customer has the e-mail. */
export const isReachedBy = ({ partition, email_hash }: Customer, hash: string): boolean =>
  (email_hash === undefined ? partition : email_hash) === hash;

/** The partition of a new customer: the hash itself, unless a customer who had the e-mail before is there. */
export const partitionForNew = ({ hash, item }: Slot): string =>
  item === undefined ? hash : randomBytes(32).toString('base64url');

/**
 * The customer who has an e-mail, given the item at its hash; one more round trip if it points elsewhere. A retry is
 * needed when the e-mail moved between the two reads.
 */
export async function findCustomer(
  table: Table<'GetItem'>,
  brand: string,
  slot: Slot,
): Promise<Outcome<Customer | undefined>> {
  const partition = readSlotPartition(slot);
  if (partition === undefined) return done(undefined);
  const item = partition === slot.hash ? slot.item : await getOne(table, keys.customer(brand, partition));
  const customer = item && parseCustomerItem(item);
  return customer && isReachedBy(customer, slot.hash) ? done(customer) : retry();
}

export function putNewCustomer<R>(brand: string, customer: Customer, slot: Slot, refused: () => R): Write<R>[] {
  return [
    { put: { ...keys.customer(brand, customer.partition), ...customerItem(customer) }, guard: isNew, refused },
    { put: { ...keys.address(brand, customer.id), partition: customer.partition }, guard: isNew },
    ...(customer.partition === slot.hash ? [] : [claimSlot(brand, slot, customer.partition, refused)]),
  ];
}

/**
 * Removes a customer who has the e-mail, if nobody has used or changed it since it was read. A purchase changes its
 * `version`, or marks it as used.
 */
export function removeCustomer<R>(brand: string, customer: Customer, slot: Slot, refused: () => R): Write<R>[] {
  const { id, partition, version, seq } = customer;
  const unused = allOf(equals('id', id), equals('version', version), unchangedSince(seq), attributeMissing('is_used'));
  const guard = allOf(unused, attributeMissing('holder'), attributeMissing('unfinished'));
  return [
    { remove: keys.customer(brand, partition), guard, refused },
    { remove: keys.address(brand, id) },
    ...(partition === slot.hash ? [] : [releaseSlot(brand, slot, partition, {}, refused)]),
  ];
}

/** Points a free e-mail to a customer. */
export function claimSlot<R>(brand: string, { hash, item }: Slot, partition: string, refused: () => R): Write<R> {
  const key = keys.customer(brand, hash);
  if (item === undefined) return { put: { ...key, holder: partition }, guard: isNew, refused };
  return { update: key, set: { holder: partition }, guard: isFree, refused };
}

const isFree = allOf(
  isPresent,
  attributeMissing('holder'),
  anyOf(attributeExists('email_hash'), attributeMissing('id')),
);

/** Removes an e-mail's pointer to its customer. `more` is stored there instead, or the item is deleted. */
export function releaseSlot<R>(
  brand: string,
  { hash, item }: Slot,
  partition: string,
  more: Item,
  refused: () => R,
): Write<R> {
  const key = keys.customer(brand, hash);
  const asRead = (attribute: string): Condition =>
    item?.[attribute] === undefined ? attributeMissing(attribute) : attributeExists(attribute);
  const guard = allOf(equals('holder', partition), asRead('id'), asRead('unfinished'));
  const isEmpty = item?.['id'] === undefined && item?.['unfinished'] === undefined;
  if (isEmpty && Object.keys(more).length === 0) return { remove: key, guard, refused };
  return { update: key, set: { holder: undefined, ...more }, guard, refused };
}

/**
 * The licenses of the customer who has an e-mail, newest first: one round trip, two if it points elsewhere. A cursor
 * contains the partition.
 */
export async function licensesByEmail(
  table: Table<'Query'>,
  brand: string,
  hash: string,
  page: { limit: number; after?: Key | undefined },
): Promise<{ partition: string; licenses: CustomersLicense[]; last: Key | undefined } | undefined> {
  const { pk, sk } = keys.customer(brand, hash);
  if (page.after !== undefined) {
    const partition = page.after.pk.slice(pk.length - hash.length);
    return { partition, ...(await readCustomerLicenses(table, brand, partition, page)) };
  }
  const { items, last } = await query(table, {
    pk,
    between: ['license#', sk],
    newestFirst: true,
    limit: page.limit + 1,
  });
  const partition = readSlotPartition({ hash, item: items.find((item) => item['sk'] === sk) });
  if (partition === undefined) return undefined;
  if (partition !== hash) return { partition, ...(await readCustomerLicenses(table, brand, partition, page)) };
  return { partition, licenses: parseCustomerLicenses(items.filter((item) => item['sk'] !== sk)), last };
}

/**
 * Changes a customer's e-mail, if nobody changed it since it was read. Concurrent writes for this customer must read
 * again. A customer who returns to the first e-mail gets it only if nobody took it meanwhile.
 */
export function putChangedPerson<R>(brand: string, previous: Customer, set: Item, refused: () => R): Write<R> {
  const goesBack = 'email_hash' in set && set['email_hash'] === undefined && previous.email_hash !== undefined;
  return {
    update: keys.customer(brand, previous.partition),
    set: { ...set, seq: previous.seq + 1 },
    add: { version: 1 },
    guard: allOf(unchangedSince(previous.seq), ...(goesBack ? [attributeMissing('holder')] : [])),
    refused,
  };
}

/** The partition of a person whose erasure under this e-mail is unfinished. */
export function readUnfinished({ item }: Slot): string | undefined {
  const { unfinished } = item ?? {};
  return typeof unfinished === 'string' ? unfinished : undefined;
}

/** Ends an erasure: the e-mail's item forgets it, and is deleted unless it is a customer or a pointer. */
export function settleSlot<R>(brand: string, { hash, item }: Slot, partition: string, refused: () => R): Write<R>[] {
  const key = keys.customer(brand, hash);
  const isBare = item?.['id'] === undefined && item?.['holder'] === undefined;
  const guard = allOf(equals('unfinished', partition), ...(isBare ? [attributeMissing('holder')] : []));
  const forgotten: Write<R> = isBare
    ? { remove: key, guard, refused }
    : { update: key, set: { unfinished: undefined }, guard, refused };
  return [forgotten];
}
