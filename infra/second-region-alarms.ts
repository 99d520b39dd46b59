import { Duration, Fn } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import { healthCheckOutput, stackName } from '../lib/stacks.ts';
import type { Rule } from './alarm-rule.ts';
import { AlarmTopic, topicsIn } from './alarm-topic.ts';
import type { Watched } from './measures.ts';
import { StageStack } from './stage-stack.ts';
import type { Stage } from './stages.ts';

const MINUTE = Duration.minutes(1);
/** Usually a write is in the other region within a second. */
const LATE = Duration.minutes(1);
/** The only region in which Route 53 reports its health checks. */
const HEALTH_REGION = 'us-east-1';

/** Watched in the first region, which measures how long its writes are under way. */
export function replicationRules({ stage: { secondRegion }, table }: Watched): Rule[] {
  if (secondRegion === undefined) return [];
  return [
    {
      name: 'replication-late',
      page: 'the-second-region-falls-behind',
      says: 'Writes take longer than a minute to the second region: revoked licenses still run there',
      metric: new Metric({
        namespace: 'AWS/DynamoDB',
        metricName: 'ReplicationLatency',
        dimensionsMap: { TableName: table.tableName, ReceivingRegion: secondRegion.region },
        statistic: Stats.MAXIMUM,
        period: MINUTE,
      }),
      threshold: LATE.toMilliseconds(),
      values: [3, 5],
    },
  ];
}

/** Watched in the second region: that callers came, and what they were answered. */
export function secondRegionRules(api: HttpApi): Rule[] {
  const count = { period: MINUTE, statistic: Stats.SUM };
  return [
    {
      name: 'second-region-serves',
      page: 'the-second-region-answers',
      says: 'Callers come to the second region, which answers checks and reads alone',
      metric: api.metricCount(count),
      threshold: 60,
      values: [1, 1],
    },
    {
      name: 'second-region-fails',
      page: 'the-second-region-fails',
      says: 'Half of the calls to the second region end with 5xx: more than the writes, which it refuses with 503',
      metric: new MathExpression({
        label: '% of calls',
        expression: 'IF(failed >= 5, 100 * failed / calls, 0)',
        usingMetrics: { failed: api.metricServerError(count), calls: api.metricCount(count) },
        period: MINUTE,
      }),
      threshold: 50,
      values: [3, 5],
    },
  ];
}

/** Rings when Route 53 leads callers to the second region. Its health checks are reported in one region alone. */
export class HealthStack extends StageStack {
  constructor(scope: Construct, stage: Stage) {
    super(scope, 'health', { ...stage, region: HEALTH_REGION }, 'the alarm of the health check of the first region');
    const alarms = new AlarmTopic(this, 'Alarms', stage, topicsIn(stage, HEALTH_REGION));
    const HealthCheckId = Fn.getStackOutput(stackName(stage.name, 'service'), healthCheckOutput, stage.region);
    alarms.addAlarm({
      name: 'first-region-not-ready',
      page: 'the-first-region-is-not-ready',
      says: 'The first region is not ready for Route 53, which leads callers to the second one',
      metric: new Metric({
        namespace: 'AWS/Route53',
        metricName: 'HealthCheckStatus',
        dimensionsMap: { HealthCheckId },
        statistic: Stats.MINIMUM,
        period: MINUTE,
      }),
      threshold: 1,
      values: [2, 2],
      below: true,
      silenceRings: true,
    });
  }
}
