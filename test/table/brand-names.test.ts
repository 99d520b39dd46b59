import { expect, test } from '@jest/globals';
import type { Table } from '../../lib/dynamo/table.ts';
import { MOST_NAMES, rememberBrandNames } from '../../lib/table/brand-names.ts';
import { keys } from '../../lib/table/keys.ts';

/** A table that answers each read of a brand with a slug, and counts the reads. */
function openCountedTable(name: string) {
  const reads: string[] = [];
  const wire = (_: 'BatchGetItem' | 'GetItem', { RequestItems }: { RequestItems: Record<string, unknown> }) => {
    const { Keys } = RequestItems[name] as { Keys: { pk: { S: string }; sk: { S: string } }[] };
    reads.push(...Keys.map(({ pk }) => pk.S));
    const items = Keys.map((key) => ({ ...key, slug: { S: `${name} ${key.pk.S}` } }));
    return Promise.resolve({ Responses: { [name]: items } });
  };
  const open = (owner: string) =>
    ({ wire, name, owners: [owner], signal: new AbortController().signal }) as unknown as Table;
  return { reads, open };
}

const slugOf = (table: string, prefix: string): string => `${table} ${keys.brand(prefix).pk}`;

test('a name is read once, the names of two tables are apart, and the newest 1,000 are kept', async () => {
  const [first, second] = [openCountedTable('a'), openCountedTable('b')];
  const namesBy = rememberBrandNames();
  expect(await namesBy(first.open).slugOf('WPR')).toBe(slugOf('a', 'WPR'));
  expect(await namesBy(first.open).slugOf('WPR')).toBe(slugOf('a', 'WPR'));
  expect(await namesBy(second.open).slugOf('WPR')).toBe(slugOf('b', 'WPR'));
  expect([first.reads.length, second.reads.length]).toEqual([1, 1]);

  for (let i = 0; i < MOST_NAMES; i += 1) await namesBy(second.open).slugOf(`B${String(i)}`);
  await namesBy(second.open).slugOf('B1');
  expect(second.reads).toHaveLength(1 + MOST_NAMES);
  await namesBy(first.open).slugOf('WPR');
  expect(first.reads).toHaveLength(2);
});
