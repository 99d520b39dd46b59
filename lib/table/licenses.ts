import type { License } from '../domain/license.ts';
import type { LicenseFields } from '../events/catalog.ts';
import { tailOf } from '../domain/ids.ts';
import { DUE_SHARDS, dueGroup, groups, keys, shardOf } from './keys.ts';
import { getMany, getOne, type Item, type Table } from './table.ts';
import { isNew, unchangedSince, type Write } from './transact.ts';

/** Sorts after every date, so that licenses for life stand last in lists by expiry. */
const FOR_LIFE = '9999-12-31T23:59:59Z';

export function licenseItem(brand: string, license: License): Item {
  const { id, product, expires_at } = license;
  return {
    group_pk: groups.product(brand, tailOf(product.id)),
    group_sk: `${expires_at ?? FOR_LIFE}#${id}`,
    ...(expires_at === null ? {} : { due_pk: dueGroup(expires_at.slice(0, 10), shardOf(id, DUE_SHARDS)), due_sk: `${expires_at}#${brand}#${id}` }),
    ...license,
  };
}

export function licenseOf(item: Item): License {
  const { pk: _pk, sk: _sk, group_pk: _gpk, group_sk: _gsk, due_pk: _dpk, due_sk: _dsk, ...license } = item;
  return license as License;
}

/** The fields that the journal and events show. */
export function fieldsOf(license: License): LicenseFields {
  const { id, license_key_id, customer_id, product, status, seat_limit, seats_used, expires_at, policy, metadata, external_id, created_at } = license;
  return { id, license_key_id, customer_id, product, status, seat_limit, seats_used, expires_at, policy, metadata, external_id, created_at };
}

/** A new license, with the address under which its id is found. */
export function putNewLicense<R>(brand: string, license: License, refused: () => R): Write<R>[] {
  return [
    { put: { ...keys.license(brand, license.anchor), ...licenseItem(brand, license) }, guard: isNew, refused },
    { put: { ...keys.address(brand, license.id), anchor: license.anchor }, guard: isNew },
  ];
}

/** The license as it is to be, if nobody changed it since `license.seq - 1`; else `refused` gets it as it is now. */
export function putChangedLicense<R>(brand: string, license: License, refused: (present: License | undefined) => R): Write<R> {
  return {
    put: { ...keys.license(brand, license.anchor), ...licenseItem(brand, license) },
    guard: unchangedSince(license.seq - 1),
    refused: (present) => refused(present && licenseOf(present)),
  };
}

/** Where a license lies: its anchor, which never changes. */
export async function anchorOf(table: Table<'GetItem'>, brand: string, licenseId: string): Promise<string | undefined> {
  const address = await getOne(table, keys.address(brand, licenseId));
  return typeof address?.['anchor'] === 'string' ? address['anchor'] : undefined;
}

export async function licensesAt(table: Table<'BatchGetItem'>, brand: string, anchors: readonly string[]): Promise<(License | undefined)[]> {
  const items = await getMany(
    table,
    anchors.map((anchor) => keys.license(brand, anchor)),
  );
  return items.map((item) => item && licenseOf(item));
}
