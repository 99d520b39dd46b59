import { Aws } from 'aws-cdk-lib';
import { Metric, Stats, type IMetric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { EventField, Match, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { VALUE_CHANGES } from './data-key-policy.ts';
import type { DataKey } from './secrets.ts';
import type { Stage } from './stages.ts';

/** The section of docs/runbook.md. */
export const TOUCHED_PAGE = 'somebody-touched-the-data-key';

/**
 * Sees every call that changes or removes the data key or the key that encrypts it, and every one that was denied. It
 * hears of them from CloudTrail, of which the account needs a trail of management events in the region
 * (docs/deploy.md).
 */
export class DataKeyWatch extends Construct {
  private readonly rule: Rule;

  constructor(scope: Construct, id: string, { stage, dataKey }: { stage: Stage; dataKey: DataKey }) {
    super(scope, id);
    const { secretArn, secretName, key } = dataKey;
    this.rule = new Rule(this, 'Touched', {
      description: `License service, ${stage.name}: somebody changes or removes the data key, or tries to`,
      eventPattern: {
        source: ['aws.secretsmanager', 'aws.kms'],
        detailType: ['AWS API Call via CloudTrail'],
        detail: {
          eventName: [...VALUE_CHANGES, 'DisableKey', 'ScheduleKeyDeletion'],
          $or: [
            { requestParameters: { secretId: [secretArn, secretName] } },
            { requestParameters: { keyId: [key.keyArn, key.keyId] } },
            // A call that was denied names its resource in the message alone.
            { errorMessage: Match.anyOf(Match.wildcard(`*${secretName}*`), Match.wildcard(`*${key.keyId}*`)) },
          ],
        },
      },
    });
  }

  /** Counts such calls. */
  metricCalls(options: MetricOptions): IMetric {
    return new Metric({
      namespace: 'AWS/Events',
      metricName: 'TriggeredRules',
      dimensionsMap: { RuleName: this.rule.ruleName },
      statistic: Stats.SUM,
      ...options,
    });
  }

  /** Sends each call, with its caller, to a topic. */
  notify(topic: Topic, { name, alarms: { runbook } }: Stage): void {
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: {
          ArnEquals: { 'aws:SourceArn': this.rule.ruleArn },
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        },
      }),
    );
    const [who, what, when] = ['$.detail.userIdentity.arn', '$.detail.eventName', '$.detail.eventTime'].map((path) =>
      EventField.fromPath(path),
    );
    const input = RuleTargetInput.fromText(
      `${who} called ${what} on the data key of the license service, stage ${name}, at ${when}.` +
        ` What to do: ${runbook}#${TOUCHED_PAGE}`,
    );
    this.rule.addTarget({ bind: () => ({ arn: topic.topicArn, input }) });
  }
}
