import { maskLicenseKey } from '../domain/license-key.ts';
import { seatsRemaining, statusAt, type License } from '../domain/license.ts';
import type { BrandContext } from '../context.ts';
import type { LicenseEntry } from '../http/routes/brand.ts';
import { customerOf } from '../table/customers.ts';
import { keys } from '../table/keys.ts';
import { licenseKeyOf } from '../table/license-keys.ts';
import { licenseOf } from '../table/licenses.ts';
import { getMany, type Item } from '../table/table.ts';

/** Where a license lies, and the key and customer that an answer about it shows. */
export type LicenseAddress = { anchor: string; key_home: string; customer_home: string };

/** Reads licenses with their keys and customers in one round trip: at most 100 items in all. Those that are gone since are left out. */
export async function readEntries(ctx: BrandContext, addresses: readonly LicenseAddress[]): Promise<{ license: License; entry: LicenseEntry }[]> {
  const brand = ctx.brand.key_prefix;
  const wanted = addresses.flatMap(({ anchor, key_home, customer_home }) => [
    keys.license(brand, anchor),
    keys.licenseKey(brand, key_home),
    keys.customer(brand, customer_home),
  ]);
  const found = await getMany(ctx.table, wanted);
  return addresses.flatMap((_, i) => {
    const [license, key, customer] = found.slice(3 * i, 3 * i + 3);
    if (license === undefined || key === undefined || customer === undefined) return [];
    return [{ license: licenseOf(license), entry: entryOf(ctx, licenseOf(license), key, customer) }];
  });
}

export function entryOf(ctx: BrandContext, license: License, key: Item, customer: Item): LicenseEntry {
  const { id, customer_id, product, seat_limit, seats_used, expires_at, policy, metadata, external_id, created_at, updated_at } = license;
  const { text_cipher, id: keyId } = licenseKeyOf(key);
  const text = ctx.vault.decrypt(text_cipher, String(key['pk']));
  const reveals = ctx.credential.scopes.includes('license_keys:reveal');
  return {
    id,
    license_key: {
      id: keyId,
      key: reveals ? text : maskLicenseKey(text),
      customer_email: ctx.vault.decrypt(customerOf(customer).email_cipher, String(customer['pk'])),
    },
    customer_id,
    product: { id: product.id, name: product.name, slug: product.slug },
    brand: { slug: ctx.brand.slug },
    status: statusAt(license, ctx.nowMs),
    seat_limit,
    seats_used,
    seats_remaining: seatsRemaining(license),
    expires_at,
    policy,
    metadata,
    external_id,
    created_at,
    updated_at,
  };
}
