import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Rule } from './alarm-rule.ts';
import { issueToken } from '../lib/api/tokens.ts';
import { provisionLicenses } from '../lib/api/licenses.ts';
import { buildRouteMetric, type Watched } from './measures.ts';
import { findRouteRate } from './route-throttles.ts';

const MINUTE = Duration.minutes(1);

/** The alarms of what callers see, and of the concurrency that serves them. */
export const apiRules = (watched: Watched): Rule[] => [
  ...ofAnswers(watched),
  ...ofGateway(watched),
  ...ofThrottledRoutes(watched),
  ...ofSpeed(watched),
];

function ofAnswers({ api }: Watched): Rule[] {
  return [
    {
      name: 'api-fails',
      page: 'the-api-fails',
      says: 'More than 1 % of all calls end with 5xx, and more than a few',
      metric: new MathExpression({
        label: '% of calls',
        // One failed call of three at night is no outage.
        expression: 'IF(failed >= 5, 100 * failed / calls, 0)',
        usingMetrics: {
          failed: api.metricServerError({ period: MINUTE, statistic: Stats.SUM }),
          calls: api.metricCount({ period: MINUTE }),
        },
        period: MINUTE,
      }),
      threshold: 1,
      values: [3, 5],
    },
  ];
}

function ofGateway({ api, stage }: Watched): Rule[] {
  return [
    {
      name: 'api-near-throttle',
      page: 'the-api-nears-its-rate',
      says: 'The API gets four fifths of the calls that it takes in a minute; above its rate the gateway answers 429',
      metric: api.metricCount({ period: MINUTE, statistic: Stats.SUM }),
      threshold: Math.floor(0.8 * 60 * stage.throttle.requestsPerSecond),
      values: [1, 1],
    },
    {
      name: 'api-refuses',
      page: 'many-calls-are-refused',
      says: 'More than a quarter of all calls end with 4xx, and more than a few',
      metric: new MathExpression({
        label: '% of calls',
        expression: 'IF(calls >= 600, 100 * refused / calls, 0)',
        usingMetrics: {
          refused: api.metricClientError({ period: MINUTE, statistic: Stats.SUM }),
          calls: api.metricCount({ period: MINUTE, statistic: Stats.SUM }),
        },
        period: MINUTE,
      }),
      threshold: 25,
      values: [5, 5],
    },
  ];
}

/** The routes that bring money or that everything else needs; the first alarm is about every route. */
const ROUTES = [
  { name: 'purchases', says: 'Purchases get', route: provisionLicenses, kind: 'brand' },
  { name: 'tokens', says: 'Requests for tokens get', route: issueToken, kind: 'token' },
] as const;

/** A route's own limit turns calls away long before they show in the figures of the whole API. */
function ofThrottledRoutes(watched: Watched): Rule[] {
  const { stage, turnedAway } = watched;
  const near = ROUTES.map(({ name, says, route, kind }): Rule => ({
    name: `${name}-near-throttle`,
    page: `${name}-near-their-throttle`,
    says: `${says} four fifths of the calls that their route takes in a minute`,
    metric: buildRouteMetric(watched, route, MINUTE),
    threshold: Math.floor(0.8 * 60 * findRouteRate(stage, kind).requestsPerSecond),
    values: [1, 1],
  }));
  const refused: Rule[] =
    turnedAway === undefined
      ? []
      : [
          {
            name: 'gateway-turns-away',
            page: 'the-gateway-turns-calls-away',
            says: 'The gateway turned calls away by the limit of a route or of the API, in three of five minutes',
            metric: turnedAway,
            threshold: 10,
            values: [3, 5],
          },
        ];
  return [...refused, ...(stage.routeMetrics ? near : [])];
}

function ofSpeed({ check, stage: { alarms } }: Watched): Rule[] {
  return [
    {
      name: 'check-slow',
      page: 'checks-are-slow',
      says: 'One check in a hundred takes longer than 300 ms',
      metric: check.metricDuration({ period: MINUTE, statistic: Stats.percentile(99) }),
      threshold: 300,
      values: [5, 10],
    },
    {
      name: 'concurrency-low',
      page: 'the-account-runs-out-of-concurrency',
      says: 'Four fifths of the Lambda calls that the account may make at once are taken',
      metric: new Metric({
        namespace: 'AWS/Lambda',
        metricName: 'ClaimedAccountConcurrency',
        period: MINUTE,
        statistic: Stats.MAXIMUM,
      }),
      threshold: Math.floor(0.8 * alarms.accountConcurrency),
      values: [3, 5],
    },
  ];
}
