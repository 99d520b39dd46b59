import { computeTag } from '../domain/ids.ts';
import type { License } from '../domain/license.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { isDue } from '../domain/time.ts';
import { guessAnchor, groups, keys, computeShard, TAIL_SHARDS } from './keys.ts';
import type { Item } from '../dynamo/table.ts';
import type { Write } from '../dynamo/transact.ts';
import {
  isNew,
  unchangedSince,
  isPresent,
  allOf,
  atMost,
  equals,
  attributeMissing,
  attributeExists,
} from '../dynamo/condition.ts';

export const MAX_LICENSES_PER_KEY = 20;

/** One license in a key's directory. `anchor` is stored if it is not the guessed one, `seat_set` if it is not 0. */
export type DirectoryEntry = {
  license_id: string;
  product_id: string;
  slug: string;
  anchor?: string;
  seat_set?: number;
};

export type LicenseKey = {
  id: string;
  /** The hash of its first text, a keyed one if it was imported: its partition, for ever. */
  partition: string;
  text_cipher: string;
  /** The last four characters of each text it has had, oldest first. */
  last_fours: readonly string[];
  customer_id: string;
  customer_partition: string;
  /** True if purchases with `per_customer` may add to it. */
  per_customer: boolean;
  created_at: string;
  seq: number;
  /** The time at which its text was last replaced, or at which it was made. */
  updated_at: string;
  /** The hash of the present text, once the first one has been replaced; and the end of the first one's overlap. */
  text_hash?: string;
  first_text_until?: string;
  /** The directory, by product tag: the licenses that are not cancelled. */
  licenses: Record<string, DirectoryEntry>;
  /** The last cancelled license of each remembered product. */
  cancelled: Record<string, DirectoryEntry>;
};

/** The context to which a key's text is bound when it is encrypted. */
export const keyTextContext = (brand: string, partition: string): string => keys.licenseKey(brand, partition).pk;

export const LIVE_ENTRY = 'product#';
export const CANCELLED_ENTRY = 'cancelled#';

/** Each entry of the directory is an attribute of its own, so a purchase adds one without reading the others. */
function licenseKeyItem({ licenses, cancelled, ...rest }: LicenseKey): Item {
  const license_count = Object.keys(licenses).length;
  return { ...rest, license_count, ...entries(licenses), ...entries(cancelled, CANCELLED_ENTRY) };
}

const entries = (licenses: LicenseKey['licenses'], kind: string = LIVE_ENTRY): Item =>
  Object.fromEntries(Object.entries(licenses).map(([tag, entry]) => [`${kind}${tag}`, entry]));

export function parseLicenseKeyItem(item: Item): LicenseKey {
  const { pk: _pk, sk: _sk, group_pk: _gpk, group_sk: _gsk, license_count: _count, ...attributes } = item;
  const entriesOf = (kind: string): Record<string, DirectoryEntry> =>
    Object.fromEntries(
      Object.entries(attributes)
        .filter(([name]) => name.startsWith(kind))
        .map(([name, entry]) => [name.slice(kind.length), entry as DirectoryEntry]),
    );
  const isEntry = (name: string): boolean => name.startsWith(LIVE_ENTRY) || name.startsWith(CANCELLED_ENTRY);
  const rest = Object.fromEntries(Object.entries(attributes).filter(([name]) => !isEntry(name)));
  // A key of an older version may lack these two.
  const newer = { last_fours: [], updated_at: rest['created_at'] };
  return {
    ...newer,
    ...rest,
    licenses: entriesOf(LIVE_ENTRY),
    cancelled: entriesOf(CANCELLED_ENTRY),
  } as unknown as LicenseKey;
}

/** The partition of a license key, and its customer, by the key's id; undefined when the id is no license key's. */
export function parseKeyAddress(item: Item | undefined): { partition: string; customer_partition: string } | undefined {
  const { partition, customer_partition, anchor } = item ?? {};
  return typeof partition === 'string' && typeof customer_partition === 'string' && anchor === undefined
    ? { partition, customer_partition }
    : undefined;
}

/** The entry of a license in the directory of the key it is on. */
export function entryOnKey({ id, product, anchor, seat_set, key_partition }: License): DirectoryEntry {
  const guessed = anchor === guessAnchor(key_partition, computeTag(product.id));
  return {
    license_id: id,
    product_id: product.id,
    slug: product.slug,
    ...(guessed ? {} : { anchor }),
    ...(seat_set === 0 ? {} : { seat_set }),
  };
}

/** The item of a later text: the partition of its key and, once the text has been replaced, the end of its overlap. */
type LaterText = { partition: string; until?: string };

/** The partition of the key with this text, from the text's item. A refusal, if the text's overlap is over. */
export function readTextPartition(item: Item, textHash: string, nowMs: number): string | Refusal {
  const { partition, until, first_text_until } = item as LaterText & Pick<LicenseKey, 'first_text_until'>;
  const ends = (partition === textHash ? first_text_until : until) ?? null;
  return isDue(ends, nowMs) ? refuse('license_key_replaced') : partition;
}

