import { tagOf } from '../domain/ids.ts';
import type { License } from '../domain/license.ts';
import { refuse, type Refusal } from '../domain/refusal.ts';
import { isDue } from '../domain/time.ts';
import { guessAnchor, keys } from './keys.ts';
import type { Item } from './table.ts';
import { isNew, unchangedSince, type Write } from './transact.ts';

export const MAX_LICENSES_PER_KEY = 20;

/** One license on a key, as the key's directory knows it. `anchor` only where it is not the guessed one, `seat_set` only where it is not the first. */
export type DirectoryEntry = {
  license_id: string;
  product_id: string;
  slug: string;
  anchor?: string;
  seat_set?: number;
};

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
  /** When its text was last replaced. */
  updated_at?: string;
  /** The hash of the present text, once the first one has been replaced; and until when the first one still works. */
  text_hash?: string;
  first_text_until?: string;
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

/** Where a license key lies, and its customer, by the key's id; undefined when the id is no license key's. */
export function keyAddressOf(item: Item | undefined): { home: string; customer_home: string } | undefined {
  const { home, customer_home, anchor } = item ?? {};
  return typeof home === 'string' && typeof customer_home === 'string' && anchor === undefined
    ? { home, customer_home }
    : undefined;
}

/** The entry of a license in the directory of the key it is on. */
export function entryOnKey({ id, product, anchor, seat_set, key_home }: License): DirectoryEntry {
  const guessed = anchor === guessAnchor(key_home, tagOf(product.id));
  return {
    license_id: id,
    product_id: product.id,
    slug: product.slug,
    ...(guessed ? {} : { anchor }),
    ...(seat_set === 0 ? {} : { seat_set }),
  };
}

/** What lies under the hash of a later text: where the key is, and until when this text works, if it has been replaced in turn. */
type LaterText = { home: string; until?: string };

/** Where the key of a text lies, given what lies under the text's hash; a refusal when the text has been replaced and its overlap is over. */
export function homeOfText(item: Item, textHash: string, nowMs: number): string | Refusal {
  const { home, until, first_text_until } = item as LaterText & Pick<LicenseKey, 'first_text_until'>;
  const ends = (home === textHash ? first_text_until : until) ?? null;
  return isDue(ends, nowMs) ? refuse('license_key_replaced') : home;
}

/** A key's new text, and when: then the old one has until `until`. */
export type Replacement = { hash: string; cipher: string; at: string; until: string };

/** Gives a key a new text. Nothing of its licenses moves. */
export function replaceText<R>(brand: string, was: LicenseKey, text: Replacement, refused: () => R): Write<R>[] {
  const { until } = text;
  const present = was.text_hash;
  return [
    { put: { ...keys.licenseKey(brand, text.hash), home: was.home }, guard: isNew, refused },
    {
      update: keys.licenseKey(brand, was.home),
      set: {
        text_cipher: text.cipher,
        text_hash: text.hash,
        seq: was.seq + 1,
        updated_at: text.at,
        ...(present === undefined ? { first_text_until: until } : {}),
      },
      guard: unchangedSince(was.seq),
      refused,
    },
    ...(present === undefined
      ? []
      : [{ update: keys.licenseKey(brand, present), set: { until }, guard: { expression: 'attribute_exists(pk)' } }]),
  ];
}

/** Where the license of one entry of a key's directory lies. */
export function anchorOn(licenseKey: Pick<LicenseKey, 'home'>, tag: string, entry: DirectoryEntry): string {
  return entry.anchor ?? guessAnchor(licenseKey.home, tag);
}

export function putNewLicenseKey(brand: string, licenseKey: LicenseKey): Write<never>[] {
  return [
    { put: { ...keys.licenseKey(brand, licenseKey.home), ...licenseKeyItem(licenseKey) }, guard: isNew },
    {
      put: { ...keys.address(brand, licenseKey.id), home: licenseKey.home, customer_home: licenseKey.customer_home },
      guard: isNew,
    },
  ];
}

/**
 * More licenses on a key that exists, if it has the text that was read, carries as many licenses, and none of these
 * products.
 */
export function extendLicenseKey<R>(
  brand: string,
  { home, text_cipher }: Pick<LicenseKey, 'home' | 'text_cipher'>,
  carried: number,
  licenses: LicenseKey['licenses'],
  refused: () => R,
): Write<R> {
  const tags = Object.keys(licenses);
  return {
    update: keys.licenseKey(brand, home),
    set: { ...entries(licenses), license_count: carried + tags.length },
    guard: {
      expression: [
        '#count = :carried AND #text = :readText',
        ...tags.map((_, i) => `attribute_not_exists(#tag${i})`),
      ].join(' AND '),
      names: {
        '#count': 'license_count',
        '#text': 'text_cipher',
        ...Object.fromEntries(tags.map((tag, i) => [`#tag${i}`, `${ENTRY}${tag}`])),
      },
      values: { ':carried': carried, ':readText': text_cipher },
    },
    refused,
  };
}

/** Entries taken out of a key's directory, and put in. */
export type DirectoryChange = { remove: readonly string[]; add: LicenseKey['licenses'] };

export function directoryWith({ licenses }: LicenseKey, { remove, add }: DirectoryChange): LicenseKey['licenses'] {
  return { ...Object.fromEntries(Object.entries(licenses).filter(([tag]) => !remove.includes(tag))), ...add };
}

/** Changes the directory of a key that was read, if it still holds what is taken out, nothing of what is put in, and as many licenses. */
export function changeDirectory<R>(
  brand: string,
  was: LicenseKey,
  change: DirectoryChange,
  refused: () => R,
): Write<R> {
  const { remove, add } = change;
  const added = Object.keys(add);
  const name = (tag: string): string => `${ENTRY}${tag}`;
  return {
    update: keys.licenseKey(brand, was.home),
    set: {
      ...Object.fromEntries(remove.map((tag) => [name(tag), undefined])),
      ...entries(add),
      license_count: Object.keys(directoryWith(was, change)).length,
    },
    guard: {
      expression: [
        '#count = :carried',
        ...remove.map((_, i) => `attribute_exists(#out${i})`),
        ...added.map((_, i) => `attribute_not_exists(#in${i})`),
      ].join(' AND '),
      names: {
        '#count': 'license_count',
        ...Object.fromEntries(remove.map((tag, i) => [`#out${i}`, name(tag)])),
        ...Object.fromEntries(added.map((tag, i) => [`#in${i}`, name(tag)])),
      },
      values: { ':carried': Object.keys(was.licenses).length },
    },
    refused,
  };
}
