import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats, type IMetric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Operation } from 'aws-cdk-lib/aws-dynamodb';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, MetricFilter, type LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { buildDimension, figures, NAMESPACE, type Figure, type FigureName } from '../lib/process/figures.ts';
import { tableSchema } from '../lib/dynamo/schema.ts';
import type { JobName } from '../lib/jobs.ts';
import type { DataKeyWatch } from './data-key-watch.ts';
import type { JobQueues } from './job-queues.ts';
import type { Stage } from './stages.ts';
import type { UsedTable } from './table.ts';

export type WatchedFunction = { name: string; function: LambdaFunction };

/** The parts of the service that alarms and the dashboard look at. */
export type Watched = {
  stage: Stage;
  api: HttpApi;
  accessLogs: LogGroup;
  /** Calls that the gateway turned away itself; undefined where it writes no access log. */
  turnedAway: IMetric | undefined;
  table: UsedTable;
  /** All functions, those of routes and those of jobs. */
  functions: readonly WatchedFunction[];
  check: LambdaFunction;
  jobs: Readonly<Record<JobName, LambdaFunction>>;
  queues: JobQueues;
  dataKey: DataKeyWatch;
};

/** A figure that the service keeps itself; `by` names the values that split it. */
export function buildFigureMetric(stage: Stage, metricName: FigureName, options: MetricOptions, by?: string): Metric {
  const { by: dimension }: Figure = figures[metricName];
  const dimensionsMap = {
    ...buildDimension(stage.name),
    ...(dimension !== undefined && by !== undefined ? { [dimension]: by } : {}),
  };
  return new Metric({ namespace: NAMESPACE, metricName, dimensionsMap, ...options });
}

/** One of the table's own metrics, as its sum. */
export function buildTableMetric({ tableName }: UsedTable, metricName: string, period: Duration): Metric {
  const dimensionsMap = { TableName: tableName };
  return new Metric({ namespace: 'AWS/DynamoDB', metricName, dimensionsMap, statistic: Stats.SUM, period });
}

/**
 * Reads and writes that were turned away, of the table and of its indexes: a throttled index throttles the table's
 * writes.
 */
export function tableThrottles({ tableName }: UsedTable, period: Duration): IMetric {
  const dimensions = [{}, ...tableSchema.indexes.map(({ name }) => ({ GlobalSecondaryIndexName: name }))];
  const turnedAway = dimensions.flatMap((dimension) =>
    ['ReadThrottleEvents', 'WriteThrottleEvents'].map(
      (metricName) =>
        new Metric({
          namespace: 'AWS/DynamoDB',
          metricName,
          dimensionsMap: { TableName: tableName, ...dimension },
          statistic: Stats.SUM,
          period,
        }),
    ),
  );
  return sumOf(turnedAway, 'throttled', period);
}

/** The calls of one route, where the gateway counts by route (`routeMetrics`). */
export function buildRouteMetric({ api }: Watched, route: { method: string; path: string }, period: Duration): Metric {
  const dimensionsMap = { ApiId: api.apiId, Stage: '$default', Method: route.method, Resource: route.path };
  return new Metric({
    namespace: 'AWS/ApiGateway',
    metricName: 'Count',
    dimensionsMap,
    statistic: Stats.SUM,
    period,
  });
}

/**
 * Counts what the gateway turned away by its throttles, from its access log: such a line has no time of a function. The
 * gateway's own metric of 4xx has the refusals of functions too.
 */
export function countTurnedAway(scope: Construct, stage: Stage, logGroup: LogGroup): IMetric {
  const filter = new MetricFilter(scope, 'TurnedAway', {
    logGroup,
    filterPattern: FilterPattern.literal('{ ($.status = "429") && ($.function_ms = "-") }'),
    metricNamespace: NAMESPACE,
    metricName: `gateway_turned_away.${stage.name}`,
    metricValue: '1',
    defaultValue: 0,
  });
  return filter.metric({ statistic: Stats.SUM, period: Duration.minutes(1) });
}

const OPERATIONS = [
  Operation.GET_ITEM,
  Operation.BATCH_GET_ITEM,
  Operation.QUERY,
  Operation.UPDATE_ITEM,
  Operation.TRANSACT_WRITE_ITEMS,
];

/** Errors of DynamoDB's own making, in the operations that the service uses. */
export function tableErrors({ tableName }: UsedTable, period: Duration): IMetric {
  const failed = OPERATIONS.map(
    (operation) =>
      new Metric({
        namespace: 'AWS/DynamoDB',
        metricName: 'SystemErrors',
        dimensionsMap: { TableName: tableName, Operation: operation },
        statistic: Stats.SUM,
        period,
      }),
  );
  return sumOf(failed, 'errors', period);
}

/** A metric without values counts as zero. */
function sumOf(metrics: readonly IMetric[], label: string, period: Duration): IMetric {
  const named = metrics.map((metric, i) => [`${label}${i}`, metric] as const);
  const expression = named.map(([name]) => `FILL(${name}, 0)`).join(' + ');
  return new MathExpression({ expression, usingMetrics: Object.fromEntries(named), label, period });
}
