import { expect, test } from '@jest/globals';
import { findCopy, keepCopies, listStale, MAX_COPIES } from '../../lib/table/copies.ts';
import { MINUTE_MS } from '../../lib/domain/time.ts';

const table = { name: 'copies' };
const keyOf = (i: number) => ({ pk: `WPR#product#${String(i)}`, sk: 'public' });
const NOW = 1_800_000_000_000;

test('a copy is read again after a minute, and when the clock goes back', () => {
  keepCopies(table, [keyOf(0)], () => ({ id: 'a' }), NOW);
  expect(listStale(table, [keyOf(0)], NOW + MINUTE_MS - 1)).toEqual([]);
  expect(listStale(table, [keyOf(0)], NOW + MINUTE_MS)).toEqual([keyOf(0)]);
  expect(listStale(table, [keyOf(0)], NOW - MINUTE_MS)).toEqual([keyOf(0)]);
  expect(findCopy(table, keyOf(0))).toEqual({ id: 'a' });
});

test('an item that does not exist is not kept', () => {
  keepCopies(table, [keyOf(-1)], () => undefined, NOW);
  expect(listStale(table, [keyOf(-1)], NOW)).toEqual([keyOf(-1)]);
});

test('a container keeps the newest 1,000 copies', () => {
  for (let i = 1; i <= MAX_COPIES + 5; i += 1) keepCopies(table, [keyOf(i)], () => ({ id: i }), NOW);
  expect(findCopy(table, keyOf(5))).toBeUndefined();
  expect(findCopy(table, keyOf(6))).toEqual({ id: 6 });
  expect(findCopy(table, keyOf(MAX_COPIES + 5))).toEqual({ id: MAX_COPIES + 5 });
});

test('copies of two tables are apart', () => {
  keepCopies(table, [keyOf(7)], () => ({ id: 'here' }), NOW);
  expect(findCopy({ name: 'another' }, keyOf(7))).toBeUndefined();
});
