import { Aws } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData, type IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Rule } from './alarm-rule.ts';
import type { Stage } from './stages.ts';

/** The topic of a stage's alarms in one region, and the alarms that notify it and the stage's own topics there. */
export class AlarmTopic extends Construct {
  readonly topic: Topic;
  private readonly stage: Stage;
  private readonly actions: readonly IAlarmAction[];

  /** @param topicArns topics of this region that are notified too */
  constructor(scope: Construct, id: string, stage: Stage, topicArns: readonly string[]) {
    super(scope, id);
    this.stage = stage;
    this.topic = this.openTopic(stage);
    const topics = [this.topic, ...topicArns.map((arn, i) => Topic.fromTopicArn(this, `Recipients${i}`, arn))];
    this.actions = topics.map((topic) => new SnsAction(topic));
  }

  private openTopic({ name, alarms: { emails } }: Stage): Topic {
    const topic = new Topic(this, 'Topic', { displayName: `License service, ${name}`, enforceSSL: true });
    // A topic with a policy of its own loses the one by which its account's alarms may publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    for (const email of emails) topic.addSubscription(new EmailSubscription(email));
    return topic;
  }

  addAlarm(rule: Rule): Alarm {
    const { name, alarms } = this.stage;
    const [past, of] = rule.values;
    const alarm = new Alarm(this, rule.name, {
      alarmName: `license-service-${name}-${rule.name}`,
      alarmDescription: `${rule.says}. What to do: ${alarms.runbook}#${rule.page}`,
      metric: rule.metric,
      threshold: rule.threshold,
      comparisonOperator:
        rule.below === true
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: of,
      datapointsToAlarm: past,
      treatMissingData: rule.silenceRings === true ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(...this.actions);
    alarm.addOkAction(...this.actions);
    return alarm;
  }
}

/** CloudWatch notifies topics of its own region alone. */
export const topicsIn = ({ alarms }: Stage, region: string): string[] =>
  alarms.topicArns.filter((arn) => arn.split(':')[3] === region);
