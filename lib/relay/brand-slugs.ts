import type { Runtime } from '../context.ts';
import { keys, PLATFORM } from '../table/keys.ts';
import { getOne } from '../table/table.ts';

/** The public name of a brand by its key prefix; undefined when there is no such brand. */
export type BrandSlugs = (brand: string, signal?: AbortSignal) => Promise<string | undefined>;

const WITHIN_MS = 5_000;

/** Reads each brand once: neither prefix nor slug ever changes. What the platform itself does stands under its own name. */
export function openBrandSlugs({ wire, tableName }: Pick<Runtime<'GetItem'>, 'wire' | 'tableName'>): BrandSlugs {
  const known = new Map<string, string>([[PLATFORM, PLATFORM]]);
  return async (brand, signal) => {
    const before = known.get(brand);
    if (before !== undefined) return before;
    const patience = AbortSignal.any([AbortSignal.timeout(WITHIN_MS), ...(signal ? [signal] : [])]);
    const item = await getOne({ wire, name: tableName, owners: [brand], signal: patience }, keys.brand(brand));
    const slug = item?.['slug'];
    if (typeof slug !== 'string') return undefined;
    known.set(brand, slug);
    return slug;
  };
}
