import type { Key } from '../dynamo/schema.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { parseMs } from '../domain/time.ts';
import type { BrandContext } from '../context.ts';
import type { LicenseFields } from '../events/catalog.ts';
import { licenseAfter } from '../events/license-history.ts';
import type { LicenseEntry } from '../api/schemas/license.ts';
import { parseCustomerItem } from '../table/customers.ts';
import { readJournal } from '../table/journal.ts';
import { keys } from '../table/keys.ts';
import { parseKeyAddress, parseLicenseKeyItem } from '../table/license-keys.ts';
import { buildLicenseEntry, type ShownView } from '../views/license-view.ts';
import type { Answer } from '../table/once.ts';
import { getMany, getOne } from '../dynamo/table.ts';

/** One read returns at most 1 MB, some thousand entries. */
const PAGE = 1000;

/**
 * The license at the end of the second `at`, computed from its journal. The journal contains no key text and no e-mail:
 * those of its key and customer are shown as they are now.
 */
export async function readPastLicense(
  ctx: BrandContext,
  license_id: string,
  at: string,
): Promise<Answer<LicenseEntry> | Refusal> {
  const license = await licenseUntil(ctx, license_id, at);
  const carrier = license && (await carrierOf(ctx, license));
  if (license === undefined || carrier === undefined) return refuse('license_not_found');
  return { body: buildLicenseEntry(ctx, { license, ...carrier }, Math.min(parseMs(at), ctx.nowMs)) };
}

async function licenseUntil(
  ctx: BrandContext,
  license_id: string,
  at: string,
): Promise<ShownView['license'] | undefined> {
  let license: LicenseFields | undefined;
  let updated_at = '';
  let after: Key | undefined;
  do {
    const { entries, last } = await readJournal(ctx.table, ctx.brand.key_prefix, license_id, {
      limit: PAGE,
      after,
      oldestFirst: true,
    });
    const past = entries.filter(({ occurred_at }) => occurred_at <= at);
    for (const entry of past) {
      license = licenseAfter(license, entry);
      updated_at = entry.occurred_at;
    }
    after = past.length < entries.length ? undefined : last;
  } while (after !== undefined);
  return license && { ...license, updated_at };
}

async function carrierOf(
  ctx: BrandContext,
  { license_key_id }: LicenseFields,
): Promise<Pick<ShownView, 'licenseKey' | 'customer'> | undefined> {
  const brand = ctx.brand.key_prefix;
  const address = parseKeyAddress(await getOne(ctx.table, keys.address(brand, license_key_id)));
  if (address === undefined) return undefined;
  const [key, customer] = await getMany(ctx.table, [
    keys.licenseKey(brand, address.partition),
    keys.customer(brand, address.customer_partition),
  ]);
  return key && customer && { licenseKey: parseLicenseKeyItem(key), customer: parseCustomerItem(customer) };
}
