import { readItems, type Table } from '../dynamo/table.ts';
import { keys } from './keys.ts';

/** A container remembers the slugs of so many brands, which never change. */
const REMEMBERED = 1_000;

/** Finds the slug of a brand by its key prefix; undefined if there is no such brand. */
export function openBrandSlugs(): (table: Table<'BatchGetItem'>, prefix: string) => Promise<string | undefined> {
  const slugs = new Map<string, string>();
  return async (table, prefix) => {
    const known = slugs.get(prefix);
    if (known !== undefined) return known;
    const key = keys.brand(prefix);
    const slug = (await readItems(table, [key]))(key)?.['slug'];
    if (typeof slug !== 'string') return undefined;
    if (slugs.size < REMEMBERED) slugs.set(prefix, slug);
    return slug;
  };
}
