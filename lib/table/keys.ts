import { createHash } from 'node:crypto';
import { foldExternalId } from '../domain/external-id.ts';
import type { Key } from '../dynamo/schema.ts';

// Every partition and sort key of the table is built here and nowhere else. `brand` is the brand's key prefix: the
// first part of every partition key, up to and including the `#`, so that `WP` never reads what is `WPR`'s.

/** What the platform itself owns: the list of brands, its own API keys, which slugs and prefixes are taken. Never a valid key prefix. */
export const PLATFORM = '@platform';

const hash = (...parts: string[]): string => createHash('sha256').update(parts.join('\n')).digest('base64url');

export const keys = {
  brand: (brand: string): Key => ({ pk: `${brand}#brand`, sk: 'brand' }),
  product: (brand: string, tag: string): Key => ({ pk: `${brand}#brand`, sk: `product#${tag}` }),
  bundle: (brand: string, tag: string): Key => ({ pk: `${brand}#brand`, sk: `bundle#${tag}` }),
  apiKey: (brand: string, textHash: string): Key => ({ pk: `${brand}#api-key#${textHash}`, sk: 'api-key' }),
  licenseKey: (brand: string, textHash: string): Key => ({ pk: `${brand}#key#${textHash}`, sk: 'key' }),
  license: (brand: string, anchor: string): Key => ({ pk: `${brand}#seats#${anchor}`, sk: 'license' }),
  seat: (brand: string, anchor: string, seatSet: number, instanceHash: string): Key => ({
    pk: `${brand}#seats#${anchor}`,
    sk: `seat#${seatSet}#${instanceHash}`,
  }),
  /** Sorts after the customer's licenses, so that one query from the end brings both. */
  customer: (brand: string, partition: string): Key => ({ pk: `${brand}#customer#${partition}`, sk: 'person' }),
  address: (brand: string, id: string): Key => ({ pk: `${brand}#id#${id}`, sk: 'address' }),
  journal: (brand: string, entityId: string, seq: number): Key => ({
    pk: `${brand}#id#${entityId}`,
    sk: `journal#${String(seq).padStart(10, '0')}`,
  }),
  /** An address is a person's: it stands here as a hash, with the minute, for an hour. */
  failures: (of: 'license_key' | 'credential', source: string, minute: number): Key => ({
    pk: `${PLATFORM}#failed#${hash('failed', of, source, String(minute))}`,
    sk: 'failed',
  }),
} as const;

/** Keys of what the platform itself owns. Like the keys below, they stand apart so that the check need not load them. */
export const platformKeys = {
  slugTaken: (slug: string): Key => ({ pk: `${PLATFORM}#slug#${slug}`, sk: 'taken' }),
  prefixTaken: (prefix: string): Key => ({ pk: `${PLATFORM}#prefix#${prefix}`, sk: 'taken' }),
  brandAddress: (id: string): Key => ({ pk: `${PLATFORM}#id#${id}`, sk: 'address' }),
  /** Of the data key that the table is written under. */
  dataKeyMark: (): Key => ({ pk: `${PLATFORM}#data-key`, sk: 'mark' }),
  sweep: (name: string): Key => ({ pk: `${PLATFORM}#sweep`, sk: name }),
  consumed: (consumerAndEvent: string): Key => ({ pk: `${PLATFORM}#consumed#${consumerAndEvent}`, sk: 'consumed' }),
  brandInList: (slug: string): Key => ({ pk: `${PLATFORM}#brands`, sk: `brand#${slug}` }),
} as const;

/** Keys of what is counted and kept of calls. */
export const callKeys = {
  rate: (owner: string, counter: string, minute: number, part: number): Key => ({
    pk: `${owner}#rate#${counter}#${minute}#${part}`,
    sk: 'rate',
  }),
  refusedCall: (brand: string, anchor: string, began: string, call: string): Key => ({
    pk: `${brand}#seats#${anchor}`,
    sk: `refused#${began}#${call}`,
  }),
} as const;

/** Keys of answers stored for an idempotency key, and of the entries that lead an erasure to them. */
export const answerKeys = {
  once: (brand: string, credential: string, idempotencyKey: string): Key => ({
    pk: `${brand}#once#${hash(credential, idempotencyKey)}`,
    sk: 'once',
  }),
  customerAnswer: (brand: string, partition: string, oncePk: string): Key => ({
    pk: `${brand}#customer#${partition}`,
    sk: `answer#${oncePk}`,
  }),
  licenseAnswer: (brand: string, anchor: string, oncePk: string): Key => ({
    pk: `${brand}#seats#${anchor}`,
    sk: `answer#${oncePk}`,
  }),
} as const;

