import { Stack } from 'aws-cdk-lib';
import { EventBus, Match, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { queues as queueTable, rules, type JobName } from '../lib/jobs.ts';
import { letReadCopies } from './history-bucket.ts';
import { JobFunction, type JobFunctionProps } from './job-function.ts';
import { addJobOutputs } from './job-outputs.ts';
import { JobQueues } from './job-queues.ts';
import { constructId } from './service-function.ts';
import type { Stage } from './stages.ts';
import type { UsedTable } from './table.ts';

/**
 * The jobs of a second region that writes. Files of imports, packages and root keys are in the first region, and so are
 * the jobs that need them.
 */
const JOBS = [
  'relay-journal',
  'fan-out-event',
  'deliver-webhook',
  'count-events',
  'sweep-due',
  'sweep-webhooks',
] as const satisfies readonly JobName[];

export type SecondRegionJobsProps = {
  stage: Stage;
  table: UsedTable;
  dataKey: JobFunctionProps['dataKey'];
  histories: Bucket;
};

/** Announces what the second region writes: from the replica's own stream to a bus and to webhooks there. */
export class SecondRegionJobs extends Construct {
  constructor(scope: Construct, id: string, { stage, table, dataKey, histories }: SecondRegionJobsProps) {
    super(scope, id);
    const bus = new EventBus(this, 'Bus', { description: `License service, ${stage.name}: what happens to licenses` });
    const queues = new JobQueues(this, 'Queues');
    for (const [name, { source, withoutField, queue }] of Object.entries(rules)) {
      const deadLetterQueue = queues.deadLetters[queueTable[queue].deadLetters];
      new Rule(this, constructId(name), {
        eventBus: bus,
        eventPattern: { source: [source], detail: { [withoutField]: Match.doesNotExist() } },
        targets: [new SqsQueue(queues.queues[queue], { deadLetterQueue })],
      });
    }
    addJobOutputs(Stack.of(this), bus, queues);
    const destinations = { bus, queues };
    for (const name of JOBS)
      letReadCopies(new JobFunction(this, { name, stage, table, dataKey, destinations }), histories);
  }
}
