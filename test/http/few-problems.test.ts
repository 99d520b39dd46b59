import { expect, test } from '@jest/globals';
import { COMMON_REFUSALS } from '../../lib/api/common-refusals.ts';
import { routes } from '../../lib/api/routes.ts';
import { commonProblems, type Problems } from '../../lib/http/common-problems.ts';
import { productProblems } from '../../lib/http/seat-problems.ts';

/** Functions that carry only some problems, with those that they carry. */
const FEW_PROBLEMS: [string, Problems][] = [
  ['check-license', commonProblems],
  ['activate-license', productProblems],
  ['deactivate-license', productProblems],
  ['move-license', productProblems],
  ['list-seats', productProblems],
];

test.each(FEW_PROBLEMS)('the function %s contains every problem that its routes answer', (name, known) => {
  const codes = routes
    .filter((route) => route.function === name)
    .flatMap(({ refusals }) => [...refusals, ...COMMON_REFUSALS.license_key]);
  expect(codes.length).toBeGreaterThan(7);
  expect(codes.filter((code) => !(code in known))).toEqual([]);
});

test('no function contains a problem that none of its kind answers', () => {
  const answered = routes
    .filter((route) => FEW_PROBLEMS.some(([name]) => name === route.function))
    .flatMap(({ refusals }) => [...refusals, ...COMMON_REFUSALS.license_key]);
  // The function of the license check gets all methods of its path.
  expect(Object.keys(productProblems).sort()).toEqual([...new Set([...answered, 'method_not_allowed'])].sort());
});
