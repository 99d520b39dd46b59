import { EventBus, Match, Rule, type EventPattern } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { bucket, historyBucket } from '../lib/buckets.ts';
import { jobs, queues as queueTable, rules, type JobName } from '../lib/jobs.ts';
import type { DataStack } from './data-stack.ts';
import { FileBucket } from './file-bucket.ts';
import { letUseHistories } from './history-bucket.ts';
import { JobFunction } from './job-function.ts';
import { mapRecord } from './job-lists.ts';
import { addJobOutputs } from './job-outputs.ts';
import { JobQueues } from './job-queues.ts';
import { NightlyAudit } from './nightly-audit.ts';
import { letUseBucket } from './packages.ts';
import { constructId } from './service-function.ts';
import { StageStack } from './stage-stack.ts';
import type { Stage } from './stages.ts';

/**
 * All that runs without a request, as the job table says: from the table's stream to the bus, from the bus to the
 * receivers of webhooks (docs/decisions/0064-webhook-delivery.md), and what is called each minute.
 */
export class BackgroundStack extends StageStack {
  readonly bus: EventBus;
  readonly queues: JobQueues;
  readonly files: FileBucket;
  readonly jobs: Readonly<Record<JobName, JobFunction>>;

  constructor(scope: Construct, { stage, data }: { stage: Stage; data: DataStack }) {
    super(scope, 'background', stage, 'events, webhooks and schedules');
    this.bus = new EventBus(this, 'Bus', { description: `License service, ${stage.name}: what happens to licenses` });
    this.queues = new JobQueues(this, 'Queues');
    for (const [name, rule] of Object.entries(rules)) this.addRule(name, rule);
    const { table, dataKey, signingKeys } = data;
    this.files = new FileBucket(this, 'Files', { stage, announcesTo: this.queues.queues.imports });
    const destinations = { bus: this.bus, queues: this.queues, files: this.files };
    this.jobs = mapRecord(
      jobs,
      (name) => new JobFunction(this, { name, stage, table, dataKey, signingKeys, destinations }),
    );
    this.followUploads(data.packages);
    this.archive(stage, data.histories);
    new NightlyAudit(this, 'NightlyAudit', { stage, queues: this.queues, audits: this.jobs['audit-segment'] });
    addJobOutputs(this, this.bus, this.queues);
  }

  /** Each package that arrives is checked once its event is in the queue. */
  private followUploads(packages: Bucket): void {
    const { drafts, events } = bucket;
    const deadLetterQueue = this.queues.deadLetters[queueTable[events.queue].deadLetters];
    new Rule(this, 'PackageUploads', {
      eventPattern: {
        source: [events.source],
        detailType: [events.type],
        detail: { bucket: { name: [packages.bucketName] }, object: { key: [{ prefix: drafts }] } },
      },
      targets: [new SqsQueue(this.queues.queues[events.queue], { deadLetterQueue })],
    });
    for (const job of Object.values(this.jobs)) letUseBucket(job, packages);
  }

  private archive({ archiveCancelledAfterMonths: months }: Stage, histories: Bucket): void {
    for (const job of Object.values(this.jobs)) letUseHistories(job, histories);
    if (months !== undefined)
      this.jobs['archive-licenses'].function.addEnvironment(historyBucket.variables.afterMonths, String(months));
  }

  private addRule(name: string, { source, withoutField, queue }: (typeof rules)[keyof typeof rules]): void {
    const eventPattern: EventPattern = { source: [source], detail: { [withoutField]: Match.doesNotExist() } };
    const deadLetterQueue = this.queues.deadLetters[queueTable[queue].deadLetters];
    const targets = [new SqsQueue(this.queues.queues[queue], { deadLetterQueue })];
    new Rule(this, constructId(name), { eventBus: this.bus, eventPattern, targets });
  }
}
