import { refuse, type Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { LicenseKeyWithLicenses } from '../http/routes/moves.ts';
import { customerOf } from '../table/customers.ts';
import { keys } from '../table/keys.ts';
import { anchorOn, keyAddressOf, licenseKeyOf } from '../table/license-keys.ts';
import { entryOf } from '../table/license-view.ts';
import { licenseOf } from '../table/licenses.ts';
import type { Answer } from '../table/once.ts';
import { keyTextFor } from '../table/shown-secret.ts';
import { getMany, getOne } from '../table/table.ts';

/** One key with all of its licenses: three round trips, as each names the next. */
export async function getLicenseKey(
  ctx: BrandContext,
  input: { license_key_id: string },
): Promise<Answer<LicenseKeyWithLicenses> | Refusal> {
  const brand = ctx.brand.key_prefix;
  const address = keyAddressOf(await getOne(ctx.table, keys.address(brand, input.license_key_id)));
  if (address === undefined) return refuse('license_key_not_found');
  const [key, person] = await getMany(ctx.table, [
    keys.licenseKey(brand, address.home),
    keys.customer(brand, address.customer_home),
  ]);
  if (key === undefined || person === undefined) return refuse('license_key_not_found');
  const licenseKey = licenseKeyOf(key);
  const customer = customerOf(person);
  const found = await getMany(
    ctx.table,
    Object.entries(licenseKey.licenses).map(([tag, entry]) => keys.license(brand, anchorOn(licenseKey, tag, entry))),
  );
  const licenses = found
    .flatMap((item) => (item ? [licenseOf(item)] : []))
    .filter(({ key_home }) => key_home === licenseKey.home)
    .map((license) => entryOf(ctx, { license, licenseKey, customer }));
  const text = ctx.vault.decrypt(licenseKey.text_cipher, keys.licenseKey(brand, licenseKey.home).pk);
  return {
    body: {
      id: licenseKey.id,
      key: keyTextFor(ctx.credential, text),
      customer_email: ctx.vault.decrypt(customer.email_cipher, keys.customer(brand, customer.home).pk),
      customer_id: customer.id,
      created_at: licenseKey.created_at,
      licenses,
    },
  };
}
