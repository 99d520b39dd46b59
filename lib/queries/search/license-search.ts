import type { Key } from '../../dynamo/schema.ts';
import { computeTag } from '../../domain/ids.ts';
import type { ParsedInstance } from '../../domain/instance.ts';
import { required } from '../../domain/invariant.ts';
import { refuse, type Refusal } from '../../domain/refusal.ts';
import type { CustomersLicense } from '../../table/customers.ts';
import { isReachedBy, licensesByEmail } from '../../table/email-slots.ts';
import { licensesByEnding } from './ending-search.ts';
import { parseExternalItem } from '../../table/externals.ts';
import { licensesOnInstance } from './instance-search.ts';
import { keys, listKeys } from '../../table/keys.ts';
import { keyPartition, listKeyLicenses } from '../../table/cancelled-licenses.ts';
import { parseLicenseKeyItem } from '../../table/license-keys.ts';
import { readViewsByAddress, readViewsByAnchor, type LicenseView } from '../../views/license-view.ts';
import { parseLicenseAddress } from '../../table/licenses.ts';
import { readProductLicenses } from '../../table/product-licenses.ts';
import { done, retry, type Outcome } from '../../dynamo/outcome.ts';
import { retrying } from '../../dynamo/retrying.ts';
import {
  MAX_ITEMS,
  MAX_LICENSES,
  newest,
  NONE,
  collectPage,
  type Found,
  type SearchScope,
  type Position,
  type Step,
  type Wanted,
} from './search-page.ts';
import { getMany } from '../../dynamo/table.ts';

/** Licenses of one key. The key and its customer are read with them. */
const MAX_ON_KEY = MAX_ITEMS - 2;

/** Found licenses are shown if they meet all of these conditions. */
export type Refinement = {
  metadata?: readonly (readonly [name: string, value: string])[];
  /** One of the texts that the key has had ends like this. */
  lastFour?: string;
  /** The keyed hash of the holder's e-mail. */
  emailHash?: string;
};

/** A text that looks like the end of a key, and may be the whole of a short imported one. */
type WholeKey = { importedHash: string; refine?: Refinement };

/**
 * A search finds licenses by one of these. `brand` is the one that has them according to a key's prefix. Another one
 * has the text only as an imported key, by `importedHash`.
 */
export type Sought = { brand?: string; refine?: Refinement; whole?: WholeKey } & (
  | { by: 'email'; hash: string }
  | { by: 'license_key'; hash?: string; importedHash: string }
  | { by: 'ending'; lastFour: string }
  | { by: 'external_id'; externalId: string }
  | { by: 'instance'; instance: ParsedInstance }
  | { by: 'product'; product: string; expiresBefore: string | undefined }
  | { by: 'license_id'; id: string }
);

/**
 * One page of a brand's licenses, newest first; of a product, by expiry. An index only names candidates: everything
 * shown was read consistently.
 */
export async function findLicenses(scope: SearchScope, sought: Sought, page: Wanted): Promise<Found | Refusal> {
  const { whole } = sought;
  if (whole !== undefined && mayHaveShortKeys(scope)) {
    const found = await onKey(scope, whole.importedHash, whole.refine && fits(whole.refine), page);
    if (found.views.length > 0) return found;
  }
  return findBy(scope, sought, page);
}

/** A search over all brands does not know the settings of each. */
const mayHaveShortKeys = ({ brand: { settings } }: SearchScope): boolean =>
  settings === undefined || settings.allow_short_keys === true;

function findBy(scope: SearchScope, sought: Sought, page: Wanted): Promise<Found | Refusal> {
  const isElsewhere = sought.brand !== undefined && sought.brand !== scope.brand.key_prefix;
  const keep = sought.refine && fits(sought.refine);
  if (sought.by === 'license_key')
    return onKey(scope, (isElsewhere ? undefined : sought.hash) ?? sought.importedHash, keep, page);
  if (isElsewhere) return Promise.resolve(NONE);
  switch (sought.by) {
    case 'email':
      return collectPage((step) => ofCustomer(scope, sought.hash, step), keep, page);
    case 'ending':
      return licensesByEnding(scope, sought.lastFour, page);
    case 'external_id':
      return madeBy(scope, sought.externalId, page);
    case 'instance':
      return licensesOnInstance(scope, sought.instance, page);
    case 'product':
      return collectPage((step) => ofProduct(scope, sought, step), keep, page);
    case 'license_id':
      return withId(scope, sought.id);
  }
}

/** Metadata is compared exactly, and only a license's own properties count. */
const fits =
  ({ metadata = [], lastFour, emailHash }: Refinement) =>
  ({ license, licenseKey, customer }: LicenseView): boolean =>
    metadata.every(([name, value]) => Object.hasOwn(license.metadata, name) && license.metadata[name] === value) &&
    (lastFour === undefined || licenseKey.last_fours.includes(lastFour)) &&
    (emailHash === undefined || isReachedBy(customer, emailHash));

/**
 * Two round trips: the customer's list, which contains addresses, and everything at them. A third, if the e-mail is not
 * the customer's first.
 */
