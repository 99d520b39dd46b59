import { hash } from 'node:crypto';
import { foldExternalId } from '../domain/external-id.ts';
import type { Key } from '../dynamo/schema.ts';

// Every partition and sort key of the table is built here. `brand` is the brand's key prefix: the first part of every
// partition key, including the `#`, so that `WP` never reads items of `WPR`.

/**
 * The owner of the platform's own items: the list of brands, its own API keys, the taken slugs and prefixes. Never a
 * valid key prefix.
 */
export const PLATFORM = '@platform';

/** The owner of the stage's settings, which product routes may read and nothing else of the platform's. */
export const SETTINGS = '@settings';

const hashParts = (...parts: string[]): string => hash('sha256', parts.join('\n'), 'base64url');

export const keys = {
  brand: (brand: string): Key => ({ pk: `${brand}#brand`, sk: 'brand' }),
  product: (brand: string, tag: string): Key => ({ pk: `${brand}#brand`, sk: `product#${tag}` }),
  /** The product that Easy Digital Downloads' clients name by a number. */
  eddItem: (brand: string, id: number): Key => ({ pk: `${brand}#brand`, sk: `edd-item#${String(id)}` }),
  /** Apart from the catalog: checks read it. */
  publicProduct: (brand: string, tag: string): Key => ({ pk: `${brand}#product#${tag}`, sk: 'public' }),
  settings: (): Key => ({ pk: `${SETTINGS}#stage`, sk: 'settings' }),
  bundle: (brand: string, tag: string): Key => ({ pk: `${brand}#brand`, sk: `bundle#${tag}` }),
  apiKey: (brand: string, textHash: string): Key => ({ pk: `${brand}#api-key#${textHash}`, sk: 'api-key' }),
  licenseKey: (brand: string, textHash: string): Key => ({ pk: `${brand}#key#${textHash}`, sk: 'key' }),
  license: (brand: string, anchor: string): Key => ({ pk: `${brand}#seats#${anchor}`, sk: 'license' }),
  seat: (brand: string, anchor: string, seatSet: number, instanceHash: string): Key => ({
    pk: `${brand}#seats#${anchor}`,
    sk: `seat#${seatSet}#${instanceHash}`,
  }),
  /** Sorts after the customer's licenses, so one query from the end brings both. */
  customer: (brand: string, partition: string): Key => ({ pk: `${brand}#customer#${partition}`, sk: 'person' }),
  address: (brand: string, id: string): Key => ({ pk: `${brand}#id#${id}`, sk: 'address' }),
  journal: (brand: string, entityId: string, seq: number): Key => ({
    pk: `${brand}#id#${entityId}`,
    sk: `journal#${String(seq).padStart(10, '0')}`,
  }),
  /** An IP address is personal data: it is stored as a hash, with the minute, for an hour. */
  failures: (of: 'license_key' | 'credential', source: string, minute: number): Key => ({
    pk: `${PLATFORM}#failed#${hashParts('failed', of, source, String(minute))}`,
    sk: 'failed',
  }),
} as const;

/** Keys of the platform's own items. They are apart from the others so that the check need not load them. */
export const platformKeys = {
  slugTaken: (slug: string): Key => ({ pk: `${PLATFORM}#slug#${slug}`, sk: 'taken' }),
  prefixTaken: (prefix: string): Key => ({ pk: `${PLATFORM}#prefix#${prefix}`, sk: 'taken' }),
  brandAddress: (id: string): Key => ({ pk: `${PLATFORM}#id#${id}`, sk: 'address' }),
  /** The mark of the data key. */
  dataKeyMark: (): Key => ({ pk: `${PLATFORM}#data-key`, sk: 'mark' }),
  keySet: (): Key => ({ pk: `${PLATFORM}#key-set`, sk: 'set' }),
  sweep: (name: string): Key => ({ pk: `${PLATFORM}#sweep`, sk: name }),
  consumed: (consumerAndEvent: string): Key => ({ pk: `${PLATFORM}#consumed#${consumerAndEvent}`, sk: 'consumed' }),
  session: (idHash: string): Key => ({ pk: `${PLATFORM}#session#${idHash}`, sk: 'session' }),
  brandInList: (slug: string): Key => ({ pk: `${PLATFORM}#brands`, sk: `brand#${slug}` }),
} as const;

/** Keys of what is archived of a history, beside its entries. */
export const archiveKeys = {
  /** A part of a history in the archive, by its first entry. */
  part: (brand: string, entityId: string, from: number): Key => ({
    pk: `${brand}#id#${entityId}`,
    sk: `archive#${String(from).padStart(10, '0')}`,
  }),
  /** Keeps a history out of the archive for good. */
  stop: (brand: string, entityId: string): Key => ({ pk: `${brand}#id#${entityId}`, sk: 'archive-stop' }),
} as const;

/** Keys of counters and notes about calls. */
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

