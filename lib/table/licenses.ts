import type { Key } from '../dynamo/schema.ts';
import type { License } from '../domain/license.ts';
import { pick } from '../domain/pick.ts';
import type { LicenseFields } from '../events/catalog.ts';
import { LICENSE_FIELDS } from '../events/license-fields.ts';
import { readIdTail } from '../domain/ids.ts';
import { DUE_SHARDS, dueGroup, groups, keys, PRODUCT_SHARDS, computeShard } from './keys.ts';
import type { Item } from '../dynamo/table.ts';
import type { Write } from '../dynamo/transact.ts';
import { isNew, unchangedSince, isPresent } from '../dynamo/condition.ts';

/** Sorts after every date, so licenses for life are last in lists by expiry. */
const FOR_LIFE = '9999-12-31T23:59:59Z';

export function licenseItem(brand: string, license: License): Item {
  const { id, product, expires_at, due_at } = license;
  return {
    group_pk: groups.product(brand, readIdTail(product.id), computeShard(id, PRODUCT_SHARDS)),
    group_sk: `${expires_at ?? FOR_LIFE}#${id}`,
    ...(due_at === null ? {} : dueKeys(brand, id, due_at)),
    ...license,
  };
}

/** Keys of the index by_due. */
export const dueKeys = (brand: string, id: string, due_at: string) => ({
  due_pk: dueGroup(due_at.slice(0, 10), computeShard(id, DUE_SHARDS)),
  due_sk: `${due_at}#${brand}#${id}`,
});

/** The values of fields that a license of an older version may lack. */
const NEWER_FIELDS = {
  staging_used: 0,
  // Not known: the next change looks for such sites.
  costly_staging: true,
  recount_at: null,
  seat_set: 0,
  vacated: 0,
  moves: [],
  expiry_day: null,
  duration: null,
  starts_on_activation: null,
  due_at: null,
  announced: null,
  metadata: {},
  external_id: null,
  limit_reached_on: null,
} as const satisfies Partial<Record<keyof License, unknown>>;

export function parseLicenseItem(item: Item): License {
  const { pk: _pk, sk: _sk, group_pk: _gpk, group_sk: _gsk, due_pk: _dpk, due_sk: _dsk, ...license } = item;
  return { ...NEWER_FIELDS, ...license } as unknown as License;
}

/** The fields that the journal and events show. */
export const pickLicenseFields = (license: License): LicenseFields => pick(LICENSE_FIELDS, license);

/** A new license, with the address under which its id is found. */
export function putNewLicense<R>(brand: string, license: License, refused: () => R): Write<R>[] {
  return [
    { put: { ...keys.license(brand, license.anchor), ...licenseItem(brand, license) }, guard: isNew, refused },
    { put: addressItem(brand, license), guard: isNew },
  ];
}

/**
 * Writes the license if nobody changed it since `since`, by default one change ago. Otherwise `refused` gets the stored
 * one.
 */
export function putChangedLicense<R>(
  brand: string,
  license: License,
  refused: (present: License | undefined) => R,
  since = license.seq - 1,
): Write<R> {
  return {
    put: { ...keys.license(brand, license.anchor), ...licenseItem(brand, license) },
    guard: unchangedSince(since),
    refused: (present) => refused(present && parseLicenseItem(present)),
  };
}

/** Writes nothing; requires that nobody changed the license since it was read. */
export function checkSameLicense<R>(brand: string, { anchor, seq }: License, refused: () => R): Write<R> {
  return { check: keys.license(brand, anchor), guard: unchangedSince(seq), refused };
}

/** The anchor of a license, which never changes, and the partitions of its key and customer. */
export type LicenseAddress = { anchor: string; key_partition: string; customer_partition: string };

const addressItem = (brand: string, { id, anchor, key_partition, customer_partition }: License): Key & Item => ({
  ...keys.address(brand, id),
  anchor,
  key_partition,
  customer_partition,
});

/** A license's address after a transfer. */
export function putMovedAddress(brand: string, license: License): Write<never> {
  return { put: addressItem(brand, license), guard: isPresent };
}

/** Undefined when the id is that of a key or a customer. */
export function parseLicenseAddress(item: Item | undefined): LicenseAddress | undefined {
  const { anchor, key_partition, customer_partition } = item ?? {};
  const isLicense =
    typeof anchor === 'string' && typeof key_partition === 'string' && typeof customer_partition === 'string';
  return isLicense ? { anchor, key_partition, customer_partition } : undefined;
}
