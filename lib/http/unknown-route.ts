import * as z from 'zod/mini';
import { refuse, type Refusal } from '../domain/refusal.ts';
import type { Context } from '../context.ts';
import { isReadRegion } from '../process/config.ts';
import type { Route } from '../api/route.ts';

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
 * 404. The route table is loaded here, because the same function answers clients that need none of it.
 */
export async function refuseUnknown({ request }: Pick<Context, 'request'>): Promise<Refusal> {
  const { listMethods } = await import('./path-methods.ts');
  const { allowed, isRoute } = listMethods(request);
  // A second region has no routes that write. They are unavailable for as long as it stands in for the first one.
  if (isReadRegion() && isRoute) return refuse('unavailable', { retry_after_seconds: WITHOUT_WRITES_S });
  return allowed.length === 0 ? refuse('route_not_found') : refuse('method_not_allowed', { allowed });
}
