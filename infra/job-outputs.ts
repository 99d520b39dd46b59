import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { stackOutputs } from '../lib/stacks.ts';
import type { JobQueues } from './job-queues.ts';

/** The outputs by which commands find the bus and the dead letters of a region. */
export function addJobOutputs(stack: Stack, bus: EventBus, { deadLetters: { relay, sweep } }: JobQueues): void {
  new CfnOutput(stack, stackOutputs.busName.output, { value: bus.eventBusName, description: 'Events go here' });
  new CfnOutput(stack, stackOutputs.asideQueueUrl.output, {
    value: relay.queueUrl,
    description: 'Events that could not be sent: npm run redrive',
  });
  new CfnOutput(stack, stackOutputs.missedQueueUrl.output, {
    value: sweep.queueUrl,
    description: 'Calls of the sweep that Lambda did not take: npm run redrive',
  });
}
