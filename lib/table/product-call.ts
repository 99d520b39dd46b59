import type { Key } from '../dynamo/schema.ts';
import { computeTag } from '../domain/ids.ts';
import type { ParsedInstance } from '../domain/instance.ts';
import { assertThat, required } from '../domain/invariant.ts';
import type { License } from '../domain/license.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import type { Activation } from '../domain/seats.ts';
import { parseActivationItem, isTorn, seatKey, readActivation, type StoredActivation } from './activations.ts';
import { keepCopies, keepCopy, listStale } from './copies.ts';
import { guessAnchor, keys, SETTINGS } from './keys.ts';
import {
  parseLicenseKeyItem,
  readTextPartition,
  readSeatSet,
  type DirectoryEntry,
  type LicenseKey,
} from './license-keys.ts';
import { parseLicenseItem } from './licenses.ts';
import { publicProductKey } from './public-products.ts';
import { done, retry, type Outcome } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { readItems, type Item, type ItemAt, type Table } from '../dynamo/table.ts';

/** A plugin's call: a license key by its hash, and perhaps a product by slug or id, and an instance. */
export type ProductCall = {
  brand: string;
  hash: string;
  product: string | undefined;
  instance: ParsedInstance | undefined;
  /** Another instance whose activation is read with that of `instance`. */
  other?: ParsedInstance | undefined;
  nowMs: number;
};

/**
 * One license of the key, and the instance's activation in its present seat set, if there is one. `at` is the key of an
 * activation that was found by its id, and `other` an activation that the call names beside the instance.
 */
export type Seat = {
  license: License;
  activation: Activation | undefined;
  at?: Key;
  other?: StoredActivation | undefined;
};

/** The result of a call's reads. No `seats`: the key lacks the product. Several: no product was named. */
export type Located = { licenseKey: LicenseKey; seats: Seat[]; extras: ItemAt };

/** The licenses that a call concerns, and the slugs of all products that its key is for. */
export type Found = {
  /** The key prefix of the brand, once the license key is known. */
  brand?: string;
  seats: readonly Seat[];
  products: readonly string[];
};

/** A product route's view of the table, with the settings where its answers say when to ask again. */
export const listOwners = (brand: string, found: Found | undefined): string[] => (found ? [brand, SETTINGS] : [brand]);

export const productsOn = ({ licenses }: LicenseKey): string[] => Object.values(licenses).map(({ slug }) => slug);

/**
 * Finds the key, the license and the instance's activation in one round trip, with guessed keys. A second one is needed
 * if no product was named, the key's text is a later one, or the license has moved. `extras` are read with them. If
 * a license left the key meanwhile, everything is read again.
 */
export function locate(
  table: Table<'BatchGetItem'>,
  call: ProductCall,
  extras: readonly Key[] = [],
): Promise<Located | Refusal> {
  return retrying(table, () => locateOnce(table, call, extras));
}

async function locateOnce(
  table: Table<'BatchGetItem'>,
  call: ProductCall,
  wanted: readonly Key[],
): Promise<Outcome<Located, Refusal>> {
  const { hash, product } = call;
  let around = await readAround(table, call, hash, wanted);
  const { itemAt: extras } = around;
  if (around.key === undefined) return refuse('license_key_not_found');
  const partition = readTextPartition(around.key, hash, call.nowMs);
  if (isRefusal(partition)) return partition;
  if (partition !== hash) around = await readAround(table, call, partition);
  const licenseKey = parseLicenseKeyItem(required(around.key, 'a later text names a key that is not there'));
  const entries = entriesFor(licenseKey, product);
  const named = entries.map(([tag, entry]) => readSeatSet(licenseKey, tag, entry));
  const products = entries.map(([, { slug }]) => slug);
  const [only] = named;
  const isGuessed = named.length === 1 && only?.anchor === around.guess && only?.seat_set === 0;
  const seats = isGuessed && around.seat ? [around.seat] : await seatsAt(table, call, named, products);
  return seats.every(({ license }) => isNamedBy(licenseKey, license)) ? done({ licenseKey, seats, extras }) : retry();
}

/** The anchor of a license and its present seat set, from the key's directory. */
type Seats = Pick<License, 'anchor' | 'seat_set'>;

/** False for a license that has left the key, changed its product or begun a new seat set since the key was read. */
function isNamedBy(licenseKey: LicenseKey, { id, key_partition, product, seat_set }: License): boolean {
  const tag = computeTag(product.id);
  const entry = speaking(licenseKey)[tag];
  const isNamed = entry?.license_id === id && readSeatSet(licenseKey, tag, entry).seat_set === seat_set;
  return isNamed && key_partition === licenseKey.partition;
}

