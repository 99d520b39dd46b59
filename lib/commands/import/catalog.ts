import type { Table } from '../../dynamo/table.ts';
import type { Key } from '../../dynamo/schema.ts';
import { readProducts, type Product } from '../../table/products.ts';
import type { ImportContext } from './row.ts';

const PAGE = 100;

/**
 * A brand's products by slug, id, `edd_item_id` and the names that the import itself gives them. Read once for each
 * call of the worker, so that a row needs no read for its products.
 */
export async function openCatalog(
  table: Table<'Query'>,
  brand: string,
  aliases: Readonly<Record<string, string>>,
): Promise<Pick<ImportContext, 'findProduct' | 'suggestProduct'>> {
  const byName = new Map<string, Product>();
  const slugs: string[] = [];
  let after: Key | undefined;
  do {
    const { products, last } = await readProducts(table, brand, { limit: PAGE, after });
    for (const product of products) {
      slugs.push(product.slug);
      for (const name of namesOf(product)) byName.set(name, product);
    }
    after = last;
  } while (after !== undefined);
  return {
    findProduct: (name) => byName.get((aliases[name] ?? name).toLowerCase()) ?? byName.get(name.toLowerCase()),
    suggestProduct: (name) => findNearest(name.toLowerCase(), slugs),
  };
}

function namesOf(product: Product & { edd_item_id?: unknown }): string[] {
  const { slug, id, edd_item_id } = product;
  const isNamed = typeof edd_item_id === 'string' || typeof edd_item_id === 'number';
  return [slug, id, ...(isNamed ? [String(edd_item_id)] : [])];
}

/** The slug with the fewest edits, if at most a third of the name has to change. */
function findNearest(name: string, slugs: readonly string[]): string | undefined {
  const [best] = slugs
    .toSorted()
    .map((slug) => ({ slug, edits: countEdits(name, slug) }))
    .sort((a, b) => a.edits - b.edits);
  return best && best.edits <= Math.max(2, Math.floor(best.slug.length / 3)) ? best.slug : undefined;
}

/** Levenshtein's distance. */
function countEdits(one: string, other: string): number {
  let before = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const isSame = one.charAt(i - 1) === other.charAt(j - 1);
      row.push(Math.min(Number(before[j]) + 1, Number(row[j - 1]) + 1, Number(before[j - 1]) + (isSame ? 0 : 1)));
    }
    before = row;
  }
  return Number(before[other.length]);
}
