import type { Credential } from '../domain/credential.ts';
import type { Key } from '../dynamo/schema.ts';
import { seatsRemaining, statusAt, type License } from '../domain/license.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { LicenseFields } from '../events/catalog.ts';
import { customerOf, type Customer } from '../table/customers.ts';
import { keys } from '../table/keys.ts';
import { licenseKeyOf, type LicenseKey } from '../table/license-keys.ts';
import { addressOf, licenseOf, type LicenseAddress } from '../table/licenses.ts';
import { done, retry, type Outcome } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { keyTextFor, licenseKeySecret, type Secret } from '../domain/shown-secret.ts';
import { getMany, type Item, type Table } from '../dynamo/table.ts';

/** A license with the key it is on and the customer who holds that: what an answer about it is made of. */
export type LicenseView = { license: License; licenseKey: LicenseKey; customer: Customer };

/** What an answer shows of a license, its key and its customer. */
export type ShownView = {
  license: LicenseFields & Pick<License, 'updated_at'>;
  licenseKey: Pick<LicenseKey, 'id' | 'partition' | 'text_cipher'>;
  customer: Pick<Customer, 'partition' | 'email_cipher'>;
  /** The key was made by this very call, whose answer shows its text. */
  isNewKey?: boolean;
};

/** A license, and the items that were read along with its address. */
type FoundView = { view: LicenseView | undefined; found: (Item | undefined)[] };

/** One brand's part of the table, to read views from. */
type ViewSource = { brand: Pick<BrandContext['brand'], 'key_prefix'>; table: Table<'BatchGetItem'> };

/** Whose license it is, and who is shown it. */
type Shown = {
  brand: Pick<BrandContext['brand'], 'key_prefix' | 'slug'>;
  vault: BrandContext['vault'];
  credential: Pick<Credential, 'scopes'>;
  nowMs: number;
};

/** Reads licenses with their keys and customers in one round trip: at most 100 items in all. Those that went to another key since are left out. */
export async function viewsAt(ctx: ViewSource, addresses: readonly LicenseAddress[]): Promise<LicenseView[]> {
  const brand = ctx.brand.key_prefix;
  const wanted = addresses.flatMap(({ anchor, key_partition, customer_partition }) => [
    keys.license(brand, anchor),
    keys.licenseKey(brand, key_partition),
    keys.customer(brand, customer_partition),
  ]);
  const found = await getMany(ctx.table, wanted);
  return addresses.flatMap((_, i) => {
    const [license, key, customer] = found.slice(3 * i, 3 * i + 3);
    if (license === undefined || key === undefined || customer === undefined) return [];
    const view = { license: licenseOf(license), licenseKey: licenseKeyOf(key), customer: customerOf(customer) };
    return view.license.key_partition === view.licenseKey.partition ? [view] : [];
  });
}

/**
 * Reads licenses, and then the key each is on and its customer: two round trips, at most 50 licenses. As the license itself says whose it is, one that changes
 * hands meanwhile is still found. `keep` says which of those read are wanted; it gets the place of each in the list.
 */
export async function viewsOf(
  { brand: { key_prefix: brand }, table }: ViewSource,
  wanted: readonly Key[],
  keep: (license: License, i: number) => boolean = () => true,
): Promise<LicenseView[]> {
  const items = await getMany(table, wanted);
  const licenses = items.flatMap((item, i) => (item && keep(licenseOf(item), i) ? [licenseOf(item)] : []));
  const found = await getMany(
    table,
    licenses.flatMap(({ key_partition, customer_partition }) => [
      keys.licenseKey(brand, key_partition),
      keys.customer(brand, customer_partition),
    ]),
  );
  return licenses.flatMap((license, i) => {
    const [key, customer] = found.slice(2 * i, 2 * i + 2);
    return key && customer ? [{ license, licenseKey: licenseKeyOf(key), customer: customerOf(customer) }] : [];
  });
}

/**
 * The brand's license with this id, in two round trips: its address, then the license with key and customer. Another brand's is not there.
 * `along` is read with the address (an idempotent answer, a product). A license that changes hands between the two is looked for again.
 */
export function viewById(ctx: BrandContext, id: string, alsoRead: readonly Key[] = []): Promise<FoundView> {
  return retrying(ctx.table, async (): Promise<Outcome<FoundView>> => {
    const [item, ...found] = await getMany(ctx.table, [keys.address(ctx.brand.key_prefix, id), ...alsoRead]);
    const address = addressOf(item);
    if (address === undefined) return done({ view: undefined, found });
    const [view] = await viewsAt(ctx, [address]);
    return view ? done({ view, found }) : retry();
  });
}

export async function licenseById(ctx: BrandContext, id: string): Promise<LicenseView | Refusal> {
  const { view } = await viewById(ctx, id);
  return view ?? refuse('license_not_found');
}

/** Which version of a license an answer shows (RFC 9110 §8.8.3): the number of its last change. */
export function etagOf({ seq }: License): string {
  return `"${seq}"`;
}

const textOf = (
  { brand, vault }: Pick<Shown, 'brand' | 'vault'>,
  { partition, text_cipher }: ShownView['licenseKey'],
): string => vault.decrypt(text_cipher, keys.licenseKey(brand.key_prefix, partition).pk);

/** The key's text in an answer that shows a license. */
export const secretIn = (ctx: Pick<Shown, 'brand' | 'vault'>, { licenseKey }: ShownView): Secret =>
  licenseKeySecret(textOf(ctx, licenseKey), 'license_key', 'key');

/** A license as the API shows it, as it is now or was at another time; the verbs hold its shape to the route table's. */
export function entryOf(ctx: Shown, { license, licenseKey, customer, isNewKey }: ShownView, atMs = ctx.nowMs) {
  const {
    id,
    customer_id,
    product,
    seat_limit,
    seats_used,
    expires_at,
    starts_on_activation,
    duration,
    policy,
    metadata,
    external_id,
    created_at,
    updated_at,
  } = license;
  const brand = ctx.brand.key_prefix;
  return {
    id,
    license_key: {
      id: licenseKey.id,
      key: keyTextFor(ctx.credential, textOf(ctx, licenseKey), isNewKey),
      customer_email: ctx.vault.decrypt(customer.email_cipher, keys.customer(brand, customer.partition).pk),
    },
    customer_id,
    product: { id: product.id, name: product.name, slug: product.slug },
    brand: { slug: ctx.brand.slug },
    status: statusAt(license, atMs),
    seat_limit,
    seats_used,
    seats_remaining: seatsRemaining(license),
    expires_at,
    starts_on_activation,
    duration,
    policy,
    metadata,
    external_id,
    created_at,
    updated_at,
  };
}
