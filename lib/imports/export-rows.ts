import type { License } from '../domain/license.ts';
import { shownSecret } from '../domain/shown-secret.ts';
import type { Key } from '../dynamo/schema.ts';
import { getMany, getOne, type Table } from '../dynamo/table.ts';
import type { Vault } from '../process/vault.ts';
import { readActivations } from '../table/activation-lists.ts';
import { keyPartition, listKeyLicenses } from '../table/cancelled-licenses.ts';
import { parseCustomerItem } from '../table/customers.ts';
import { keys } from '../table/keys.ts';
import { parseLicenseKeyItem } from '../table/license-keys.ts';
import type { ExportJob } from '../table/exports.ts';
import { parseLicenseItem } from '../table/licenses.ts';
import { shownEmail } from '../views/customer-view.ts';
import { keySecret } from '../views/license-key-view.ts';

/** Lines of a file, and the place after them. */
export type ExportedLines = { lines: string[]; rows: number; position: ExportJob['position'] };

export type ExportSource = { table: Table; brand: string; vault: Vault; reveals: boolean };

/** A key in the shape that an import reads. */
export type ExportedKey = {
  license_key: string;
  customer_email: string;
  per_customer: boolean;
  licenses: ExportedLicense[];
};
type ExportedLicense = Pick<
  License,
  'status' | 'seat_limit' | 'expires_at' | 'duration' | 'created_at' | 'external_id' | 'metadata' | 'policy'
> & {
  product: string;
  starts_on_activation?: string;
  activations: ExportedSeat[];
};
export type ExportedSeat = {
  instance: string;
  instance_type: string;
  activated_at: string;
  last_checked_at: string | null;
  metadata: Record<string, string>;
};

const PAGE = 1_000;
const HIDDEN_EMAIL = '****';

/** The key of a license, if that is the oldest on it; undefined for the others, and for one that has moved. */
export async function readExportedKey(source: ExportSource, anchor: string): Promise<ExportedKey | undefined> {
  const { table, brand, vault, reveals } = source;
  const found = await getOne(table, keys.license(brand, anchor));
  if (found === undefined) return undefined;
  const license = parseLicenseItem(found);
  const { item, cancelled } = await keyPartition(table, brand, license.key_partition);
  if (item === undefined) return undefined;
  const onKey = listKeyLicenses(item, cancelled).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  if (onKey[0]?.id !== license.id) return undefined;
  const licenseKey = parseLicenseKeyItem(item);
  const [person, ...licenses] = await getMany(table, [
    keys.customer(brand, licenseKey.customer_partition),
    ...onKey.map((one) => keys.license(brand, one.anchor)),
  ]);
  if (person === undefined) return undefined;
  const shown = { brand: { key_prefix: brand }, vault };
  const caller = { scopes: reveals ? (['license_keys:reveal'] as const) : [] };
  const exported: ExportedLicense[] = [];
  for (const one of licenses) if (one !== undefined) exported.push(await readLicense(source, parseLicenseItem(one)));
  return {
    license_key: shownSecret(caller, keySecret(shown, licenseKey)),
    customer_email: reveals ? shownEmail(shown, parseCustomerItem(person)) : HIDDEN_EMAIL,
    per_customer: licenseKey.per_customer,
    licenses: exported,
  };
}

async function readLicense({ table, brand }: ExportSource, license: License): Promise<ExportedLicense> {
  const { product, status, seat_limit, expires_at, duration, created_at, starts_on_activation } = license;
  const activations: ExportedSeat[] = [];
  let after: Key | undefined;
  do {
    const page = await readActivations(table, brand, license, { limit: PAGE, after });
    for (const one of page.activations) {
      if (one.status !== 'active') continue;
      const { instance_identifier, instance_type, activated_at, last_checked_at, metadata } = one;
      activations.push({ instance: instance_identifier, instance_type, activated_at, last_checked_at, metadata });
    }
    after = page.last;
  } while (after !== undefined);
  return {
    product: product.slug,
    status,
    seat_limit,
    expires_at,
    ...(starts_on_activation === null ? {} : { starts_on_activation }),
    duration,
    created_at,
    external_id: license.external_id,
    metadata: license.metadata,
    policy: license.policy,
    activations,
  };
}
