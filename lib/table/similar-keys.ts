import { isNew } from '../dynamo/condition.ts';
import { done } from '../dynamo/outcome.ts';
import { getOne, type Table } from '../dynamo/table.ts';
import { transact } from '../dynamo/transact.ts';
import { importKeys } from './keys.ts';

/**
 * Whether a brand has imported a key that has the form of its own keys but not their checksum. As long as it has not, a
 * text of that form is a mistyped key, and nothing has to be read to know it.
 */
export const hasSimilarKeys = async (table: Table<'GetItem'>, brand: string): Promise<boolean> =>
  (await getOne(table, importKeys.similarKeys(brand))) !== undefined;

/** The brands that were noted, by the wire of the container. */
const noted = new WeakMap<object, Set<string>>();

/** Notes, before it is written, that the brand has such a key. */
export async function noteSimilarKeys(table: Table, brand: string): Promise<void> {
  const brands = noted.get(table.wire) ?? new Set();
  noted.set(table.wire, brands);
  const name = `${table.name}\n${brand}`;
  if (brands.has(name)) return;
  await transact(table, [{ put: importKeys.similarKeys(brand), guard: isNew, refused: () => done(undefined) }]);
  brands.add(name);
}
