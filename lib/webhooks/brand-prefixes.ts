import { prefixOfSlug } from '../table/brands.ts';
import { PLATFORM } from '../table/keys.ts';
import type { Table } from '../table/table.ts';

/** The key prefix of the brand with this slug; undefined when there is no such brand, as for what the platform itself does. */
export type BrandPrefixes = (slug: string) => Promise<string | undefined>;

/** Reads each brand once, and keeps it in `known`: neither slug nor prefix ever changes. */
export function openBrandPrefixes(open: (...owners: string[]) => Table, known: Map<string, string>): BrandPrefixes {
  return async (slug) => {
    const before = known.get(slug);
    if (before !== undefined) return before;
    const prefix = slug === PLATFORM ? undefined : await prefixOfSlug(open(PLATFORM), slug);
    if (prefix !== undefined) known.set(slug, prefix);
    return prefix;
  };
}
