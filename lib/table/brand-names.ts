import { readItems, type Table } from '../dynamo/table.ts';
import { findPrefix } from './brands.ts';
import { keys, PLATFORM } from './keys.ts';

/** Translates between a brand's slug and its key prefix; undefined if there is no such brand. */
export type BrandNames = {
  slugOf: (prefix: string) => Promise<string | undefined>;
  prefixOf: (slug: string) => Promise<string | undefined>;
};

type NamesTable = Table<'GetItem' | 'BatchGetItem'>;
/** Opens one owner's part of the table, within the call's deadline. */
type OpenTable = (owner: string) => NamesTable;

/** A container remembers so many names, and the oldest make room. */
export const MOST_NAMES = 1_000;

/**
 * Remembers brand names for the life of a container: neither prefix nor slug ever changes. The platform's own changes
 * have its own name, and belong to no brand. Each call passes its own access to the table.
 */
export function rememberBrandNames(): (open: OpenTable) => BrandNames {
  const names = new Map<string, string>();
  const remembered = async (
    table: NamesTable,
    name: string,
    read: () => Promise<string | undefined>,
  ): Promise<string | undefined> => {
    const known = `${table.name} ${name}`;
    const value = names.get(known) ?? (await read());
    if (value !== undefined) names.set(known, value);
    const [oldest] = names.keys();
    if (names.size > MOST_NAMES && oldest !== undefined) names.delete(oldest);
    return value;
  };
  return (open) => ({
    slugOf: async (prefix) => {
      if (prefix === PLATFORM) return PLATFORM;
      const table = open(prefix);
      return remembered(table, `prefix ${prefix}`, () => readSlug(table, prefix));
    },
    prefixOf: async (slug) => {
      if (slug === PLATFORM) return undefined;
      const table = open(PLATFORM);
      return remembered(table, `slug ${slug}`, () => findPrefix(table, slug));
    },
  });
}

async function readSlug(table: NamesTable, prefix: string): Promise<string | undefined> {
  const key = keys.brand(prefix);
  const slug = (await readItems(table, [key]))(key)?.['slug'];
  return typeof slug === 'string' ? slug : undefined;
}
