import type { Key } from '../dynamo/schema.ts';
import { tagOf } from '../domain/ids.ts';
import type { ParsedInstance } from '../domain/instance.ts';
import { hashLicenseKey, parseLicenseKey } from '../domain/license-key.ts';
import type { License } from '../domain/license.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import type { Activation } from '../domain/seats.ts';
import { activationOf, isTorn, seatKey } from './activations.ts';
import { guessAnchor, keys } from './keys.ts';
import { anchorOn, partitionOfText, licenseKeyOf, type DirectoryEntry, type LicenseKey } from './license-keys.ts';
import { licenseOf } from './licenses.ts';
import { done, retry, type Outcome } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { getMany, type Item, type Table } from '../dynamo/table.ts';

/** A call by a plugin: a license key's text as typed, a product by slug or id or not at all, and the instance it runs on, if that is named. */
export type ProductCall = {
  brand: string;
  hash: string;
  product: string | undefined;
  instance: ParsedInstance | undefined;
  nowMs: number;
};

/** One license of the key, and what is on record of the instance in its present seat set: nothing where no instance was named. `at` is where an activation lies that was found by its id. */
export type Seat = { license: License; activation: Activation | undefined; at?: Key };

/** What a call is about. `seats` is empty when the named product is not on the key, and has several when none was named. */
export type Located = { licenseKey: LicenseKey; seats: Seat[]; record: Item | undefined };

/** The brand and hash of a key's text. A text whose checksum does not hold is refused like an unknown one, without touching the table. */
export function addressOfText(text: string): { brand: string; hash: string } | Refusal {
  const parsed = parseLicenseKey(text);
  return parsed ? { brand: parsed.prefix, hash: hashLicenseKey(parsed.text) } : refuse('license_key_not_found');
}

/**
 * Finds the key, the license and the instance's activation in one round trip, by guessing where the latter two lie; a second one only when the product was
 * not named, the key's text is a later one, or the license has moved. `extra` is read along (an idempotent answer).
 * A batch read is no snapshot: a license that was read after it left the key must not be taken for the key's, and all is read again.
 */
export function locate(table: Table<'BatchGetItem'>, call: ProductCall, extra?: Key): Promise<Located | Refusal> {
  return retrying(table, () => locateOnce(table, call, extra));
}

async function locateOnce(
  table: Table<'BatchGetItem'>,
  call: ProductCall,
  extra: Key | undefined,
): Promise<Outcome<Located, Refusal>> {
  const { brand, hash, product, instance } = call;
  let around = await readAround(table, call, hash, extra);
  const { record } = around;
  if (around.key === undefined) return refuse('license_key_not_found');
  const partition = partitionOfText(around.key, hash, call.nowMs);
  if (isRefusal(partition)) return partition;
  if (partition !== hash) around = await readAround(table, call, partition);
  if (around.key === undefined) throw new Error('a later text names a key that is not there');
  const licenseKey = licenseKeyOf(around.key);
  const wanted = entriesFor(licenseKey, product).map(([tag, entry]): SeatLocation => ({
    tag,
    anchor: anchorOn(licenseKey, tag, entry),
    seatSet: entry.seat_set ?? 0,
  }));
  const [only] = wanted;
  const isGuessed = wanted.length === 1 && only?.anchor === around.guess && only?.seatSet === 0;
  const seats = isGuessed && around.seat ? [around.seat] : await seatsAt(table, brand, wanted, instance);
  return seats.every(({ license }, i) => isStillAt(license, licenseKey, wanted[i]))
    ? done({ licenseKey, seats, record })
    : retry();
}

/** Where the key's directory says that a license lies. */
type SeatLocation = { tag: string; anchor: string; seatSet: number };

const isStillAt = (license: License, { partition }: LicenseKey, place: SeatLocation | undefined): boolean =>
  license.key_partition === partition && license.seat_set === place?.seatSet && tagOf(license.product.id) === place.tag;

/** The key under a hash and, if a product was named, what lies where its license would be that has never moved. */
async function readAround(
  table: Table<'BatchGetItem'>,
  { brand, product, instance }: ProductCall,
  hash: string,
  extra?: Key,
): Promise<{ key: Item | undefined; guess: string | undefined; seat: Seat | undefined; record: Item | undefined }> {
  const guess = product === undefined ? undefined : guessAnchor(hash, tagOf(product));
  const guessed = guess === undefined ? [] : seatKeys(brand, guess, 0, instance);
  const [key, ...found] = await getMany(table, [keys.licenseKey(brand, hash), ...guessed, ...(extra ? [extra] : [])]);
  return {
    key,
    guess,
    seat: guess === undefined ? undefined : seatOf(found[0], instance && found[1]),
    record: found[guessed.length],
  };
}

/** One entry a product: its license that is not cancelled, else the one that was cancelled last. */
function entriesFor({ licenses, cancelled }: LicenseKey, product: string | undefined): [string, DirectoryEntry][] {
  const speaking = { ...cancelled, ...licenses };
  if (product === undefined) return Object.entries(speaking);
  const tag = tagOf(product);
  const entry = speaking[tag];
  return entry && (entry.slug === product || entry.product_id === product.toLowerCase()) ? [[tag, entry]] : [];
}

const seatKeys = (brand: string, anchor: string, seatSet: number, instance: ParsedInstance | undefined): Key[] => [
  keys.license(brand, anchor),
  ...(instance ? [seatKey(brand, anchor, seatSet, instance)] : []),
];

/** Undefined where there is no license, or the two do not belong together. */
function seatOf(license: Item | undefined, activation: Item | undefined): Seat | undefined {
  if (license === undefined || isTorn(license, activation)) return undefined;
  return { license: licenseOf(license), activation: activation && activationOf(activation) };
}

async function seatsAt(
  table: Table<'BatchGetItem'>,
  brand: string,
  wanted: readonly SeatLocation[],
  instance: ParsedInstance | undefined,
): Promise<Seat[]> {
  const each = instance ? 2 : 1;
  return retrying(table, async (): Promise<Outcome<Seat[]>> => {
    const found = await getMany(
      table,
      wanted.flatMap(({ anchor, seatSet }) => seatKeys(brand, anchor, seatSet, instance)),
    );
    if (wanted.some((_, i) => found[each * i] === undefined))
      throw new Error('a key’s directory names a license that is not there');
    const seats = wanted.flatMap((_, i) => seatOf(found[each * i], instance && found[each * i + 1]) ?? []);
    return seats.length === wanted.length ? done(seats) : retry();
  });
}

/** The one license that a change is about; a refusal when the call does not say which. A cancelled one is meant only where there is no other. */
export function onlySeat({ licenseKey, seats }: Located, product: string | undefined): Seat | Refusal {
  const [seat] = seats;
  if (product !== undefined || seat === undefined) {
    const products = Object.values(licenseKey.licenses).map(({ slug }) => slug);
    return seat ?? refuse('product_not_on_key', { products });
  }
  const live = seats.filter(({ license }) => license.status !== 'cancelled');
  const meant = live.length > 0 ? live : seats;
  const products = meant.map(({ license }) => license.product.slug);
  return meant.length === 1 && meant[0] ? meant[0] : refuse('product_required', { products });
}
