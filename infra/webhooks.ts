import { Duration, Validations } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Match, Rule, type EventBus, type EventPattern } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { DataKey } from './secrets.ts';
import { ServiceFunction } from './service-function.ts';
import type { Stage } from './stages.ts';
import { Sweep } from './sweeps.ts';

/** All that the service puts on the bus, but for what was put there again by hand: who replays to one consumer would send it to all receivers too. */
const EVENTS: EventPattern = { source: ['license-service'], detail: { replayed_at: Match.doesNotExist() } };

const FAN_OUT_MS = 60_000;
/** A receiver has 15 seconds. Those of a batch have them at the same time. */
const DELIVER_MS = 45_000;
/** What a function had in hand when it died is handed out again after so much more than it may take. */
const SLACK_MS = 45_000;
/**
 * Before a message is set aside. What fails is seldom the message and nearly always the table being away: events are tried for hours. What stands in front of a lane holds it up,
 * so that attempts are tried for half an hour; the sweep finds them again.
 */
const TRIES = { events: 100, attempts: 20 };
const KEPT_DAYS = 14;
const BATCH = 10;
/** Calls at once, so that receivers that hang cannot use up what the account may run. */
const WORKERS = { fanOut: 20, first: 150, retries: 50 };

export type WebhooksProps = { stage: Stage; table: TableV2; dataKey: DataKey; bus: EventBus };

/** From the bus to receivers: the rule, the queues, and the functions that hand events out, send them and look for what is due (docs/decisions/0064-how-webhooks-go-out.md). */
export class Webhooks extends Construct {
  /** Events to be handed out. */
  readonly events: Queue;
  /** First attempts, in order. */
  readonly first: Queue;
  /** All other attempts. */
  readonly retries: Queue;
  /** What could not be handed out, or not be sent for a reason of ours. */
  readonly deadLetters: readonly { name: string; queue: Queue }[];
  readonly fanOut: ServiceFunction;
  readonly deliver: ServiceFunction;
  readonly sweep: Sweep;

  constructor(scope: Construct, id: string, props: WebhooksProps) {
    super(scope, id);
    const { stage, table, dataKey, bus } = props;
    const [eventsDead, firstDead, retriesDead] = [
      this.deadLetterQueue('Events'),
      this.deadLetterQueue('First', true),
      this.deadLetterQueue('Retries'),
    ];
    this.deadLetters = [
      { name: 'webhook-events', queue: eventsDead },
      { name: 'webhook-first', queue: firstDead },
      { name: 'webhook-retries', queue: retriesDead },
    ];
    this.events = this.queue('Events', eventsDead, { withinMs: FAN_OUT_MS, tries: TRIES.events });
    this.first = this.queue('First', firstDead, { withinMs: DELIVER_MS, tries: TRIES.attempts }, FIFO);
    this.retries = this.queue('Retries', retriesDead, { withinMs: DELIVER_MS, tries: TRIES.attempts });
    new Rule(this, 'ToEndpoints', {
      eventBus: bus,
      eventPattern: EVENTS,
      targets: [new SqsQueue(this.events, { deadLetterQueue: eventsDead })],
    });

    const environment = {
      WEBHOOK_FIRST_QUEUE_URL: this.first.queueUrl,
      WEBHOOK_RETRY_QUEUE_URL: this.retries.queueUrl,
    };
    const common = { stage, table, memoryMb: stage.memoryMb.brand, environment };
    this.fanOut = new ServiceFunction(this, 'FanOut', { name: 'fan-out-event', ...common, timeoutMs: FAN_OUT_MS });
    this.deliver = new ServiceFunction(this, 'Deliver', { name: 'deliver-webhook', ...common, timeoutMs: DELIVER_MS });
    this.sweep = new Sweep(this, 'Sweep', {
      name: 'sweep-webhooks',
      does: 'sends webhooks that have come due',
      ...common,
    });
    dataKey.grantRead(this.deliver.function);
    grantSend(this.fanOut.function, this.first);
    grantSend(this.deliver.function, this.first, this.retries);
    grantSend(this.sweep.function.function, this.first, this.retries);
    this.follow(this.fanOut, this.events, { batchSize: BATCH, maxConcurrency: WORKERS.fanOut });
    // A batch of several lanes would end with the slowest, and hold up the next messages of the others: each message is a batch of its own.
    this.follow(this.deliver, this.first, { batchSize: 1, maxConcurrency: WORKERS.first });
    this.follow(this.deliver, this.retries, { batchSize: BATCH, maxConcurrency: WORKERS.retries });
  }

  get functions(): readonly ServiceFunction[] {
    return [this.fanOut, this.deliver, this.sweep.function];
  }

  /** Lets a function that serves routes have deliveries sent. */
  letSend(to: LambdaFunction | undefined): void {
    if (to === undefined) throw new Error('no such function');
    to.addEnvironment('WEBHOOK_FIRST_QUEUE_URL', this.first.queueUrl);
    to.addEnvironment('WEBHOOK_RETRY_QUEUE_URL', this.retries.queueUrl);
    grantSend(to, this.retries);
  }

  private queue(
    id: string,
    dead: Queue,
    { withinMs, tries }: { withinMs: number; tries: number },
    more: QueueProps = {},
  ): Queue {
    return new Queue(this, id, {
      ...KEPT,
      visibilityTimeout: Duration.millis(withinMs + SLACK_MS),
      deadLetterQueue: { queue: dead, maxReceiveCount: tries },
      ...more,
    });
  }

  private deadLetterQueue(id: string, fifo = false): Queue {
    const queue = new Queue(this, `${id}Dead`, { ...KEPT, ...(fifo ? { fifo } : {}) });
    Validations.of(queue).acknowledge({ id: 'AwsSolutions-SQS3', reason: 'It is the dead-letter queue of another.' });
    return queue;
  }

  private follow(
    { function: handler }: ServiceFunction,
    queue: Queue,
    { batchSize, maxConcurrency }: { batchSize: number; maxConcurrency: number },
  ): void {
    handler.addEventSource(new SqsEventSource(queue, { batchSize, maxConcurrency, reportBatchItemFailures: true }));
  }
}

const KEPT: QueueProps = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: Duration.days(KEPT_DAYS),
};

/** High throughput: the limit is each lane's, not the queue's. */
const FIFO: QueueProps = {
  fifo: true,
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
};

function grantSend(to: LambdaFunction, ...queues: readonly Queue[]): void {
  to.addToRolePolicy(
    new PolicyStatement({ actions: ['sqs:SendMessage'], resources: queues.map(({ queueArn }) => queueArn) }),
  );
}