function ofCustomer(scope: SearchScope, hash: string, { limit, after }: Wanted): Promise<Step | Refusal> {
  const key = after && { pk: String(after['pk']), sk: String(after['sk']) };
  return retrying(scope.table, async (): Promise<Outcome<Step, Refusal>> => {
    const page = await licensesByEmail(scope.table, scope.brand.key_prefix, hash, { limit, after: key });
    const { fitting, last } = fit(page?.licenses ?? [], page?.last);
    if (page === undefined || fitting.length === 0) return done({ rows: [], read: 0, last: undefined });
    const views = await readViewsByAddress(
      scope,
      fitting.map(({ anchor, key_partition }) => ({ anchor, key_partition, customer_partition: page.partition })),
    );
    // The e-mail has moved to another customer since the last page.
    if (views.some(({ customer }) => !isReachedBy(customer, hash)))
      return after === undefined ? retry() : refuse('cursor_invalid');
    const positions = new Map(fitting.map((entry) => [entry.license_id, entry.key]));
    return done({ rows: rowsOf(views, ({ license }) => positions.get(license.id)), read: fitting.length, last });
  });
}

/**
 * The number of licenses that one read returns with their keys and customer; a page may be short while there is a
 * cursor.
 */
function fit(
  licenses: readonly CustomersLicense[],
  last: Key | undefined,
): { fitting: CustomersLicense[]; last: Key | undefined } {
  const keyPartitions = new Set<string>();
  const fitting: CustomersLicense[] = [];
  for (const license of licenses) {
    const more = keyPartitions.has(license.key_partition) ? 1 : 2;
    if (fitting.length + keyPartitions.size + more + 1 > MAX_ITEMS) return { fitting, last: fitting.at(-1)?.key };
    keyPartitions.add(license.key_partition);
    fitting.push(license);
  }
  return { fitting, last };
}

/**
 * Two round trips, three by a later text of the key. A replaced text still finds its key: customers may send support an
 * old one.
 */
async function onKey(
  scope: SearchScope,
  hash: string,
  keep: ((view: LicenseView) => boolean) | undefined,
  page: Wanted,
): Promise<Found> {
  const brand = scope.brand.key_prefix;
  const text = await keyPartition(scope.table, brand, hash);
  const partition = text.item?.['partition'];
  if (typeof partition !== 'string') return NONE;
  const { item, cancelled } = partition === hash ? text : await keyPartition(scope.table, brand, partition);
  const key = required(item, 'a later text names a key that is not there');
  const { customer_partition } = parseLicenseKeyItem(key);
  const { some, last } = newest(listKeyLicenses(key, cancelled), { ...page, limit: Math.min(page.limit, MAX_ON_KEY) });
  const views = await readViewsByAddress(
    scope,
    some.map(({ anchor }) => ({ anchor, key_partition: partition, customer_partition })),
  );
  return { views: keep ? views.filter(keep) : views, last };
}

/** Three round trips: the result of the purchase, the licenses, their keys and customers. */
async function madeBy(scope: SearchScope, externalId: string, page: Wanted): Promise<Found> {
  const brand = scope.brand.key_prefix;
  const [item] = await getMany(scope.table, [listKeys.external(brand, externalId)]);
  if (item === undefined) return NONE;
  const { some, last } = newest(parseExternalItem(item).licenses, page);
  const views = await readViewsByAnchor(
    scope,
    some.map(({ anchor }) => anchor),
  );
  return { views, last };
}

/**
 * Three round trips, by expiry: the shards of the index at once, the licenses, their keys and customers. The index may
 * trail: a license that has left the product since is left out.
 */
async function ofProduct(
  scope: SearchScope,
  { product, expiresBefore }: Sought & { by: 'product' },
  { limit, after }: Wanted,
): Promise<Step> {
  const brand = scope.brand.key_prefix;
  const page = { limit: Math.min(limit, MAX_LICENSES), before: expiresBefore, after: after?.['at'] };
  const { entries, hasMore } = await readProductLicenses(scope.table, brand, computeTag(product), page);
  const views = await readViewsByAnchor(
    scope,
    entries.map(({ anchor }) => anchor),
    (license) => license.product.slug === product || license.product.id === product.toLowerCase(),
  );
  const positions = new Map(entries.map(({ anchor, at }) => [anchor, { at }]));
  const end = entries.at(-1);
  return {
    rows: rowsOf(views, ({ license }) => positions.get(license.anchor)),
    read: entries.length,
    last: hasMore && end ? { at: end.at } : undefined,
  };
}

/** Licenses as read, each with its position in the list. */
const rowsOf = (views: readonly LicenseView[], at: (view: LicenseView) => Position | undefined): Step['rows'] =>
  views.map((view) => ({ view, at: required(at(view), 'each license that is shown was listed') }));

async function withId(scope: SearchScope, id: string): Promise<Found> {
  const brand = scope.brand.key_prefix;
  const [item] = await getMany(scope.table, [keys.address(brand, id)]);
  const address = parseLicenseAddress(item);
  return address ? { views: await readViewsByAnchor(scope, [address.anchor]), last: undefined } : NONE;
}
