import { describe, expect, test } from '@jest/globals';
import { refuse } from '../../lib/domain/refusal.ts';
import type { Table } from '../../lib/dynamo/table.ts';
import { licensesByEnding } from '../../lib/queries/search/ending-search.ts';
import { collectPage, type Position, type Step } from '../../lib/queries/search/search-page.ts';
import type { LicenseView } from '../../lib/views/license-view.ts';

const view = (id: string): LicenseView => ({ license: { id } }) as LicenseView;
const stepOf = (ids: readonly string[], last: Position | undefined): Step => ({
  rows: ids.map((id) => ({ view: view(id), at: { id } })),
  read: ids.length,
  last,
});
const gone = refuse('cursor_invalid');
const all = () => true;
/** Steps in turn. */
const inTurn = (...steps: (Step | typeof gone)[]) => {
  const left = [...steps];
  return () => Promise.resolve(left.shift() ?? gone);
};

describe('a page of a search', () => {
  const page = { limit: 2, after: undefined };

  test('is refused where its only step is', async () => {
    expect(await collectPage(inTurn(gone), undefined, page)).toEqual(gone);
    expect(await collectPage(inTurn(gone), all, page)).toEqual(gone);
  });

  test('ends before a step that is refused, and the next page is refused there', async () => {
    const found = await collectPage(inTurn(stepOf(['a'], { id: 'a' }), gone), all, page);
    expect(found).toEqual({ views: [view('a')], last: { id: 'a' }, lookedThrough: 1 });
  });

  test('that is full at the end of the list is the last one', async () => {
    const found = await collectPage(inTurn(stepOf(['a', 'b'], undefined)), all, page);
    expect(found).toMatchObject({ views: [view('a'), view('b')], last: undefined });
    const more = await collectPage(inTurn(stepOf(['a', 'b', 'c'], undefined)), all, page);
    expect(more).toMatchObject({ views: [view('a'), view('b')], last: { id: 'b' } });
  });
});

test('a search by the end of a key reads a shard to its end, and stops at too many keys', async () => {
  let reads = 0;
  const wire = (_: string, input: Record<string, unknown>) => {
    reads += 1;
    const Items = Array.from({ length: 3 }, (__, i) => ({ group_sk: { S: `${String(reads)}-${String(i)}` } }));
    return Promise.resolve('IndexName' in input ? { Items, LastEvaluatedKey: { pk: { S: 'a' }, sk: { S: 'b' } } } : {});
  };
  const table = { wire, name: 'table', owners: ['B'], signal: new AbortController().signal } as unknown as Table;
  const found = await licensesByEnding({ brand: { key_prefix: 'B' }, table }, '0001', { limit: 5, after: undefined });
  expect(found).toMatchObject({ code: 'too_many_matches' });
});
