import { routes } from '../../../lib/api/routes.ts';
import type { Route } from '../../../lib/api/route.ts';

/**
 * Picks some of the values, and others for the next route or step: all routes together get every value several times.
 * The same code decides for every route, so no test needs a call for each pair of a route and a value.
 */
export function inTurn<T>(values: readonly T[], route: Route, count: number, step = 0): T[] {
  const from = (routes.indexOf(route) + step) * count;
  return Array.from({ length: Math.min(count, values.length) }, (_, i) => values[(from + i) % values.length] as T);
}