/** Keys of answers stored for an idempotency key, and of the entries by which an erasure finds them. */
export const answerKeys = {
  once: (brand: string, credential: string, idempotencyKey: string): Key => ({
    pk: `${brand}#once#${hashParts(credential, idempotencyKey)}`,
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

/** Keys of the entries that list the things of a brand, a license key, a customer or an order number. */
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
  /** Order numbers that differ only in case are one number. */
  external: (brand: string, externalId: string): Key => ({
    pk: `${brand}#external#${hashParts(foldExternalId(externalId))}`,
    sk: 'external',
  }),
} as const;

const endpointPk = (brand: string, id: string): string => `${brand}#webhook#${id}`;

/** Apart from the others, so that the functions that sites call need not load them. */
export const webhookKeys = {
  endpoint: (brand: string, id: string): Key => ({ pk: `${brand}#webhooks`, sk: `endpoint#${id}` }),
  /** Sorts after the endpoints, so one query brings both. */
  newestEndpoint: (brand: string): Key => ({ pk: `${brand}#webhooks`, sk: 'newest' }),
  /** The number of the last event of an entity that was fanned out. */
  cursor: (brand: string, entityId: string): Key => ({ pk: `${brand}#webhook-cursor#${entityId}`, sk: 'cursor' }),
  health: (brand: string, endpointId: string): Key => ({ pk: endpointPk(brand, endpointId), sk: 'health' }),
  flow: (brand: string, endpointId: string): Key => ({ pk: endpointPk(brand, endpointId), sk: 'flow' }),
  /** The position of a delivery that waits for room in the queue; positions sort in their order of sending. */
  waiting: (brand: string, endpointId: string, position: string): Key => ({
    pk: endpointPk(brand, endpointId),
    sk: `waiting#${position}`,
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

const releasesPk = (brand: string, productTag: string): string => `${brand}#releases#${productTag}`;

/** The releases of each product have a partition of their own, so that no key of a brand becomes hot. */
export const releaseKeys = {
  /** The part of the product and its published releases that sites are shown. */
  shelf: (brand: string, productTag: string): Key => ({ pk: releasesPk(brand, productTag), sk: 'shelf' }),
  /** Release ids sort by time. */
  release: (brand: string, productTag: string, id: string): Key => ({
    pk: releasesPk(brand, productTag),
    sk: `release#${id}`,
  }),
  versionTaken: (brand: string, productTag: string, version: string): Key => ({
    pk: releasesPk(brand, productTag),
    sk: `version#${version}`,
  }),
} as const;

/** Counters of the brand, of a product, of a day, and of a day of expiry. */
export const COUNTER_KINDS = ['total', 'product', 'day', 'due'] as const;
export type CounterKind = (typeof COUNTER_KINDS)[number];

/** Keys of the counters of a brand, and of what they contain of each entity. A rebuild makes a new generation. */
export const countKeys = {
  generations: (brand: string): Key => ({ pk: `${brand}#count#generations`, sk: 'generations' }),
  /** The kind is the last part: a policy's pattern of products, `*#product#*`, must not match a counter of products. */
  counter: (brand: string, of: CounterKind, generation: number, shard: number, name: string): Key => ({
    pk: `${brand}#count#${generation}#${shard}#${of}`,
    sk: name,
  }),
  mark: (brand: string, entityId: string, generation: number): Key => ({
    pk: `${brand}#counted#${entityId}`,
    sk: `mark#${generation}`,
  }),
  /** Callers may choose their request ids. */
  request: (brand: string, requestId: string): Key => ({
    pk: `${brand}#request#${hashParts(requestId)}`,
    sk: 'request',
  }),
} as const;

/** Keys of imports and exports, and of what is reported about their rows. */
export const importKeys = {
  job: (brand: string, id: string): Key => ({ pk: `${brand}#imports`, sk: `import#${id}` }),
  export: (brand: string, id: string): Key => ({ pk: `${brand}#imports`, sk: `export#${id}` }),
  row: (brand: string, id: string, outcome: string, report: number, line: number): Key => ({
    pk: `${brand}#import#${id}`,
    sk: `row#${outcome}#${report === 0 ? '' : `${String(report)}#`}${String(line).padStart(10, '0')}`,
  }),
  /** The licenses of a row that an undo has removed. */
  undone: (brand: string, id: string, line: number): Key => ({
    pk: `${brand}#import#${id}`,
    sk: `undone#${String(line).padStart(10, '0')}`,
  }),
  similarKeys: (brand: string): Key => ({ pk: `${brand}#imports`, sk: 'similar-keys' }),
} as const;

/** Keys of the index `by_group`, which groups items within a brand. */
export const groups = {
  host: (brand: string, hostHash: string): string => `${brand}#host#${hostHash}`,
  tail: (brand: string, lastFour: string, shard: number): string => `${brand}#tail#${lastFour}#${String(shard)}`,
  product: (brand: string, tag: string, shard: number): string => `${brand}#product#${tag}#${String(shard)}`,
  day: (brand: string, date: string, shard: number): string => `${brand}#day#${date}#${String(shard)}`,
} as const;

/** A date or a product alone would be one hot key. None of these counts can change once items are written. */
export const DUE_SHARDS = 16;
export const PRODUCT_SHARDS = 16;
export const DAY_SHARDS = 4;
export const TAIL_SHARDS = 4;
/** Several events add to the counters of a brand at the same time. */
export const COUNT_SHARDS = 8;

/** Owns the due items of all brands. */
export const DUE = '@due';

/** The index `by_due` spans brands, so a sweep needs one query for all of them. */
export const dueGroup = (date: string, shard: number): string => `${DUE}#${date}#${String(shard)}`;

/**
 * Owns the deliveries and replays that are due, of all brands. None waits for longer than days, so no date is needed.
 */
export const RETRY = '@retry';
export const RETRY_SHARDS = 16;
export const retryGroup = (shard: number): string => `${RETRY}#${String(shard)}`;

export function computeShard(id: string, shards: number): number {
  return parseInt(id.slice(-4), 16) % shards;
}

/**
 * The anchor of a license whose product was named on a key for the first time. It follows from the key's text and the
 * product.
 */
export function guessAnchor(keyTextHash: string, productTag: string): string {
  return hashParts('anchor', keyTextHash, productTag);
}
