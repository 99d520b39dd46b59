import * as z from 'zod/mini';
import { refuse, type Refusal } from '../domain/refusal.ts';
import type { Context } from '../context.ts';
import { routes } from '../api/routes.ts';
import { isReadRegion } from '../process/config.ts';
import { allowedMethods, type Route } from '../api/route.ts';

/**
 * The handler of `$default`: every path and method without a route. It is not in the route table, as it is no route.
 */
export const unknownRoute = {
  operation: 'unknown_route',
  method: 'GET',
  path: '/',
  function: 'not-found',
  auth: 'none',
  access: 'none',
  vault: false,
  summary: 'Anything else',
  description: 'Refused.',
  input: z.object({}),
  example: {},
  success: [],
  refusals: ['route_not_found', 'method_not_allowed', 'unavailable'],
} as const satisfies Route;

/** A lost region does not come back within seconds. */
const WITHOUT_WRITES_S = 60;

/**
 * A path that a route has, but not with this method, is 405 and says which there are (RFC 9110 §15.5.6); any other is
 * 404.
 */
export function refuseUnknown({ request }: Pick<Context, 'request'>): Promise<Refusal> {
  const there = routes.filter(({ path }) => matches(path, request.path));
  // A second region has no routes that write. They are away for as long as it stands in for the first one.
  if (isReadRegion() && there.some(({ method }) => method === request.method))
    return Promise.resolve(refuse('unavailable', { retry_after_seconds: WITHOUT_WRITES_S }));
  // `…/licenses/provision` is no license's id, though it stands where one could.
  const literal = there.filter(({ path }) => path === request.path);
  const allowed = allowedMethods((literal.length > 0 ? literal : there).map(({ method }) => method));
  return Promise.resolve(allowed.length === 0 ? refuse('route_not_found') : refuse('method_not_allowed', { allowed }));
}

function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((part, i) => (part.startsWith('{') ? given[i] !== '' : part === given[i]))
  );
}
