import type { Customer } from './customers.ts';
import { storedKeys, type HeldKey } from './held-key-fields.ts';
import { keys } from './keys.ts';
import { MAX_LICENSES_PER_KEY } from './license-keys.ts';
import type { Write } from '../dynamo/transact.ts';
import {
  allOf,
  type Condition,
  isPresent,
  attributeMissing,
  equals,
  attributeExists,
  contains,
} from '../dynamo/condition.ts';

/**
 * The per-customer keys that a customer's item remembers. Each key, and each product on it, is an attribute of its own:
 * concurrent purchases add theirs independently and fail only if one depends on the other's outcome.
 */

/**
 * The number of a customer's newest keys that are remembered. An older key with room is passed over and a new one made.
 */
export const KEYS_REMEMBERED = 30;
/** One write forgets at most this many keys beyond that: an update expression may be 4 KB long. */
const FORGOTTEN_AT_ONCE = 100;

/** Holds a transaction to it that the customer has the e-mail that was read, and was not erased. */
const hasSameEmail = ({ email_hash }: Pick<Customer, 'email_hash'>): Condition =>
  email_hash === undefined ? allOf(isPresent, attributeMissing('email_hash')) : equals('email_hash', email_hash);

/** Writes nothing; requires that the customer has the e-mail that was read, and was not erased. */
export function checkSamePerson<R>(
  brand: string,
  previous: Pick<Customer, 'partition' | 'email_hash'>,
  refused: () => R,
): Write<R> {
  return { check: keys.customer(brand, previous.partition), guard: hasSameEmail(previous), refused };
}

/**
 * The same for a purchase that its customer does not remember. It marks a customer that an import made: an undo at the
 * same moment then keeps that customer.
 */
export function noteUse<R>(brand: string, previous: Customer, refused: () => R): Write<R> {
  if (previous.import_id === undefined || previous.is_used === true) return checkSamePerson(brand, previous, refused);
  const update = keys.customer(brand, previous.partition);
  return { update, set: { is_used: true }, guard: hasSameEmail(previous), refused };
}

const stillRemembers = (id: string): Condition => attributeExists(['keys', id]);
const everyKeyHolds = (tags: readonly string[]): Condition => allOf(...tags.map((tag) => contains('held_by_all', tag)));
const unchangedVersion = (version: number): Condition => equals('version', version);

/**
 * Remembers a new key that was made because none had room. If every key holds one of the products, the guard only
 * requires that they still do, so purchases of one product can run side by side. Otherwise no key may have been made,
 * or have lost a product, since the customer was read.
 */
export function rememberKey<R>(brand: string, previous: Customer, key: HeldKey, refused: () => R): Write<R> {
  const held = key.tags.filter((tag) => previous.held_by_all.includes(tag));
  const isHeldByAll = held.length > 0;
  const heldNow = isHeldByAll ? held : key.tags.filter((tag) => previous.keys.every(({ tags }) => tags.includes(tag)));
  const forgotten = previous.keys.slice(KEYS_REMEMBERED - 1).slice(-FORGOTTEN_AT_ONCE);
  return {
    update: keys.customer(brand, previous.partition),
    set: { held_by_all: heldNow },
    at: [
      { path: ['keys', key.id], value: storedKeys([key])[key.id] },
      ...forgotten.map(({ id }) => ({ path: ['keys', id], value: undefined })),
    ],
    add: { version: 1 },
    guard: allOf(hasSameEmail(previous), isHeldByAll ? everyKeyHolds(held) : unchangedVersion(previous.version)),
    refused,
  };
}

/**
 * Remembers the products added to a key. The key's own item guards that it holds none of them yet. A forgotten key
 * stays forgotten.
 */
export function rememberProducts<R>(
  brand: string,
  previous: Customer,
  keyId: string,
  added: readonly string[],
  refused: () => R,
): Write<R> {
  if (!isRemembered(previous, keyId)) return checkSamePerson(brand, previous, refused);
  return {
    update: keys.customer(brand, previous.partition),
    set: {},
    at: added.map((tag) => ({ path: ['keys', keyId, 'tags', tag], value: true })),
    guard: allOf(hasSameEmail(previous), stillRemembers(keyId)),
    refused,
  };
}

/**
 * Forgets a product of a key, and remembers its replacement if there is one. Changes nothing for a key that is not
 * remembered.
 */
export function forgetProduct<R>(
  brand: string,
  previous: Customer,
  keyId: string,
  change: { removed: string; added?: string },
  refused: () => R,
): Write<R>[] {
  const key = previous.keys.find(({ id }) => id === keyId);
  if (key === undefined) return [];
  const isCrowded = key.tags.length + key.left.length > 2 * MAX_LICENSES_PER_KEY;
  const path = (tag: string): string[] => ['keys', keyId, 'tags', tag];
  return [
    {
      update: keys.customer(brand, previous.partition),
      set: { held_by_all: [] },
      at: [
        { path: path(change.removed), value: isCrowded ? undefined : false },
        ...(change.added === undefined ? [] : [{ path: path(change.added), value: true }]),
      ],
      add: { version: 1 },
      guard: allOf(hasSameEmail(previous), stillRemembers(keyId)),
      refused,
    },
  ];
}

/** Forgets a key that is deleted. Changes nothing for a key that is not remembered. */
export function forgetKey<R>(brand: string, previous: Customer, keyId: string, refused: () => R): Write<R>[] {
  if (!isRemembered(previous, keyId)) return [];
  return [
    {
      update: keys.customer(brand, previous.partition),
      set: { held_by_all: [] },
      at: [{ path: ['keys', keyId], value: undefined }],
      add: { version: 1 },
      guard: allOf(hasSameEmail(previous), stillRemembers(keyId)),
      refused,
    },
  ];
}

/**
 * Counts that a customer gave a license away, if nothing else of the customer's item changes: a running erasure checks
 * it (`ErasureMark`).
 */
export function countLeaving<R>(brand: string, previous: Customer, refused: () => R): Write<R> {
  return {
    update: keys.customer(brand, previous.partition),
    set: {},
    add: { version: 1 },
    guard: hasSameEmail(previous),
    refused,
  };
}

/** Remembers a key's new text. */
export function rememberText<R>(
  brand: string,
  previous: Customer,
  keyId: string,
  text_cipher: string,
  refused: () => R,
): Write<R> {
  if (!isRemembered(previous, keyId)) return checkSamePerson(brand, previous, refused);
  return {
    update: keys.customer(brand, previous.partition),
    set: {},
    at: [{ path: ['keys', keyId, 'text_cipher'], value: text_cipher }],
    guard: allOf(hasSameEmail(previous), stillRemembers(keyId)),
    refused,
  };
}

const isRemembered = (customer: Customer, keyId: string): boolean => customer.keys.some(({ id }) => id === keyId);
