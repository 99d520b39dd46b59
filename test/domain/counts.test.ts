import { expect, test } from '@jest/globals';
import { joinDays, type Point } from '../../lib/domain/counts.ts';

const days = (...values: (number | null)[]): Point[] =>
  values.map((value, i) => ({ at: `2026-11-0${String(i + 2)}`, value }));

test.each([
  ['sum', days(1, 2, 3), 6],
  ['sum', days(1, null, 3), null],
  ['last', days(1, 2, 3), 3],
  ['last', days(1, 2, null), null],
  ['any', days(null, 2, null), 2],
  ['any', days(null, null, null), null],
] as const)('a week joined by %s of %j', (joins, points, value) => {
  expect(joinDays(points, 'week', joins)).toEqual([{ at: '2026-11-02', value }]);
});
