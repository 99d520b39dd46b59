import type { InstanceKind } from '../domain/instance-kind.ts';
import type { License } from '../domain/license.ts';
import { pick } from '../domain/pick.ts';
import type { Activation } from '../domain/seats.ts';
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
  created_at: string;
  customer_created_at: string;
  licenses: ExportedLicense[];
};
const LICENSE_FIELDS = [
  'status',
  'seat_limit',
  'expires_at',
  'expiry_day',
  'duration',
  'vacated',
  'moves',
  'created_at',
  'external_id',
  'metadata',
  'policy',
] as const;
type ExportedLicense = Pick<License, (typeof LICENSE_FIELDS)[number]> & {
  product: string;
  starts_on_activation?: string;
  activations: ExportedSeat[];
};
const SEAT_FIELDS = ['instance_type', 'activated_at', 'last_checked_at', 'deactivated_at', 'metadata'] as const;
type ExportedSeat = Pick<Activation, (typeof SEAT_FIELDS)[number]> & { instance: string; kind?: InstanceKind };

const PAGE = 1_000;
const HIDDEN_EMAIL = '****';

/** True if a key is written with this license, of all that are on it, oldest first. */
type Chooses = (license: License, onKey: readonly License[]) => boolean;

/** A key is written once: with its oldest license of the walked products. */
export const withOldest =
  (walked: ReadonlySet<string>): Chooses =>
  (license, onKey) =>
    onKey.find(({ product }) => walked.has(product.id))?.id === license.id;

/** The key of a license; undefined if it is not written with this one, or the license has moved. */
export async function readExportedKey(
  source: ExportSource,
  anchor: string,
  chooses: Chooses,
): Promise<ExportedKey | undefined> {
  const found = await getOne(source.table, keys.license(source.brand, anchor));
  if (found === undefined) return undefined;
  const license = parseLicenseItem(found);
  return readKeyOnPartition(source, license.key_partition, (onKey) => chooses(license, onKey));
}

/** The key of a partition, if `isWanted` of the licenses that are on it, oldest first. */
export async function readKeyOnPartition(
  source: ExportSource,
  partition: string,
  isWanted: (onKey: readonly License[]) => boolean,
): Promise<ExportedKey | undefined> {
  const { table, brand, vault, reveals } = source;
  const { item, cancelled } = await keyPartition(table, brand, partition);
  if (item === undefined) return undefined;
  const onKey = listKeyLicenses(item, cancelled).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const licenseKey = parseLicenseKeyItem(item);
  const [person, ...items] = await getMany(table, [
    keys.customer(brand, licenseKey.customer_partition),
    ...onKey.map((one) => keys.license(brand, one.anchor)),
  ]);
  const licenses = items.filter((one) => one !== undefined).map((one) => parseLicenseItem(one));
  if (person === undefined || !isWanted(licenses)) return undefined;
  const shown = { brand: { key_prefix: brand }, vault };
  const caller = { scopes: reveals ? (['license_keys:reveal'] as const) : [] };
  const exported: ExportedLicense[] = [];
  for (const one of licenses) exported.push(await readLicense(source, one));
  const customer = parseCustomerItem(person);
  return {
    license_key: shownSecret(caller, keySecret(shown, licenseKey)),
    customer_email: reveals ? shownEmail(shown, customer) : HIDDEN_EMAIL,
    per_customer: licenseKey.per_customer,
    created_at: licenseKey.created_at,
    customer_created_at: customer.created_at,
    licenses: inOrder(exported, ({ created_at, product }) => `${created_at} ${product}`),
  };
}

async function readLicense({ table, brand }: ExportSource, license: License): Promise<ExportedLicense> {
  const { product, starts_on_activation } = license;
  const activations: ExportedSeat[] = [];
  let after: Key | undefined;
  do {
    const page = await readActivations(table, brand, license, { limit: PAGE, after });
    activations.push(...page.activations.map(exportSeat));
    after = page.last;
  } while (after !== undefined);
  return {
    product: product.slug,
    ...pick(LICENSE_FIELDS, license),
    ...(starts_on_activation === null ? {} : { starts_on_activation }),
    // In the order in which they took their seats, which decides about staging sites that cost none.
    activations: inOrder(activations, ({ activated_at, instance }) => `${activated_at} ${instance}`),
  };
}

/** The same file for the same brand: ids of one moment have no order. */
const inOrder = <T>(list: readonly T[], textOf: (one: T) => string): T[] =>
  list.toSorted((one, other) => (textOf(one) < textOf(other) ? -1 : 1));

const exportSeat = (activation: Activation): ExportedSeat => ({
  instance: activation.instance_identifier,
  ...pick(SEAT_FIELDS, activation),
  ...(activation.kind === null ? {} : { kind: activation.kind }),
});
