import { tagOf } from '../domain/ids.ts';
import { instanceHash, type ParsedInstance } from '../domain/instance.ts';
import type { License } from '../domain/license.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import type { CustomersLicense } from './customers.ts';
import { isReachedBy, licensesByEmail } from './email-slots.ts';
import { externalOf } from './externals.ts';
import { groups, keys, type Key } from './keys.ts';
import { keyPartition, licensesOn } from './cancelled-licenses.ts';
import { licenseKeyOf } from './license-keys.ts';
import { viewsAt, viewsOf, type LicenseView } from './license-view.ts';
import { addressOf } from './licenses.ts';
import { retrying } from './retrying.ts';
import { getMany, query, type Item, type Table } from './table.ts';

/** What licenses are searched by. `brand` of a license key is the prefix that its text begins with. */
export type Sought =
  | { by: 'email'; hash: string }
  | { by: 'license_key'; brand: string; hash: string }
  | { by: 'external_id'; externalId: string }
  | { by: 'instance'; instance: ParsedInstance }
  | { by: 'product'; product: string; expiresBefore: string | undefined }
  | { by: 'license_id'; id: string };

/** One brand's part of the table, to read. */
export type Place = { brand: { key_prefix: string }; table: Table<'BatchGetItem' | 'Query'> };

/** Where a page ended, and the next one begins. */
export type Position = Record<string, string>;
type Wanted = { limit: number; after: Position | undefined };
export type Found = { views: LicenseView[]; last: Position | undefined };

/** What one read can bring. */
const MAX_ITEMS = 100;
/** Licenses found by an address of theirs: a page of keys and customers is read for them, two for each. */
const MAX_LICENSES = MAX_ITEMS / 2;
/** Licenses of one key, which is read with them, as is its customer. */
const MAX_ON_KEY = MAX_ITEMS - 2;

const NONE: Found = { views: [], last: undefined };

/** One page of a brand's licenses, newest first, of a product by expiry. All that it shows was read consistently; what an index says is only where to look. */
export function searchLicenses(place: Place, sought: Sought, page: Wanted): Promise<Found | Refusal> {
  switch (sought.by) {
    case 'email':
      return ofCustomer(place, sought.hash, page);
    case 'license_key':
      return sought.brand === place.brand.key_prefix ? onKey(place, sought.hash, page) : Promise.resolve(NONE);
    case 'external_id':
      return madeBy(place, sought.externalId, page);
    case 'instance':
      return onInstance(place, sought.instance, page);
    case 'product':
      return ofProduct(place, sought, page);
    case 'license_id':
      return withId(place, sought.id);
  }
}

/** Two round trips, three where the e-mail is not the customer's first: the customer's list, which carries addresses, and all that they lead to. */
function ofCustomer(place: Place, hash: string, { limit, after }: Wanted): Promise<Found | Refusal> {
  const key = after && { pk: after['pk'] ?? '', sk: after['sk'] ?? '' };
  return retrying<Found | Refusal>(place.table, async () => {
    const page = await licensesByEmail(place.table, place.brand.key_prefix, hash, { limit, after: key });
    const { fitting, last } = fit(page?.licenses ?? [], page?.last);
    if (page === undefined || fitting.length === 0) return NONE;
    const views = await viewsAt(
      place,
      fitting.map(({ anchor, key_home }) => ({ anchor, key_home, customer_home: page.home })),
    );
    // The e-mail is another person's since the page was found.
    if (views.some(({ customer }) => !isReachedBy(customer, hash)))
      return after === undefined ? 'again' : refuse('cursor_invalid');
    return { views, last };
  });
}

/** As many licenses as one read can bring with their keys and customer; a page may be short while there is a cursor. */
function fit(
  licenses: readonly CustomersLicense[],
  last: Key | undefined,
): { fitting: CustomersLicense[]; last: Key | undefined } {
  const keyHomes = new Set<string>();
  const fitting: CustomersLicense[] = [];
  for (const license of licenses) {
    const more = keyHomes.has(license.key_home) ? 1 : 2;
    if (fitting.length + keyHomes.size + more + 1 > MAX_ITEMS) return { fitting, last: fitting.at(-1)?.key };
    keyHomes.add(license.key_home);
    fitting.push(license);
  }
  return { fitting, last };
}

