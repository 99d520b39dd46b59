import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus, Match, Rule, type EventPattern } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { jobs, queues as queueTable, rules, type JobName } from '../lib/jobs.ts';
import { JobFunction } from './job-function.ts';
import { mapRecord } from './job-lists.ts';
import { JobQueues } from './job-queues.ts';
import type { DataKey } from './secrets.ts';
import { constructId } from './service-function.ts';
import type { Stage } from './stages.ts';

export type BackgroundProps = { stage: Stage; table: TableV2; dataKey: DataKey };

/**
 * All that runs without a request, as the job table says: from the table's stream to the bus, from the bus to the
 * receivers of webhooks (docs/decisions/0064-how-webhooks-go-out.md), and what is called each minute.
 */
export class Background extends Construct {
  readonly bus: EventBus;
  readonly queues: JobQueues;
  readonly jobs: Readonly<Record<JobName, JobFunction>>;

  constructor(scope: Construct, id: string, { stage, table, dataKey }: BackgroundProps) {
    super(scope, id);
    this.bus = new EventBus(this, 'Bus', { description: `License service, ${stage.name}: what happens to licenses` });
    this.queues = new JobQueues(this, 'Queues');
    for (const [name, rule] of Object.entries(rules)) this.addRule(name, rule);
    const places = { bus: this.bus, queues: this.queues };
    this.jobs = mapRecord(jobs, (name) => new JobFunction(this, { name, stage, table, dataKey, places }));
  }

  private addRule(name: string, { source, withoutField, queue }: (typeof rules)[keyof typeof rules]): void {
    const eventPattern: EventPattern = { source: [source], detail: { [withoutField]: Match.doesNotExist() } };
    const deadLetterQueue = this.queues.deadLetters[queueTable[queue].deadLetters];
    const targets = [new SqsQueue(this.queues.queues[queue], { deadLetterQueue })];
    new Rule(this, constructId(name), { eventBus: this.bus, eventPattern, targets });
  }
}
