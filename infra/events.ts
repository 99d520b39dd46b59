import { Duration, Validations } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, FilterCriteria, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { tableSchema } from '../lib/dynamo/schema.ts';
import { ServiceFunction } from './service-function.ts';
import type { Stage } from './stages.ts';

const TIMEOUT_MS = 60_000;
const BATCH = 100;

export type EventsProps = { stage: Stage; table: TableV2 };

/** From the journal to the bus: the table's stream, the relay, the bus, and the queue for what cannot be sent. */
export class Events extends Construct {
  readonly bus: EventBus;
  /** What the relay set aside. */
  readonly aside: Queue;
  readonly relay: ServiceFunction;

  constructor(scope: Construct, id: string, { stage, table }: EventsProps) {
    super(scope, id);
    this.bus = new EventBus(this, 'Bus', { description: `License service, ${stage.name}: what happens to licenses` });
    this.aside = this.openAside();
    this.relay = new ServiceFunction(this, 'RelayJournal', {
      name: 'relay-journal',
      stage,
      table,
      memoryMb: stage.memoryMb.brand,
      timeoutMs: TIMEOUT_MS,
      environment: { EVENT_BUS_NAME: this.bus.eventBusName, ASIDE_QUEUE_URL: this.aside.queueUrl },
    });
    this.grant();
    this.follow(table);
  }

  private openAside(): Queue {
    const queue = new Queue(this, 'SetAside', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      visibilityTimeout: Duration.minutes(5),
    });
    Validations.of(queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is the dead-letter queue: the relay and its event source send here what cannot go on.',
    });
    return queue;
  }

  private grant(): void {
    const { function: relay } = this.relay;
    relay.addToRolePolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: [this.bus.eventBusArn] }));
    relay.addToRolePolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.aside.queueArn] }));
  }

  /** One batch at a time for each shard, from the first record on, for as long as the stream keeps it: all else would lose events or their order. */
  private follow(table: TableV2): void {
    const { function: relay } = this.relay;
    const stream = table.tableStreamArn;
    if (stream === undefined) throw new Error('the table has no stream');
    relay.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
        resources: [stream],
      }),
    );
    relay.addToRolePolicy(new PolicyStatement({ actions: ['dynamodb:ListStreams'], resources: ['*'] }));
    if (relay.role) {
      Validations.of(relay.role).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'An event source asks for dynamodb:ListStreams, which knows no resource.',
      });
    }
    new EventSourceMapping(this, 'Journal', {
      target: relay,
      eventSourceArn: stream,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: BATCH,
      parallelizationFactor: 1,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: -1,
      onFailure: new SqsDlq(this.aside),
      // Counters change with every seat: without a filter each of those changes would wake the relay.
      filters: [
        FilterCriteria.filter({
          eventName: ['INSERT'],
          dynamodb: { Keys: { [tableSchema.sortKey]: { S: [{ prefix: 'journal#' }] } } },
        }),
      ],
    });
  }
}
