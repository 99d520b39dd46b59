import { CfnRoute, CfnStage, type HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { gatewayRoutes, routeKey, type Route } from '../lib/api/route.ts';
import { issueToken } from '../lib/api/tokens.ts';
import type { Stage } from './stages.ts';

type Kind = keyof Stage['routeThrottle'];

const KINDS = { none: 'open', license_key: undefined, brand: 'brand', platform: 'admin' } as const satisfies Record<
  Route['auth'],
  Kind | undefined
>;

/** The kind whose rate a route has; undefined for a product route, which may use all that the API takes. */
function kindOf({ auth, function: name }: Pick<Route, 'auth' | 'function'>): Kind | undefined {
  return name === issueToken.function ? 'token' : KINDS[auth];
}

/**
 * Gives each route but those of products a rate of its own below the API's, so that a flood on one of them, or on paths
 * that do not exist, leaves room for checks.
 */
export function throttleRoutes(apiStage: HttpStage, stage: Stage, routes: readonly Route[]): void {
  const { defaultChild } = apiStage.node;
  if (!(defaultChild instanceof CfnStage)) throw new Error('the stage of the API is no CloudFormation resource');
  const keyed = gatewayRoutes(routes).map((route) => [routeKey(route), kindOf(route)] as const);
  const throttled = [...keyed, ['$default', 'unknown'] as const].flatMap(([key, kind]) =>
    kind === undefined ? [] : [[key, settingsOf(stage, kind)] as const],
  );
  defaultChild.routeSettings = Object.fromEntries(throttled);
  // API Gateway refuses settings of a route that does not exist yet.
  for (const route of apiStage.api.stack.node.findAll().filter((node) => node instanceof CfnRoute))
    defaultChild.addResourceDependency(route);
}

/** What CloudFormation leaves out of a route's settings is off: so the metrics are said once more. */
function settingsOf({ throttle, routeThrottle, routeMetrics }: Stage, kind: Kind): Record<string, unknown> {
  const { requestsPerSecond, burst } = routeThrottle[kind];
  return {
    ThrottlingRateLimit: Math.min(requestsPerSecond, throttle.requestsPerSecond),
    ThrottlingBurstLimit: Math.min(burst, throttle.burst),
    DetailedMetricsEnabled: routeMetrics,
  };
}
