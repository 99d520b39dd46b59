import { ARCHIVED } from '../dynamo/archived-items.ts';
import type { Stored } from './kinds.ts';
import type { History, SeatSum } from './partition-sums.ts';

/** The name of the id of each kind of item that has one of its own. */
const OWN_ID: Partial<Record<Stored['kind'], string>> = {
  license: 'license_id',
  seat: 'activation_id',
  'license-key': 'license_key_id',
  customer: 'customer_id',
  'api-key': 'api_key_id',
  brand: 'brand_id',
  product: 'product_id',
  bundle: 'bundle_id',
  release: 'release_id',
  import: 'import_id',
  export: 'export_id',
  endpoint: 'endpoint_id',
  delivery: 'delivery_id',
};
const OTHER_IDS = [
  ...(['license_id', 'license_key_id', 'customer_id', 'endpoint_id', 'external_id'] as const),
  ...(['product_id', 'release_id'] as const),
];

/** The ids by which an operator finds what an item is about. An order number is one too. */
export function identifyStored({ kind, name, sk, item }: Stored): Record<string, string> {
  if (kind === 'history') return { [`${(item as History).entity?.type ?? 'thing'}_id`]: name };
  if (kind === 'seat-sum') return idsIn('license', { ...(item as SeatSum).license });
  const listed = String(sk.split('#')[1]);
  if (kind === 'license-of-customer' || kind === 'license-that-left' || kind === 'cancelled-on-key')
    return { license_id: listed };
  if (kind === 'api-key-in-list') return { api_key_id: listed };
  if (kind === 'import-row') return { import_id: name };
  if (kind === 'archived-part') return { license_id: name };
  if (kind === 'address' || kind === 'cursor') return { id: name };
  if (kind === 'journal-entry') {
    // Only histories of licenses are archived, and such an entry may have nothing but its key.
    const unnamed = item[ARCHIVED] === undefined ? 'thing' : 'license';
    const { type = unnamed } = (item['entity'] ?? {}) as { type?: string };
    return { [`${type}_id`]: name };
  }
  return idsIn(kind, item);
}

function idsIn(kind: Stored['kind'], item: Stored['item']): Record<string, string> {
  const own = OWN_ID[kind];
  const ids = [...(own === undefined ? [] : [[own, item['id']]]), ...OTHER_IDS.map((name) => [name, item[name]])];
  return Object.fromEntries(ids.filter(([, id]) => typeof id === 'string')) as Record<string, string>;
}

const TIMES = ['updated_at', 'occurred_at', 'deactivated_at', 'activated_at', 'created_at', 'begun_at'] as const;

/** The time of the last change that an item knows of. */
export function readSince({ kind, item }: Stored): string | null {
  const dated = kind === 'seat-sum' ? { ...(item as SeatSum).license } : item;
  const times = TIMES.flatMap((name) => (typeof dated[name] === 'string' ? [dated[name]] : []));
  return times[0] ?? null;
}
