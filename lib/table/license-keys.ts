import { guessAnchor, keys } from './keys.ts';
import type { Item } from './table.ts';
import { isNew, type Write } from './transact.ts';

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
  seq: number;
  /** The directory, by product tag. */
  licenses: Record<string, DirectoryEntry>;
};

const ENTRY = 'product#';

/** In the item each entry of the directory is an attribute of its own, so that a purchase can add one without having read the others. */
function licenseKeyItem({ licenses, ...rest }: LicenseKey): Item {
  return { ...rest, license_count: Object.keys(licenses).length, ...entries(licenses) };
}

const entries = (licenses: LicenseKey['licenses']): Item =>
  Object.fromEntries(Object.entries(licenses).map(([tag, entry]) => [`${ENTRY}${tag}`, entry]));

export function licenseKeyOf(item: Item): LicenseKey {
  const { pk: _pk, sk: _sk, license_count: _count, ...attributes } = item;
  const isEntry = ([name]: [string, unknown]): boolean => name.startsWith(ENTRY);
  const licenses = Object.entries(attributes)
    .filter(isEntry)
    .map(([name, entry]) => [name.slice(ENTRY.length), entry]);
  const rest = Object.fromEntries(Object.entries(attributes).filter((attribute) => !isEntry(attribute)));
  return { ...rest, licenses: Object.fromEntries(licenses) as LicenseKey['licenses'] } as LicenseKey;
}

/** Where the license of one entry of a key's directory lies. */
export function anchorOn(licenseKey: Pick<LicenseKey, 'home'>, tag: string, entry: DirectoryEntry): string {
  return entry.anchor ?? guessAnchor(licenseKey.home, tag);
}

export function putNewLicenseKey(brand: string, licenseKey: LicenseKey): Write<never>[] {
  return [
    { put: { ...keys.licenseKey(brand, licenseKey.home), ...licenseKeyItem(licenseKey) }, guard: isNew },
    { put: { ...keys.address(brand, licenseKey.id), home: licenseKey.home }, guard: isNew },
  ];
}

/** More licenses on a key that exists, if it carries as many as was read, and none of these products. */
export function extendLicenseKey<R>(brand: string, home: string, carried: number, licenses: LicenseKey['licenses'], refused: () => R): Write<R> {
  const tags = Object.keys(licenses);
  return {
    update: keys.licenseKey(brand, home),
    set: { ...entries(licenses), license_count: carried + tags.length },
    guard: {
      expression: ['#count = :carried', ...tags.map((_, i) => `attribute_not_exists(#tag${i})`)].join(' AND '),
      names: { '#count': 'license_count', ...Object.fromEntries(tags.map((tag, i) => [`#tag${i}`, `${ENTRY}${tag}`])) },
      values: { ':carried': carried },
    },
    refused,
  };
}
