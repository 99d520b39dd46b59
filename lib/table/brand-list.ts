import { readIdTime } from '../domain/ids.ts';
import { PLATFORM, platformKeys } from './keys.ts';
import { getMany, type Table } from '../dynamo/table.ts';
import { query } from '../dynamo/query.ts';

/** A brand as the platform's list names it. */
export type ListedBrand = { slug: string; key_prefix: string };

/**
 * One page of all brands, by slug, after a slug, and the time at which the oldest of them was made. A search across
 * brands gets its brands here.
 */
export async function brandsAfter(
  table: Table<'Query'>,
  slug: string | undefined,
  limit: number,
): Promise<{ brands: ListedBrand[]; isLast: boolean; oldestMs: number }> {
  const after = slug === undefined ? undefined : platformKeys.brandInList(slug);
  const { items, last } = await query(table, { pk: `${PLATFORM}#brands`, begins: 'brand#', limit, after });
  const brands = items.map(({ sk, key_prefix }) => ({
    slug: String(sk).slice('brand#'.length),
    key_prefix: String(key_prefix),
  }));
  return { brands, isLast: last === undefined, oldestMs: Math.min(...items.map(({ id }) => readIdTime(String(id)))) };
}

/** The brand whose license keys begin with a prefix. */
export async function findBrandByPrefix(
  table: Table<'BatchGetItem'>,
  key_prefix: string,
): Promise<ListedBrand | undefined> {
  const [taken] = await getMany(table, [platformKeys.prefixTaken(key_prefix)]);
  const slug = taken?.['slug'];
  return typeof slug === 'string' ? { slug, key_prefix } : undefined;
}
