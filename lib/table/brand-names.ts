import { getOne, type Table } from '../dynamo/table.ts';
import { findPrefix } from './brands.ts';
import { keys, PLATFORM } from './keys.ts';

/** Translates between a brand's slug and its key prefix; undefined if there is no such brand. */
export type BrandNames = {
  slugOf: (prefix: string) => Promise<string | undefined>;
  prefixOf: (slug: string) => Promise<string | undefined>;
};

/** Opens one owner's part of the table, within the call's deadline. */
type OpenTable = (owner: string) => Table<'GetItem'>;

/**
 * Remembers brand names for the life of a container: neither prefix nor slug ever changes. The platform's own changes
 * have its own name, and belong to no brand. Each call passes its own access to the table.
 */
export function rememberBrandNames(): (open: OpenTable) => BrandNames {
  const slugs = new Map([[PLATFORM, PLATFORM]]);
  const prefixes = new Map<string, string>();
  return (open) => ({
    slugOf: (prefix) => remembered(slugs, prefix, () => readSlug(open(prefix), prefix)),
    prefixOf: (slug) =>
      remembered(prefixes, slug, async () => (slug === PLATFORM ? undefined : findPrefix(open(PLATFORM), slug))),
  });
}

async function remembered(
  known: Map<string, string>,
  name: string,
  read: () => Promise<string | undefined>,
): Promise<string | undefined> {
  const value = known.get(name) ?? (await read());
  if (value !== undefined) known.set(name, value);
  return value;
}

async function readSlug(table: Table<'GetItem'>, prefix: string): Promise<string | undefined> {
  const slug = (await getOne(table, keys.brand(prefix)))?.['slug'];
  return typeof slug === 'string' ? slug : undefined;
}
