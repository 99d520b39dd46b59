import { Aws, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleExpression, type IScheduleTarget } from 'aws-cdk-lib/aws-scheduler';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { constructId, ServiceFunction } from './service-function.ts';
import type { Stage } from './stages.ts';

const EVERY_S = 60;

/** A run ends before the next begins, so that a long backlog is worked off by one after the other (docs/decisions/0036-a-sweep-each-minute.md). */
const TIMEOUT_MS = 58_000;

export type SweepProps = {
  /** The file in functions/. */
  name: string;
  /** What it does each minute. */
  does: string;
  stage: Stage;
  table: TableV2;
  memoryMb: number;
  environment?: Record<string, string>;
};

/** A function that looks for what is due, and the schedule that calls it each minute. */
export class Sweep extends Construct {
  readonly function: ServiceFunction;
  /** Calls that came to nothing. */
  readonly missed: Queue;

  constructor(scope: Construct, id: string, { does, ...props }: SweepProps) {
    super(scope, id);
    this.missed = this.openMissed();
    this.function = new ServiceFunction(this, constructId(props.name), { ...props, timeoutMs: TIMEOUT_MS });
    const { function: sweep } = this.function;
    // A run that failed is made up for by the next; one that waited longer than that would only run beside it.
    sweep.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.seconds(EVERY_S) });
    new Schedule(this, 'EveryMinute', {
      description: `License service, ${props.stage.name}: ${does}`,
      schedule: ScheduleExpression.rate(Duration.seconds(EVERY_S)),
      target: this.targetOf(sweep),
    });
  }

  private openMissed(): Queue {
    const missed = new Queue(this, 'Missed', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(missed).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is the dead-letter queue, of the schedule: calls that Lambda did not take.',
    });
    return missed;
  }

  /** The ready-made target may call every version of a function, by a wildcard; this one calls the function. */
  private targetOf(sweep: IFunction): IScheduleTarget {
    const role = new Role(this, 'ScheduleRole', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [sweep.functionArn] }));
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.missed.queueArn] }));
    return {
      bind: () => ({
        arn: sweep.functionArn,
        role,
        retryPolicy: { maximumRetryAttempts: 2, maximumEventAgeInSeconds: EVERY_S },
        deadLetterConfig: { arn: this.missed.queueArn },
      }),
    };
  }
}
