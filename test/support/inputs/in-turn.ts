import { routes } from '../../../lib/api/routes.ts';
import type { Route } from '../../../lib/api/route.ts';

/**
 * Some of the values, others for each route and each step within it: all routes together get every value several times.
 * What the same code decides for every route needs no call for each pair of a route and a value.
 */
export function inTurn<T>(values: readonly T[], route: Route, count: number, step = 0): T[] {
  const from = (routes.indexOf(route) + step) * count;
  return Array.from({ length: Math.min(count, values.length) }, (_, i) => values[(from + i) % values.length] as T);
}
