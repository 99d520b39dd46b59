import { expect, test } from '@jest/globals';
import { inTurn } from '../support/inputs/in-turn.ts';
import { hasBody, rows } from '../support/service/world.ts';

/** The tests that share values out over routes: their routes, the number of values, and the number for each route. */
const SHARED_OUT: [string, ReturnType<typeof rows>, number, number][] = [
  ['brand routes', rows(({ auth }) => auth === 'brand'), 2, 1],
  ['brand routes', rows(({ auth }) => auth === 'brand'), 3, 1],
  ['brand routes', rows(({ auth }) => auth === 'brand'), 4, 1],
  ['routes with an API key', rows(({ auth }) => auth === 'brand' || auth === 'platform'), 25, 6],
  ['routes with an API key', rows(({ auth }) => auth === 'brand' || auth === 'platform'), 3, 1],
  ['all routes', rows(), 2, 1],
  ['all routes', rows(), 6, 2],
  ['routes with a body', rows(hasBody), 2, 1],
  ['routes with a body', rows(hasBody), 3, 1],
  ['routes with a body', rows(hasBody), 5, 2],
  ['routes with a body', rows(hasBody), 7, 2],
  ['routes with a body', rows(hasBody), 16, 3],
];

test.each(SHARED_OUT)('%s get every value at least three times: %#', (_, some, length, count) => {
  const values = Array.from({ length }, (_, i) => i);
  const sent = some.flatMap(([, route]) => inTurn(values, route, count));
  for (const value of values)
    expect({ value, times: sent.filter((one) => one === value).length >= 3 }).toEqual({ value, times: true });
});
