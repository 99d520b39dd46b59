import { pick } from '../domain/pick.ts';
import type { Credential } from '../domain/credential.ts';
import type { Key } from '../dynamo/schema.ts';
import { PRODUCT_REFERENCE, type License } from '../domain/license.ts';
import { POLICY_FIELDS } from '../domain/policy.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { LicenseFields } from '../events/catalog.ts';
import { parseCustomerItem, type Customer } from '../table/customers.ts';
import { keys } from '../table/keys.ts';
import { parseLicenseKeyItem, type LicenseKey } from '../table/license-keys.ts';
import { parseLicenseAddress, parseLicenseItem, type LicenseAddress } from '../table/licenses.ts';
import { done, retry, type Outcome } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import type { Secret } from '../domain/shown-secret.ts';
import { LICENSE_STATE, licenseState } from './license-state.ts';
import { keySecret, licenseKeyView, type TextSource } from './license-key-view.ts';
import { getMany, readItems, type ItemAt, type Table } from '../dynamo/table.ts';

/** A license with its key and the key's customer: the items of an answer about it. */
export type LicenseView = { license: License; licenseKey: LicenseKey; customer: Customer };

/** The fields of a license, its key and its customer that an answer shows. */
export type ShownView = {
  license: LicenseFields & Pick<License, 'updated_at'>;
  licenseKey: Pick<LicenseKey, 'id' | 'partition' | 'text_cipher'>;
  customer: Pick<Customer, 'partition' | 'email_cipher'>;
  /** The key was made by this call, whose answer shows its text. */
  isNewKey?: boolean;
};

/** A license, and the items that were read with its address. */
type FoundView = { view: LicenseView | undefined; itemAt: ItemAt };

/** One brand's part of the table, for reading views. */
type ViewSource = { brand: Pick<BrandContext['brand'], 'key_prefix'>; table: Table<'BatchGetItem'> };

/** The license's brand, and the caller who is shown it. */
type Shown = {
  brand: Pick<BrandContext['brand'], 'key_prefix' | 'slug'>;
  vault: BrandContext['vault'];
  credential: Pick<Credential, 'scopes'>;
  nowMs: number;
};

/** The keys of the license key and the customer that a license, or its address, names. */
const holderKeys = (brand: string, { key_partition, customer_partition }: Omit<LicenseAddress, 'anchor'>): Key[] => [
  keys.licenseKey(brand, key_partition),
  keys.customer(brand, customer_partition),
];

function holderIn(
  itemAt: ItemAt,
  brand: string,
  of: Omit<LicenseAddress, 'anchor'>,
): Omit<LicenseView, 'license'> | undefined {
  const [key, customer] = holderKeys(brand, of).map(itemAt);
  return key && customer && { licenseKey: parseLicenseKeyItem(key), customer: parseCustomerItem(customer) };
}

/**
 * Reads licenses with their keys and customers in one round trip: at most 100 items in all. Leaves out those that have
 * moved to another key since.
 */
export async function readViewsByAddress(
  ctx: ViewSource,
  addresses: readonly LicenseAddress[],
): Promise<LicenseView[]> {
  const brand = ctx.brand.key_prefix;
  const itemAt = await readItems(
    ctx.table,
    addresses.flatMap((address) => [keys.license(brand, address.anchor), ...holderKeys(brand, address)]),
  );
  return addresses.flatMap((address) => {
    const license = itemAt(keys.license(brand, address.anchor));
    const holder = holderIn(itemAt, brand, address);
    if (license === undefined || holder === undefined) return [];
    const view = { license: parseLicenseItem(license), ...holder };
    return view.license.key_partition === view.licenseKey.partition ? [view] : [];
  });
}

/**
 * Reads the licenses at these anchors, and then their keys and customers: two round trips, at most 50 licenses. The
 * license itself names its holder, so one that is transferred meanwhile is still found.
 */
export async function readViewsByAnchor(
  { brand: { key_prefix: brand }, table }: ViewSource,
  anchors: readonly string[],
  isWanted: (license: License) => boolean = () => true,
): Promise<LicenseView[]> {
  const items = await getMany(
    table,
    anchors.map((anchor) => keys.license(brand, anchor)),
  );
  const licenses = items
    .filter((item) => item !== undefined)
    .map((item) => parseLicenseItem(item))
    .filter(isWanted);
  const itemAt = await readItems(
    table,
    licenses.flatMap((license) => holderKeys(brand, license)),
  );
  return licenses.flatMap((license) => {
    const holder = holderIn(itemAt, brand, license);
    return holder ? [{ license, ...holder }] : [];
  });
}

/**
 * Reads the brand's license with this id, in two round trips: its address, then the license with key and customer.
 * `alsoRead` is read with the address. Repeats if the license is transferred between the two.
 */
export function readViewById(ctx: BrandContext, id: string, alsoRead: readonly Key[] = []): Promise<FoundView> {
  return retrying(ctx.table, async (): Promise<Outcome<FoundView>> => {
    const addressKey = keys.address(ctx.brand.key_prefix, id);
    const itemAt = await readItems(ctx.table, [addressKey, ...alsoRead]);
    const address = parseLicenseAddress(itemAt(addressKey));
    if (address === undefined) return done({ view: undefined, itemAt });
    const [view] = await readViewsByAddress(ctx, [address]);
    return view ? done({ view, itemAt }) : retry();
  });
}

export async function licenseById(ctx: BrandContext, id: string): Promise<LicenseView | Refusal> {
  const { view } = await readViewById(ctx, id);
  return view ?? refuse('license_not_found');
}

/** The version of a license that an answer shows (RFC 9110 §8.8.3): the number of its last change. */
export function buildEtag({ seq }: License): string {
  return `"${seq}"`;
}

/** The key's text in an answer that shows a license. */
export const secretIn = (ctx: TextSource, { licenseKey }: ShownView): Secret =>
  keySecret(ctx, licenseKey, 'license_key', 'key');

const LICENSE_ENTRY = [
  'id',
  'license_key',
  'customer_id',
  'product',
  'brand',
  ...LICENSE_STATE,
  'duration',
  'policy',
  'metadata',
  'external_id',
  'created_at',
  'updated_at',
] as const;

/** A license as the API shows it, now or at another time. The verbs ensure that it fits the route table's schema. */
export function buildLicenseEntry(
  ctx: Shown,
  { license, licenseKey, customer, isNewKey }: ShownView,
  atMs = ctx.nowMs,
) {
  return pick(LICENSE_ENTRY, {
    ...license,
    ...licenseState(license, atMs),
    license_key: licenseKeyView(ctx, licenseKey, customer, isNewKey),
    product: pick(PRODUCT_REFERENCE, license.product),
    brand: { slug: ctx.brand.slug },
    policy: pick(POLICY_FIELDS, license.policy),
  });
}

/** A license as the answer to its purchase shows it. */
export function provisionedView(license: License, nowMs: number) {
  const { id, product, created_at } = license;
  return {
    id,
    product_id: product.id,
    product_slug: product.slug,
    product_name: product.name,
    ...licenseState(license, nowMs),
    created_at,
  };
}
