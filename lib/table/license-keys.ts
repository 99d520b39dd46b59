import { guessAnchor, keys } from './keys.ts';
import { getOne, type Item, type Table } from './table.ts';
import { isNew, type Condition, type Write } from './transact.ts';

export const MAX_LICENSES_PER_KEY = 20;

/** One license on a key, as the key's directory knows it. `anchor` only where it is not the guessed one. */
export type DirectoryEntry = { license_id: string; product_id: string; slug: string; anchor?: string };

export type LicenseKey = {
  id: string;
  /** The hash of its first text: where it lies, for ever. */
  home: string;
  text_cipher: string;
  customer_id: string;
  customer_home: string;
  /** Whether purchases with `per_customer` may add to it. */
  per_customer: boolean;
  created_at: string;
  /** Counts changes of the directory; the guard of two purchases at once. */
  version: number;
  seq: number;
  /** By product tag. */
  licenses: Record<string, DirectoryEntry>;
};

export function licenseKeyOf(item: Item): LicenseKey {
  const { pk: _pk, sk: _sk, ...licenseKey } = item;
  return licenseKey as LicenseKey;
}

/** Where the license of one entry of a key's directory lies. */
export function anchorOn(licenseKey: Pick<LicenseKey, 'home'>, tag: string, entry: DirectoryEntry): string {
  return entry.anchor ?? guessAnchor(licenseKey.home, tag);
}

export function putNewLicenseKey(brand: string, licenseKey: LicenseKey): Write<never>[] {
  return [
    { put: { ...keys.licenseKey(brand, licenseKey.home), ...licenseKey }, guard: isNew },
    { put: { ...keys.address(brand, licenseKey.id), home: licenseKey.home }, guard: isNew },
  ];
}

/** More licenses on a key that exists, if its directory is still what was read. */
export function extendLicenseKey<R>(brand: string, was: LicenseKey, licenses: LicenseKey['licenses'], refused: () => R): Write<R> {
  return {
    update: keys.licenseKey(brand, was.home),
    set: { licenses: { ...was.licenses, ...licenses }, version: was.version + 1 },
    guard: unchangedVersion(was.version),
    refused,
  };
}

export const unchangedVersion = (version: number): Condition => ({
  expression: '#version = :readVersion',
  names: { '#version': 'version' },
  values: { ':readVersion': version },
});

export async function licenseKeyAt(table: Table<'GetItem'>, brand: string, home: string): Promise<LicenseKey | undefined> {
  const item = await getOne(table, keys.licenseKey(brand, home));
  return item && licenseKeyOf(item);
}
