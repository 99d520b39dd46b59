import type { Item } from '../dynamo/table.ts';
import type { Key } from '../dynamo/schema.ts';

/** The kinds of stored items that rules distinguish, by the class in the partition key and by the sort key. */
const SORT_KEYS = {
  brand: [
    ['brand', /^brand$/],
    ['product', /^product#/],
    ['bundle', /^bundle#/],
    ['api-key-in-list', /^api-key#/],
    ['edd-item', /^edd-item#/],
  ],
  product: [['public-product', /^public$/]],
  'api-key': [['api-key', /^api-key$/]],
  key: [
    ['license-key', /^key$/],
    ['cancelled-on-key', /^cancelled#/],
  ],
  seats: [
    ['license', /^license$/],
    ['seat', /^seat#/],
    ['listed-answer', /^answer#/],
    ['note', /^refused#/],
  ],
  customer: [
    ['customer', /^person$/],
    ['license-of-customer', /^license#/],
    ['license-that-left', /^had#/],
    ['listed-answer', /^answer#/],
  ],
  id: [
    ['address', /^address$/],
    ['journal-entry', /^journal#/],
    ['archived-part', /^archive#/],
    ['note', /^archive-stop$/],
  ],
  once: [['answer', /^once$/]],
  external: [['order', /^external$/]],
  webhooks: [
    ['endpoint', /^endpoint#/],
    ['note', /^newest$/],
  ],
  webhook: [
    ['delivery', /^delivery#/],
    ['replay', /^replay#/],
    ['note', /^(?:health|flow|waiting#)/],
  ],
  'webhook-cursor': [['cursor', /^cursor$/]],
  releases: [
    ['shelf', /^shelf$/],
    ['release', /^release#/],
    ['taken-version', /^version#/],
  ],
  imports: [
    ['import', /^import#/],
    ['export', /^export#/],
    ['note', /^similar-keys$/],
  ],
  import: [
    ['import-row', /^row#/],
    ['note', /^undone#/],
  ],
  count: [
    ['generations', /^generations$/],
    ['counter', /./],
  ],
  counted: [['mark', /^mark#/]],
  request: [['note', /^request$/]],
  'key-set': [['key-set', /^set$/]],
  session: [['note', /./]],
  stage: [['note', /^settings$/]],
  slug: [['taken-slug', /^taken$/]],
  prefix: [['taken-prefix', /^taken$/]],
  brands: [['brand-in-list', /^brand#/]],
  'data-key': [['data-key-mark', /^mark$/]],
  rate: [['note', /^rate$/]],
  failed: [['note', /^failed$/]],
  sweep: [['note', /./]],
  consumed: [['note', /^consumed$/]],
} as const satisfies Record<string, readonly (readonly [string, RegExp])[]>;
type ClassName = keyof typeof SORT_KEYS;

/** `note` is an item that nothing depends on. Sums of a whole partition are made by the auditor, and stored nowhere. */
export type Kind =
  | Exclude<(typeof SORT_KEYS)[ClassName][number][0], 'license-key'>
  | 'license-key'
  | 'later-text'
  | 'history'
  | 'seat-sum'
  | 'unknown';

/** The classes of items that the auditor knows, without the mark of the platform's own. */
export const knownClasses: readonly string[] = [...Object.keys(SORT_KEYS), 'settings'];

/** An item as a rule sees it: its key, its owner, and the rest of its partition key. */
export type Stored = Key & { kind: Kind; owner: string; name: string; item: Item };

export function readStored(item: Item): Stored {
  const { pk, sk } = { pk: String(item['pk']), sk: String(item['sk']) };
  const [owner, className, ...name] = pk.split('#');
  return { pk, sk, owner: String(owner), name: name.join('#'), item, kind: kindOf(String(className), sk, item) };
}

function kindOf(className: string, sk: string, item: Item): Kind {
  const sortKeys = Object.hasOwn(SORT_KEYS, className) ? SORT_KEYS[className as ClassName] : [];
  const kind = sortKeys.find(([, pattern]) => pattern.test(sk))?.[0] ?? 'unknown';
  // A later text of a license key leads to the key's own partition, and has no id.
  return kind === 'license-key' && item['id'] === undefined ? 'later-text' : kind;
}
