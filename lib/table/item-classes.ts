/**
 * The classes of items that a policy can distinguish by a pattern of the partition key. Keys that begin with `@` are
 * the platform's, all others a brand's. `lib/table/keys.ts` builds the keys; a test assigns each of them to one class.
 */
export const itemClasses = {
  brand: '*#brand',
  'api-key': '*#api-key#*',
  key: '*#key#*',
  seats: '*#seats#*',
  customer: '*#customer#*',
  id: '*#id#*',
  once: '*#once#*',
  external: '*#external#*',
  product: '*#product#*',
  rate: '*#rate#*',
  webhooks: '*#webhooks',
  webhook: '*#webhook#*',
  'webhook-cursor': '*#webhook-cursor#*',
  releases: '*#releases#*',
  imports: '*#imports',
  import: '*#import#*',
  count: '*#count#*',
  counted: '*#counted#*',
  request: '*#request#*',
  '@brand': '@platform#brand',
  '@brands': '@platform#brands',
  '@api-key': '@platform#api-key#*',
  '@id': '@platform#id#*',
  '@once': '@platform#once#*',
  '@rate': '@platform#rate#*',
  '@failed': '@platform#failed#*',
  '@slug': '@platform#slug#*',
  '@prefix': '@platform#prefix#*',
  '@data-key': '@platform#data-key',
  '@key-set': '@platform#key-set',
  '@sweep': '@platform#sweep',
  '@session': '@platform#session#*',
  '@consumed': '@platform#consumed#*',
  '@settings': '@settings#stage',
} as const;
export type ItemClass = keyof typeof itemClasses;

/** The groups of each index. A query of an index is identified by the index's own partition key. */
export const groupClasses = {
  host: { index: 'by_group', pattern: '*#host#*' },
  tail: { index: 'by_group', pattern: '*#tail#*' },
  product: { index: 'by_group', pattern: '*#product#*' },
  day: { index: 'by_group', pattern: '*#day#*' },
  '@due': { index: 'by_due', pattern: '@due#*' },
  '@retry': { index: 'by_due', pattern: '@retry#*' },
} as const;
export type GroupClass = keyof typeof groupClasses;

/** A brand's key never begins with it, so `*#id#*` never matches the platform's own. */
export const PLATFORMS_OWN = '@*';
