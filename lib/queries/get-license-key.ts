import type { Key } from '../dynamo/schema.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { LicenseKeyWithLicenses } from '../api/schemas/license.ts';
import { parseCustomerItem } from '../table/customers.ts';
import { keys } from '../table/keys.ts';
import { keyPartition, listKeyLicenses } from '../table/cancelled-licenses.ts';
import { parseKeyAddress, parseLicenseKeyItem } from '../table/license-keys.ts';
import { buildLicenseEntry } from '../views/license-view.ts';
import { licenseKeyView } from '../views/license-key-view.ts';
import { parseLicenseItem } from '../table/licenses.ts';
import type { Answer } from '../table/once.ts';
import { getMany, getOne, type Item } from '../dynamo/table.ts';

/** One key with all of its licenses, including cancelled ones: three round trips, as each read names the next. */
export async function getLicenseKey(
  ctx: BrandContext,
  input: { license_key_id: string },
): Promise<Answer<LicenseKeyWithLicenses> | Refusal> {
  const brand = ctx.brand.key_prefix;
  const address = parseKeyAddress(await getOne(ctx.table, keys.address(brand, input.license_key_id)));
  if (address === undefined) return refuse('license_key_not_found');
  const { item: key, cancelled } = await keyPartition(ctx.table, brand, address.partition);
  if (key === undefined) return refuse('license_key_not_found');
  const licenseKey = parseLicenseKeyItem(key);
  const onKey = listKeyLicenses(key, cancelled).map(({ anchor }) => keys.license(brand, anchor));
  const [person, ...found] = await getAll(ctx, [keys.customer(brand, address.customer_partition), ...onKey]);
  if (person === undefined) return refuse('license_key_not_found');
  const customer = parseCustomerItem(person);
  const licenses = found
    .filter((item) => item !== undefined)
    .map((item) => parseLicenseItem(item))
    .filter(({ key_partition }) => key_partition === licenseKey.partition)
    .map((license) => buildLicenseEntry(ctx, { license, licenseKey, customer }));
  return {
    body: {
      ...licenseKeyView(ctx, licenseKey, customer),
      customer_id: customer.id,
      created_at: licenseKey.created_at,
      licenses,
    },
  };
}

const ONE_READ = 100;

/** A key rarely has more licenses than one read returns. */
async function getAll({ table }: BrandContext, wanted: readonly Key[]): Promise<(Item | undefined)[]> {
  const found: (Item | undefined)[] = [];
  for (let from = 0; from < wanted.length; from += ONE_READ)
    found.push(...(await getMany(table, wanted.slice(from, from + ONE_READ))));
  return found;
}
