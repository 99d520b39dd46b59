import type { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { bus as busTable, queues as queueTable, type Queue, type QueueName, type Sender } from '../lib/jobs.ts';
import { listEntries } from './job-lists.ts';
import type { FileBucket } from './file-bucket.ts';
import type { JobQueues } from './job-queues.ts';

/** The bus and the queues, which functions of any stack send to. A second region has no files. */
export type Destinations = { bus: EventBus; queues: JobQueues; files?: FileBucket };

/** Gives a function the addresses of the bus and the queues that it sends to, and lets it send to no others. */
export function letSend(
  to: LambdaFunction,
  { sendsTo, readsFiles }: Sender,
  { bus, queues, files }: Destinations,
): void {
  if (readsFiles === true) files?.letUse(to);
  const names = sendsTo.filter((name) => name !== 'bus');
  if (sendsTo.includes('bus')) {
    to.addEnvironment(busTable.variables.name, bus.eventBusName);
    to.addToRolePolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: [bus.eventBusArn] }));
  }
  if (names.length === 0) return;
  for (const [variable, name] of webhookVariables) to.addEnvironment(variable, queues.queues[name].queueUrl);
  const resources = names.map((name) => queues.queues[name].queueArn);
  to.addToRolePolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources }));
}

/** A sender to one webhook queue gets the variables of all queues: one configuration contains them. */
const webhookVariables = listEntries<QueueName, Queue>(queueTable).flatMap(
  ([name, { variable }]): [string, QueueName][] => (variable === undefined ? [] : [[variable, name]]),
);
