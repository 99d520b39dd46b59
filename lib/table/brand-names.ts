import { getOne, type Table } from '../dynamo/table.ts';
import { prefixOfSlug } from './brands.ts';
import { keys, PLATFORM } from './keys.ts';

/** A brand's public name for its key prefix, and the other way; undefined where there is no such brand. */
export type BrandNames = {
  slugOf: (prefix: string) => Promise<string | undefined>;
  prefixOf: (slug: string) => Promise<string | undefined>;
};

/** Opens one owner's part of the table, in the time that a call has. */
type OpenTable = (owner: string) => Table<'GetItem'>;

/**
 * Remembers the names of brands for the life of a container: neither prefix nor slug ever changes. The platform's own
 * changes stand under its own name, and belong to no brand. Each call gives its own way to the table.
 */
export function rememberBrandNames(): (open: OpenTable) => BrandNames {
  const slugs = new Map([[PLATFORM, PLATFORM]]);
  const prefixes = new Map<string, string>();
  return (open) => ({
    slugOf: (prefix) => remembered(slugs, prefix, () => readSlug(open(prefix), prefix)),
    prefixOf: (slug) =>
      remembered(prefixes, slug, async () => (slug === PLATFORM ? undefined : prefixOfSlug(open(PLATFORM), slug))),
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
