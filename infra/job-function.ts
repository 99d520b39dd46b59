import { Aws, Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, FilterCriteria, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq, SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Schedule, ScheduleExpression, type IScheduleTarget } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { HOUR_S } from '../lib/domain/time.ts';
import { tableSchema } from '../lib/dynamo/schema.ts';
import { deadLetters as deadLetterTable, type DeadLetterQueue } from '../lib/dead-letters.ts';
import {
  jobs,
  type Batches,
  type Job,
  type JobName,
  type JobSchedule,
  type QueueSource,
  type StreamSource,
} from '../lib/jobs.ts';
import type { DataKey } from './secrets.ts';
import type { SigningKeys } from './signing-keys.ts';
import { letSend, type Destinations } from './sending.ts';
import { constructId, ServiceFunction } from './service-function.ts';
import type { Stage } from './stages.ts';
import type { UsedTable } from './table.ts';

export type JobFunctionProps = {
  name: JobName;
  stage: Stage;
  table: UsedTable;
  dataKey: Pick<DataKey, 'grantRead'>;
  /** Left out where no job makes them. */
  signingKeys?: SigningKeys;
  destinations: Destinations;
};

/** Lambda keeps a call that it could not make yet for six hours at most. */
const WAITS_AT_MOST_S = 6 * HOUR_S;

/** A function that no route calls, with what calls it and where it sends to, as the job table says. */
export class JobFunction extends ServiceFunction {
  constructor(scope: Construct, { name, stage, table, dataKey, signingKeys, destinations }: JobFunctionProps) {
    const job: Job = jobs[name];
    const memoryMb = job.memoryMb ?? stage.memoryMb.brand;
    super(scope, constructId(name), { name, stage, table, memoryMb, timeoutMs: job.timeoutS * 1_000 });
    letSend(this.function, job, destinations);
    if (job.readsDataKey === true) dataKey.grantRead(this.function);
    if (job.makesSigningKeys === true) signingKeys?.grantMake(this.function);
    if (job.stream) this.followStream(job.stream, table, destinations);
    for (const source of job.queues ?? []) this.followQueue(source, destinations);
    if (job.schedule) this.callRegularly(job.schedule, stage, destinations);
  }

  /** Until a batch is done; a record that can never be is set aside by the function, or here with its batch. */
  private followStream({ batch, record, deadLetters }: StreamSource, table: UsedTable, { queues }: Destinations): void {
    const aside = queues.deadLetters[deadLetters];
    const { variable }: DeadLetterQueue = deadLetterTable[deadLetters];
    if (variable !== undefined) this.function.addEnvironment(variable, aside.queueUrl);
    this.function.addToRolePolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [aside.queueArn] }));
    new EventSourceMapping(this, 'Stream', {
      target: this.function,
      eventSourceArn: this.grantStream(table),
      startingPosition: StartingPosition.TRIM_HORIZON,
      ...batches(batch),
      parallelizationFactor: 1,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: -1,
      onFailure: new SqsDlq(aside),
      filters: [
        FilterCriteria.filter({
          eventName: [record.event],
          dynamodb: { Keys: { [tableSchema.sortKey]: { S: [{ prefix: record.sortKeyBegins }] } } },
        }),
      ],
    });
  }

  private grantStream(table: UsedTable): string {
    const stream = table.tableStreamArn;
    if (stream === undefined) throw new Error('the table has no stream');
    const actions = ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'];
    this.function.addToRolePolicy(new PolicyStatement({ actions, resources: [stream] }));
    this.function.addToRolePolicy(new PolicyStatement({ actions: ['dynamodb:ListStreams'], resources: ['*'] }));
    if (this.function.role) {
      Validations.of(this.function.role).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'An event source asks for dynamodb:ListStreams, which knows no resource.',
      });
    }
    return stream;
  }

  private followQueue({ queue, batch, concurrency }: QueueSource, { queues }: Destinations): void {
    this.function.addEventSource(
      new SqsEventSource(queues.queues[queue], {
        ...batches(batch),
        maxConcurrency: concurrency,
        reportBatchItemFailures: true,
      }),
    );
  }

  /** The next run makes up for one that failed; a call that waited longer than that would only run beside it. */
  private callRegularly(schedule: JobSchedule, stage: Stage, { queues }: Destinations): void {
    const { everyS, does } = schedule;
    this.function.configureAsyncInvoke({
      retryAttempts: 0,
      maxEventAge: Duration.seconds(Math.min(everyS, WAITS_AT_MOST_S)),
    });
    new Schedule(this, 'Schedule', {
      description: `License service, ${stage.name}: ${does}`,
      schedule: ScheduleExpression.rate(Duration.seconds(everyS)),
      target: this.scheduled(schedule, queues.deadLetters[schedule.deadLetters]),
    });
  }

  /** The ready-made target may call every version of a function, by a wildcard; this one calls the function. */
  private scheduled({ everyS, tries }: JobSchedule, missed: Queue): IScheduleTarget {
    const role = openScheduleRole(this);
    const arn = this.function.functionArn;
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [arn] }));
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [missed.queueArn] }));
    return {
      bind: () => ({
        arn,
        role,
        retryPolicy: { maximumRetryAttempts: tries - 1, maximumEventAgeInSeconds: everyS },
        deadLetterConfig: { arn: missed.queueArn },
      }),
    };
  }
}

/** The role of a schedule: only the scheduler may take it, for schedules of this account. */
export const openScheduleRole = (scope: Construct): Role =>
  new Role(scope, 'ScheduleRole', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  });

/** A FIFO queue takes no window, so none is given where there is none. */
const batches = ({ size, windowS }: Batches) => ({
  batchSize: size,
  ...(windowS === 0 ? {} : { maxBatchingWindow: Duration.seconds(windowS) }),
});
