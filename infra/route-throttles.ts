import { CfnRoute, CfnStage, type HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { routeKey, type GatewayRoute, type Route } from '../lib/api/route.ts';
import { issueToken } from '../lib/api/tokens.ts';
import type { Stage } from './stages.ts';

type Kind = keyof Stage['routeThrottle'];

const KINDS = { none: 'open', license_key: undefined, brand: 'brand', platform: 'admin' } as const satisfies Record<
  Route['auth'],
  Kind | undefined
>;

/** Functions that sites call without one of our keys: the whole fleet comes at once, and a 429 locks old clients. */
const OF_SITES: ReadonlySet<string> = new Set(['edd', 'updates', 'composer', 'downloads', 'key-set']);

/** The kind whose rate a route has; undefined for what sites ask, which may use all that the API takes. */
function kindOf({ auth, function: name }: GatewayRoute): Kind | undefined {
  if (OF_SITES.has(name)) return undefined;
  return name === issueToken.function ? 'token' : KINDS[auth];
}

/**
 * Gives each route but those of sites a rate of its own below the API's, so that a flood on one of them leaves room for
 * checks. `$default` has none: it also serves the clients of Easy Digital Downloads that add a slash to their address.
 */
export function throttleRoutes(apiStage: HttpStage, stage: Stage, routes: readonly GatewayRoute[]): void {
  const { defaultChild } = apiStage.node;
  if (!(defaultChild instanceof CfnStage)) throw new Error('the stage of the API is no CloudFormation resource');
  const throttled = routes.flatMap((route) => {
    const kind = kindOf(route);
    return kind === undefined ? [] : [[routeKey(route), settingsOf(stage, kind)] as const];
  });
  defaultChild.routeSettings = Object.fromEntries(throttled);
  // API Gateway refuses settings of a route that does not exist yet.
  for (const route of apiStage.api.stack.node.findAll().filter((node) => node instanceof CfnRoute))
    defaultChild.addResourceDependency(route);
}

/** CloudFormation turns off what a route's settings leave out, so they repeat the metrics. */
function settingsOf({ throttle, routeThrottle, routeMetrics }: Stage, kind: Kind): Record<string, unknown> {
  const { requestsPerSecond, burst } = routeThrottle[kind];
  return {
    ThrottlingRateLimit: Math.min(requestsPerSecond, throttle.requestsPerSecond),
    ThrottlingBurstLimit: Math.min(burst, throttle.burst),
    DetailedMetricsEnabled: routeMetrics,
  };
}