/** Two round trips, three by a later text of the key. A text that has been replaced still finds its key: support is asked with what the customer has at hand. */
async function onKey(place: Place, hash: string, page: Wanted): Promise<Found> {
  const brand = place.brand.key_prefix;
  const text = await keyPartition(place.table, brand, hash);
  const home = text.item?.['home'];
  if (typeof home !== 'string') return NONE;
  const { item, cancelled } = home === hash ? text : await keyPartition(place.table, brand, home);
  if (item === undefined) throw new Error('a later text names a key that is not there');
  const { customer_home } = licenseKeyOf(item);
  const { some, last } = newest(licensesOn(item, cancelled), { ...page, limit: Math.min(page.limit, MAX_ON_KEY) });
  const views = await viewsAt(
    place,
    some.map(({ anchor }) => ({ anchor, key_home: home, customer_home })),
  );
  return { views, last };
}

/** Three round trips: what the number made, the licenses, their keys and customers. */
async function madeBy(place: Place, externalId: string, page: Wanted): Promise<Found> {
  const brand = place.brand.key_prefix;
  const [item] = await getMany(place.table, [keys.external(brand, externalId)]);
  if (item === undefined) return NONE;
  const { license_ids, anchors } = externalOf(item);
  const all = license_ids.flatMap((id, i) => {
    const anchor = anchors[i];
    return anchor === undefined ? [] : [{ id, anchor }];
  });
  const { some, last } = newest(all, page);
  const views = await viewsOf(
    place,
    some.map(({ anchor }) => keys.license(brand, anchor)),
  );
  return { views, last };
}

/** Three round trips: the index, the licenses, their keys and customers. A seat of an earlier seat set is no longer the license's. */
async function onInstance(place: Place, { type, normalised }: ParsedInstance, page: Wanted): Promise<Found> {
  const brand = place.brand.key_prefix;
  const pk = groups.instance(brand, instanceHash(type, normalised, brand));
  return indexed(place, { pk, newestFirst: true }, page, (license, item) =>
    String(item['sk']).startsWith(`seat#${String(license.seat_set)}#`),
  );
}

/** The same, by expiry. The index may trail: a license that has left the product since is left out. */
async function ofProduct(
  place: Place,
  { product, expiresBefore }: Sought & { by: 'product' },
  page: Wanted,
): Promise<Found> {
  const pk = groups.product(place.brand.key_prefix, tagOf(product));
  // Every time begins with a digit, and an entry of this very second is longer than its time: it sorts after the bound.
  const between = expiresBefore === undefined ? {} : { between: ['0', expiresBefore] as const };
  return indexed(
    place,
    { pk, ...between },
    page,
    (license) => license.product.slug === product || license.product.id === product.toLowerCase(),
  );
}

async function indexed(
  place: Place,
  span: { pk: string; newestFirst?: boolean; between?: readonly [string, string] },
  { limit, after }: Wanted,
  isStill: (license: License, item: Item) => boolean,
): Promise<Found> {
  const { items, last } = await query(place.table, {
    ...span,
    index: 'by_group',
    limit: Math.min(limit, MAX_LICENSES),
    after,
  });
  const views = await viewsOf(
    place,
    items.map(({ pk }) => keys.license(place.brand.key_prefix, anchorIn(String(pk)))),
    (license, i) => isStill(license, items[i] ?? {}),
  );
  return { views, last };
}

const anchorIn = (pk: string): string => pk.slice(pk.lastIndexOf('#') + 1);

async function withId(place: Place, id: string): Promise<Found> {
  const brand = place.brand.key_prefix;
  const [item] = await getMany(place.table, [keys.address(brand, id)]);
  const address = addressOf(item);
  return address ? { views: await viewsOf(place, [keys.license(brand, address.anchor)]), last: undefined } : NONE;
}

/** Of a list that came whole, the page that begins after a license. */
function newest<T extends { id: string }>(
  all: readonly T[],
  { limit, after }: Wanted,
): { some: T[]; last: Position | undefined } {
  const from = after?.['id'];
  const left = all.filter(({ id }) => from === undefined || id < from).sort((a, b) => (a.id < b.id ? 1 : -1));
  const some = left.slice(0, limit);
  const end = some.at(-1);
  return { some, last: left.length > limit && end ? { id: end.id } : undefined };
}
