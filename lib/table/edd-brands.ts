import { required } from '../domain/invariant.ts';
import { pick } from '../domain/pick.ts';
import { MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import type { EddCall } from '../domain/edd-call.ts';
import { findEddItem, type EddProduct } from '../domain/edd-item.ts';
import { isMistypedKey } from '../domain/license-key.ts';
import { getOne, type Table } from '../dynamo/table.ts';
import type { Key } from '../dynamo/schema.ts';
import { rememberBrandNames } from './brand-names.ts';
import { parseBrandItem } from './brands.ts';
import { keys, PLATFORM } from './keys.ts';
import { readProducts } from './products.ts';
import { hasSimilarKeys } from './similar-keys.ts';

/** The facts that the address of a brand for Easy Digital Downloads' clients needs. */
export type EddBrand = {
  prefix: string;
  slug: string;
  renewalUrl: string | null;
  products: readonly EddProduct[];
  /** True if imported keys look like the brand's own. */
  hasSimilarKeys: boolean;
};

type Open = (owner: string) => Table<'GetItem' | 'BatchGetItem' | 'Query'>;
type Remembered = { readMs: number; brand: EddBrand };
type Memory = {
  namesBy: ReturnType<typeof rememberBrandNames>;
  brands: Map<string, Remembered>;
  absent: Map<string, number>;
};

/** A brand is read again after a minute, or after five seconds if a call asks for what is not in the copy. */
const FRESH_MS = MINUTE_MS;
const MISSED_MS = 5 * SECOND_MS;
const PAGE = 500;
/** Slugs come from anybody: a container remembers as many that no brand has. */
const MOST_ABSENT = 1_000;

/** A memory lasts as long as the container's wire, so no table sees the brands of another. */
const memories = new WeakMap<object, Memory>();

/** The brand with this slug, which has to be known well enough to answer these calls. */
export async function findEddBrand(
  open: Open,
  slug: string,
  nowMs: number,
  calls: readonly EddCall[],
): Promise<EddBrand | undefined> {
  const table = open(PLATFORM);
  const memory: Memory = memories.get(table.wire) ?? {
    namesBy: rememberBrandNames(),
    brands: new Map(),
    absent: new Map(),
  };
  memories.set(table.wire, memory);
  const name = `${table.name}\n${slug}`;
  const known = memory.brands.get(name);
  const age = known ? nowMs - known.readMs : Infinity;
  if (known && age >= 0 && age < (calls.every((call) => isCovered(known.brand, call)) ? FRESH_MS : MISSED_MS))
    return known.brand;

  const absence = nowMs - (memory.absent.get(name) ?? -Infinity);
  if (absence >= 0 && absence < MISSED_MS) return undefined;
  const prefix = await memory.namesBy(open).prefixOf(slug);
  if (prefix === undefined) {
    if (memory.absent.size >= MOST_ABSENT) memory.absent.clear();
    memory.absent.set(name, nowMs);
    return undefined;
  }
  const brand = await readBrand(open(prefix), prefix, slug);
  memory.brands.set(name, { readMs: nowMs, brand });
  return brand;
}

/** False for a product or an imported key that may have been added since the copy was read. */
const isCovered = (brand: EddBrand, call: EddCall): boolean =>
  findEddItem(brand.products, call).kind !== 'unknown' && !isKnownMistyped(brand, call.license);

/** True for a text that can be no key of the brand, neither one of its own nor an imported one. */
export const isKnownMistyped = (brand: Pick<EddBrand, 'prefix' | 'hasSimilarKeys'>, text: string): boolean =>
  !brand.hasSimilarKeys && isMistypedKey(text, brand.prefix);

async function readBrand(table: Table<'GetItem' | 'Query'>, prefix: string, slug: string): Promise<EddBrand> {
  const [item, products, similar] = await Promise.all([
    getOne(table, keys.brand(prefix)),
    readAllProducts(table, prefix),
    hasSimilarKeys(table, prefix),
  ]);
  const { settings } = parseBrandItem(required(item, 'a slug leads to its brand'));
  const renewalUrl = settings.renewal_url ?? null;
  return { prefix, slug, renewalUrl, products, hasSimilarKeys: similar };
}

async function readAllProducts(table: Table<'Query'>, prefix: string): Promise<EddProduct[]> {
  const all: EddProduct[] = [];
  let after: Key | undefined;
  do {
    const { products, last } = await readProducts(table, prefix, { limit: PAGE, after });
    all.push(...products.map((product) => pick(['id', 'slug', 'name', 'edd_item_id', 'edd_item_name'], product)));
    after = last;
  } while (after !== undefined);
  return all;
}
