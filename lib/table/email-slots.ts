import { randomBytes } from '../process/random.ts';
import type { Key } from '../dynamo/schema.ts';
import {
  customerItem,
  customerOf,
  licensesOfCustomer,
  licensesIn,
  type Customer,
  type CustomersLicense,
} from './customers.ts';
import { keys } from './keys.ts';
import { done, retry, type Outcome } from '../dynamo/outcome.ts';
import { getOne, query, type Item, type Table } from '../dynamo/table.ts';
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
 * What lies under the keyed hash of an e-mail: the customer whose first e-mail it was, or the name of another one's home, or both. `holder` counts first;
 * without it the e-mail is that of the customer who lies here, unless that one has moved on (`email_hash`).
 * One item decides who has an e-mail, so that its guard orders all who want it.
 */
export type Slot = { hash: string; item: Item | undefined };

/** Where the customer lies who has the e-mail now; undefined when nobody has it. */
export function partitionAt({ hash, item }: Slot): string | undefined {
  if (item === undefined) return undefined;
  const { holder, id, email_hash } = item;
  if (typeof holder === 'string') return holder;
  return id !== undefined && email_hash === undefined ? hash : undefined;
}

/** Whether an e-mail is the customer's. */
export const isReachedBy = ({ partition, email_hash }: Customer, hash: string): boolean =>
  (email_hash === undefined ? partition : email_hash) === hash;

/** The home of a customer to be made: the hash itself, unless somebody lies there already who had the e-mail before. */
export const partitionForNew = ({ hash, item }: Slot): string =>
  item === undefined ? hash : randomBytes(32).toString('base64url');

/**
 * The customer who has an e-mail, given the item at its hash; one more round trip where that leads elsewhere. To be
 * retried where the e-mail changed hands between the two reads.
 */
export async function customerAt(
  table: Table<'GetItem'>,
  brand: string,
  slot: Slot,
): Promise<Outcome<Customer | undefined>> {
  const partition = partitionAt(slot);
  if (partition === undefined) return done(undefined);
  const item = partition === slot.hash ? slot.item : await getOne(table, keys.customer(brand, partition));
  const customer = item && customerOf(item);
  return customer && isReachedBy(customer, slot.hash) ? done(customer) : retry();
}

export function putNewCustomer<R>(brand: string, customer: Customer, slot: Slot, refused: () => R): Write<R>[] {
  return [
    { put: { ...keys.customer(brand, customer.partition), ...customerItem(customer) }, guard: isNew, refused },
    { put: { ...keys.address(brand, customer.id), partition: customer.partition }, guard: isNew },
    ...(customer.partition === slot.hash ? [] : [claimSlot(brand, slot, customer.partition, refused)]),
  ];
}

/** Lets an e-mail that is free lead to a customer. */
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

/** Lets an e-mail lead to its customer no longer; `more` is noted there, or nothing is left of it. */
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

/** The licenses of whoever has an e-mail, newest first: one round trip, two where it leads elsewhere. A page after the first says itself where it lies. */
export async function licensesByEmail(
  table: Table<'Query'>,
  brand: string,
  hash: string,
  page: { limit: number; after?: Key | undefined },
): Promise<{ partition: string; licenses: CustomersLicense[]; last: Key | undefined } | undefined> {
  const { pk, sk } = keys.customer(brand, hash);
  if (page.after !== undefined) {
    const partition = page.after.pk.slice(pk.length - hash.length);
    return { partition, ...(await licensesOfCustomer(table, brand, partition, page)) };
  }
  const { items, last } = await query(table, {
    pk,
    between: ['license#', sk],
    newestFirst: true,
    limit: page.limit + 1,
  });
  const partition = partitionAt({ hash, item: items.find((item) => item['sk'] === sk) });
  if (partition === undefined) return undefined;
  if (partition !== hash) return { partition, ...(await licensesOfCustomer(table, brand, partition, page)) };
  return { partition, licenses: licensesIn(items.filter((item) => item['sk'] !== sk)), last };
}

/**
 * Changes who a customer is, if nobody changed that since it was read. Whoever is about to write for this customer has to look again.
 * A customer who goes back to the first e-mail gets it only if nobody took it meanwhile.
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

/** The home of a person whose erasure under this e-mail is not finished. */
export function unfinishedAt({ item }: Slot): string | undefined {
  const { unfinished } = item ?? {};
  return typeof unfinished === 'string' ? unfinished : undefined;
}

/** An erasure is done: the e-mail's place forgets it, and nothing is left there unless somebody else lies or is named in it. */
export function settleSlot<R>(brand: string, { hash, item }: Slot, partition: string, refused: () => R): Write<R>[] {
  const key = keys.customer(brand, hash);
  const isBare = item?.['id'] === undefined && item?.['holder'] === undefined;
  const guard = allOf(equals('unfinished', partition), ...(isBare ? [attributeMissing('holder')] : []));
  const forgotten: Write<R> = isBare
    ? { remove: key, guard, refused }
    : { update: key, set: { unfinished: undefined }, guard, refused };
  return [forgotten];
}