/** A key's new text and the time of the change; the old one works until `until`. */
export type Replacement = { hash: string; cipher: string; lastFour: string; at: string; until: string };

/**
 * The index keys of a text's item: a search by its last four characters finds it while it exists. The end of a short
 * imported text would give most of it away, so such a text has none.
 */
function tailKeys(brand: string, { id, partition }: Pick<LicenseKey, 'id' | 'partition'>, lastFour?: string): Item {
  if (lastFour === undefined) return {};
  return { group_pk: groups.tail(brand, lastFour, computeShard(id, TAIL_SHARDS)), group_sk: partition };
}

/** Gives a key a new text. Its licenses do not move. */
export function replaceText<R>(brand: string, previous: LicenseKey, text: Replacement, refused: () => R): Write<R>[] {
  const { until } = text;
  const present = previous.text_hash;
  return [
    {
      put: {
        ...keys.licenseKey(brand, text.hash),
        ...tailKeys(brand, previous, text.lastFour),
        partition: previous.partition,
      },
      guard: isNew,
      refused,
    },
    {
      update: keys.licenseKey(brand, previous.partition),
      set: {
        text_cipher: text.cipher,
        text_hash: text.hash,
        last_fours: [...previous.last_fours, text.lastFour],
        seq: previous.seq + 1,
        updated_at: text.at,
        ...(present === undefined ? { first_text_until: until } : {}),
      },
      guard: unchangedSince(previous.seq),
      refused,
    },
    ...(present === undefined ? [] : [{ update: keys.licenseKey(brand, present), set: { until }, guard: isPresent }]),
  ];
}

/** Numbers a change of a key that leaves its texts and licenses as they are. */
export function countKeyChange<R>(brand: string, previous: LicenseKey, at: string, refused: () => R): Write<R> {
  return {
    update: keys.licenseKey(brand, previous.partition),
    set: { seq: previous.seq + 1, updated_at: at },
    guard: unchangedSince(previous.seq),
    refused,
  };
}

/** The anchor of a license and its present seat set, by its entry in the key's directory. */
export const readSeatSet = (
  { partition }: Pick<LicenseKey, 'partition'>,
  tag: string,
  { anchor = guessAnchor(partition, tag), seat_set = 0 }: DirectoryEntry,
): Pick<License, 'anchor' | 'seat_set'> => ({ anchor, seat_set });

export function putNewLicenseKey(brand: string, licenseKey: LicenseKey): Write<never>[] {
  return [
    {
      put: {
        ...keys.licenseKey(brand, licenseKey.partition),
        ...tailKeys(brand, licenseKey, licenseKey.last_fours[0]),
        ...licenseKeyItem(licenseKey),
      },
      guard: isNew,
    },
    {
      put: {
        ...keys.address(brand, licenseKey.id),
        partition: licenseKey.partition,
        customer_partition: licenseKey.customer_partition,
      },
      guard: isNew,
    },
  ];
}

/** Adds licenses to a key, if it has room, carries none of these products, and still has the text that was read. */
export function extendLicenseKey<R>(
  brand: string,
  key: Pick<LicenseKey, 'partition' | 'text_cipher'>,
  licenses: LicenseKey['licenses'],
  refused: () => R,
): Write<R> {
  const tags = Object.keys(licenses);
  return {
    update: keys.licenseKey(brand, key.partition),
    set: entries(licenses),
    add: { license_count: tags.length },
    guard: allOf(
      atMost('license_count', MAX_LICENSES_PER_KEY - tags.length),
      equals('text_cipher', key.text_cipher),
      ...tags.map((tag) => attributeMissing(`${LIVE_ENTRY}${tag}`)),
    ),
    refused,
  };
}

/** Writes nothing; requires that the key still has the text that was read. */
export function checkSameText<R>(
  brand: string,
  { partition, text_cipher }: Pick<LicenseKey, 'partition' | 'text_cipher'>,
  refused: () => R,
): Write<R> {
  return {
    check: keys.licenseKey(brand, partition),
    guard: equals('text_cipher', text_cipher),
    refused,
  };
}

/** An entry to remove from a key's directory, and one to add if a license changes its product. */
export type DirectoryChange = { removed: string; added?: { tag: string; entry: DirectoryEntry } };

/** Changes the directory of a key, if it still has the removed entry, and does not have the added one. */
export function changeDirectory<R>(
  brand: string,
  partition: string,
  { removed, added }: DirectoryChange,
  refused: () => R,
): Write<R> {
  const out = `${LIVE_ENTRY}${removed}`;
  const update = keys.licenseKey(brand, partition);
  if (added === undefined) {
    return { update, set: { [out]: undefined }, add: { license_count: -1 }, guard: attributeExists(out), refused };
  }
  const put = `${LIVE_ENTRY}${added.tag}`;
  return {
    update,
    set: { [out]: undefined, [put]: added.entry },
    guard: allOf(attributeExists(out), attributeMissing(put)),
    refused,
  };
}
