import { Duration, Validations } from 'aws-cdk-lib';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { deadLetters, type DeadLettersName } from '../lib/dead-letters.ts';
import { KEPT_DAYS, queues, type QueueName } from '../lib/jobs.ts';
import { mapRecord } from './job-lists.ts';
import { constructId } from './service-function.ts';

/** The queues of the job table, and their dead letters. */
export class JobQueues extends Construct {
  readonly queues: Readonly<Record<QueueName, Queue>>;
  readonly deadLetters: Readonly<Record<DeadLettersName, Queue>>;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const dead = mapRecord(deadLetters, (name, { fifo, visibilityS }) => {
      const queue = new Queue(this, `${constructId(name)}Dead`, { ...kept(visibilityS), ...(fifo ? { fifo } : {}) });
      Validations.of(queue).acknowledge({ id: 'AwsSolutions-SQS3', reason: 'It is the dead-letter queue of others.' });
      return queue;
    });
    this.deadLetters = dead;
    this.queues = mapRecord(queues, (name, { fifo, visibilityS, tries, deadLetters: of }) => {
      const deadLetterQueue = { queue: dead[of], maxReceiveCount: tries };
      return new Queue(this, constructId(name), { ...kept(visibilityS), deadLetterQueue, ...(fifo ? FIFO : {}) });
    });
  }
}

const kept = (visibilityS: number): QueueProps => ({
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: Duration.days(KEPT_DAYS),
  visibilityTimeout: Duration.seconds(visibilityS),
});

/** High throughput: the limit is each group's, not the queue's. */
const FIFO: QueueProps = {
  fifo: true,
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
};
