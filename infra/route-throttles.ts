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

/** The share of the API's rate that no single route gets past, but those that a license key opens. */
const MOST_OF_API = 0.6;

/** Most clients of Easy Digital Downloads send their requests to `/edd/<brand>/`, and no key can end in a slash. */
export const BELOW_EDD = { key: 'ANY /edd/{proxy+}', path: '/edd/{proxy+}' } as const;

/** The kind whose rate a route has; undefined for what a license key opens, which may use all that the API takes. */
function kindOf({ auth, function: name }: GatewayRoute): Kind | undefined {
  if (OF_SITES.has(name)) return 'sites';
  return name === issueToken.function ? 'token' : KINDS[auth];
}

/**
 * Gives each route that needs no license key, and `$default`, a rate of its own below the API's, so that a flood on one
 * of them, on unknown paths too, leaves room for checks.
 */
export function throttleRoutes(apiStage: HttpStage, stage: Stage, routes: readonly GatewayRoute[]): void {
  const { defaultChild } = apiStage.node;
  if (!(defaultChild instanceof CfnStage)) throw new Error('the stage of the API is no CloudFormation resource');
  const throttled = routes.flatMap((route) => {
    const kind = kindOf(route);
    return kind === undefined ? [] : [[routeKey(route), settingsOf(stage, kind)] as const];
  });
  defaultChild.routeSettings = Object.fromEntries([
    ...throttled,
    [BELOW_EDD.key, settingsOf(stage, 'sites')],
    ['$default', settingsOf(stage, 'unknown')],
  ]);
  // API Gateway refuses settings of a route that does not exist yet.
  for (const route of apiStage.api.stack.node.findAll().filter((node) => node instanceof CfnRoute))
    defaultChild.addResourceDependency(route);
}

/** CloudFormation turns off what a route's settings leave out, so they repeat the metrics. */
function settingsOf(stage: Stage, kind: Kind): Record<string, unknown> {
  const { requestsPerSecond, burst } = findRouteRate(stage, kind);
  return {
    ThrottlingRateLimit: requestsPerSecond,
    ThrottlingBurstLimit: burst,
    DetailedMetricsEnabled: stage.routeMetrics,
  };
}

/** The rate of each route of a kind, as the gateway gets it. */
export function findRouteRate({ throttle, routeThrottle }: Stage, kind: Kind): Stage['throttle'] {
  const { requestsPerSecond, burst } = routeThrottle[kind];
  const atMost = (whole: number): number => Math.max(1, Math.floor(MOST_OF_API * whole));
  return {
    requestsPerSecond: Math.min(requestsPerSecond, atMost(throttle.requestsPerSecond)),
    burst: Math.min(burst, atMost(throttle.burst)),
  };
}