/** Keys of the entries that list what belongs to a brand, a license key, a customer or an order number. */
export const listKeys = {
  apiKeyInList: (brand: string, id: string): Key => ({ pk: `${brand}#brand`, sk: `api-key#${id}` }),
  cancelledOnKey: (brand: string, partition: string, licenseId: string): Key => ({
    pk: `${brand}#key#${partition}`,
    sk: `cancelled#${licenseId}`,
  }),
  customerLicense: (brand: string, partition: string, licenseId: string): Key => ({
    pk: `${brand}#customer#${partition}`,
    sk: `license#${licenseId}`,
  }),
  customerLicenseThatLeft: (brand: string, partition: string, licenseId: string, seq: number): Key => ({
    pk: `${brand}#customer#${partition}`,
    sk: `had#${licenseId}#${String(seq).padStart(10, '0')}`,
  }),
  /** Order numbers that differ in case alone are one number. */
  external: (brand: string, externalId: string): Key => ({
    pk: `${brand}#external#${hash(foldExternalId(externalId))}`,
    sk: 'external',
  }),
} as const;

const endpointPk = (brand: string, id: string): string => `${brand}#webhook#${id}`;

/** Apart from the others, so that the functions that sites call, which never meet a webhook, need not load them. */
export const webhookKeys = {
  endpoint: (brand: string, id: string): Key => ({ pk: `${brand}#webhooks`, sk: `endpoint#${id}` }),
  /** Sorts after the endpoints, so that one query brings both. */
  newestEndpoint: (brand: string): Key => ({ pk: `${brand}#webhooks`, sk: 'newest' }),
  /** How far an entity's events have been handed to the brand's endpoints. */
  cursor: (brand: string, entityId: string): Key => ({ pk: `${brand}#webhook-cursor#${entityId}`, sk: 'cursor' }),
  health: (brand: string, endpointId: string): Key => ({ pk: endpointPk(brand, endpointId), sk: 'health' }),
  flow: (brand: string, endpointId: string): Key => ({ pk: endpointPk(brand, endpointId), sk: 'flow' }),
  /** The place of a delivery that waits until the queue has room; places sort in the order in which they come up. */
  waiting: (brand: string, endpointId: string, place: string): Key => ({
    pk: endpointPk(brand, endpointId),
    sk: `waiting#${place}`,
  }),
  replay: (brand: string, endpointId: string, kind: string): Key => ({
    pk: endpointPk(brand, endpointId),
    sk: `replay#${kind}`,
  }),
  delivery: (brand: string, endpointId: string, messageId: string): Key => ({
    pk: endpointPk(brand, endpointId),
    sk: `delivery#${messageId}`,
  }),
} as const;

/** Keys of the index `by_group`: what belongs together within a brand. */
export const groups = {
  host: (brand: string, hostHash: string): string => `${brand}#host#${hostHash}`,
  tail: (brand: string, lastFour: string, shard: number): string => `${brand}#tail#${lastFour}#${String(shard)}`,
  product: (brand: string, tag: string): string => `${brand}#product#${tag}`,
  day: (brand: string, date: string, shard: number): string => `${brand}#day#${date}#${String(shard)}`,
} as const;

/** A date on its own would be one hot key; none of these counts can change once items are written. */
export const DUE_SHARDS = 16;
export const DAY_SHARDS = 4;
export const TAIL_SHARDS = 4;

/** Owns what is due, of all brands. */
export const DUE = '@due';

/** The index `by_due` spans brands, so that a sweep asks one question for all of them. */
export const dueGroup = (date: string, shard: number): string => `${DUE}#${date}#${String(shard)}`;

/** Owns what waits to be sent, of all brands: deliveries and replays. Nothing waits for longer than days, so that no date is needed. */
export const RETRY = '@retry';
export const RETRY_SHARDS = 16;
export const retryGroup = (shard: number): string => `${RETRY}#${String(shard)}`;

export function shardOf(id: string, shards: number): number {
  return parseInt(id.slice(-4), 16) % shards;
}

/** Where a license lies whose product was named on a key for the first time: known from the key's text and the product alone. */
export function guessAnchor(keyTextHash: string, productTag: string): string {
  return hash('anchor', keyTextHash, productTag);
}