/** The key under a hash and, if a product was named, the seat under the key of a license that has never moved. */
async function readAround(
  table: Table<'BatchGetItem'>,
  call: ProductCall,
  hash: string,
  extras: readonly Key[] = [],
): Promise<{ key: Item | undefined; guess: string | undefined; seat: Seat | undefined; itemAt: ItemAt }> {
  const { brand, product, nowMs } = call;
  const guess = product === undefined ? undefined : guessAnchor(hash, computeTag(product));
  const guessed = guess === undefined ? [] : seatKeys({ anchor: guess, seat_set: 0 }, call);
  const key = keys.licenseKey(brand, hash);
  const wanted = [key, ...guessed, ...extras];
  const itemAt = await readWithCopies(table, wanted, publicKeys(table, brand, product), nowMs);
  return { key: itemAt(key), guess, seat: seatIn(guessed.map(itemAt)), itemAt };
}

/** The public halves of what a call concerns, and the settings, where the call's answer needs them. */
function publicKeys(table: Pick<Table, 'owners'>, brand: string, ...products: (string | undefined)[]): Key[] {
  if (!table.owners.includes(SETTINGS)) return [];
  return [keys.settings(), ...products.flatMap((one) => (one === undefined ? [] : [publicProductKey(brand, one)]))];
}

/** Reads what is wanted, and in the same batch what the container has no fresh copy of. */
async function readWithCopies(
  table: Table<'BatchGetItem'>,
  wanted: readonly Key[],
  copied: readonly Key[],
  nowMs: number,
): Promise<ItemAt> {
  const stale = listStale(table, copied, nowMs);
  const itemAt = await readItems(table, [...wanted, ...stale]);
  keepCopies(table, stale, itemAt, nowMs);
  const settings = keys.settings();
  // A stage whose settings nobody has changed has no such item.
  if (stale.some(({ pk }) => pk === settings.pk)) keepCopy(table, settings, itemAt(settings) ?? {}, nowMs);
  return itemAt;
}

/** Each product's license that is not cancelled, else the one that was cancelled last. */
const speaking = ({ licenses, cancelled }: LicenseKey): LicenseKey['licenses'] => ({ ...cancelled, ...licenses });

function entriesFor(licenseKey: LicenseKey, product: string | undefined): [string, DirectoryEntry][] {
  const directory = speaking(licenseKey);
  if (product === undefined) return Object.entries(directory);
  const tag = computeTag(product);
  const entry = directory[tag];
  return entry && (entry.slug === product || entry.product_id === product.toLowerCase()) ? [[tag, entry]] : [];
}

/** The keys of a license and, if instances were named, of their activations. */
const seatKeys = ({ anchor, seat_set }: Seats, { brand, instance, other }: ProductCall): Key[] => [
  keys.license(brand, anchor),
  ...[instance, other].flatMap((named) => (named ? [seatKey(brand, anchor, seat_set, named)] : [])),
];

/** Undefined if there is no license, or the two do not belong together. */
function seatIn([license, activation, other]: (Item | undefined)[]): Seat | undefined {
  if (license === undefined || isTorn(license, activation) || isTorn(license, other)) return undefined;
  return {
    license: parseLicenseItem(license),
    activation: activation && parseActivationItem(activation),
    other: other && readActivation(other),
  };
}

async function seatsAt(
  table: Table<'BatchGetItem'>,
  call: ProductCall,
  wanted: readonly Seats[],
  products: readonly string[],
): Promise<Seat[]> {
  const { brand, nowMs } = call;
  return retrying(table, async (): Promise<Outcome<Seat[]>> => {
    const pairs = wanted.map((seats) => seatKeys(seats, call));
    const itemAt = await readWithCopies(table, pairs.flat(), publicKeys(table, brand, ...products), nowMs);
    const found = pairs.map((pair) => pair.map(itemAt));
    assertThat(
      found.every(([license]) => license !== undefined),
      'a key’s directory names a license that is not there',
    );
    const seats = found.flatMap((pair) => seatIn(pair) ?? []);
    return seats.length === wanted.length ? done(seats) : retry();
  });
}

/** The license that a change concerns, or a refusal if it is ambiguous. Cancelled ones count last. */
export function onlySeat({ licenseKey, seats }: Located, product: string | undefined): Seat | Refusal {
  const [seat] = seats;
  if (product !== undefined || seat === undefined) {
    return seat ?? refuse('product_not_on_key', { products: productsOn(licenseKey) });
  }
  const live = seats.filter(({ license }) => license.status !== 'cancelled');
  const meant = live.length > 0 ? live : seats;
  const products = meant.map(({ license }) => license.product.slug);
  return meant.length === 1 && meant[0] ? meant[0] : refuse('product_required', { products });
}
