import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import type { License } from '../domain/license.ts';
import type { BrandContext } from '../context.ts';
import type { LicenseEntry } from '../http/routes/brand.ts';
import { keys } from '../table/keys.ts';
import { anchorOf, licenseOf } from '../table/licenses.ts';
import type { Answer } from '../table/once.ts';
import { getMany, getOne } from '../table/table.ts';
import { entryOf } from './license-entry.ts';

/** One license, its key and its customer, as they are this moment: three round trips, as each names the next. */
export async function getLicense(ctx: BrandContext, input: { license_id: string }): Promise<Answer<LicenseEntry> | Refusal> {
  const license = await licenseById(ctx, input.license_id);
  if (isRefusal(license)) return license;
  const brand = ctx.brand.key_prefix;
  const [key, customer] = await getMany(ctx.table, [keys.licenseKey(brand, license.key_home), keys.customer(brand, license.customer_home)]);
  if (key === undefined || customer === undefined) throw new Error('a license names a key or customer that is not there');
  return { body: entryOf(ctx, license, key, customer) };
}

/** The brand's license with this id; another brand's is not there. */
export async function licenseById(ctx: BrandContext, id: string): Promise<License | Refusal> {
  const brand = ctx.brand.key_prefix;
  const anchor = await anchorOf(ctx.table, brand, id);
  const item = anchor === undefined ? undefined : await getOne(ctx.table, keys.license(brand, anchor));
  return item ? licenseOf(item) : refuse('license_not_found');
}
