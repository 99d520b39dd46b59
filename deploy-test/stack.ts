import assert from 'node:assert/strict';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { STACK } from './cdk.ts';
import type { Client } from './emulator.ts';

const RESOURCES_BELOW = 400;

/** What CloudFormation says of the stack; undefined when there is none. */
export async function statusOf(client: Client): Promise<string | undefined> {
  const cloudFormation = new CloudFormationClient(client);
  try {
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: STACK }));
    const status = Stacks[0]?.StackStatus;
    return status === 'DELETE_COMPLETE' ? undefined : status;
  } catch (error) {
    if (error instanceof Error && error.message.includes('does not exist')) return undefined;
    throw error;
  }
}

/** How many resources of each type stand in the stack. Fewer than 400 in all, or it is time to split it. */
export async function resourcesOf(client: Client): Promise<Map<string, number>> {
  const types = new Map<string, number>();
  for await (const { StackResourceSummaries = [] } of paginateListStackResources(
    { client: new CloudFormationClient(client) },
    { StackName: STACK },
  ))
    for (const { ResourceType = '', ResourceStatus = '' } of StackResourceSummaries)
      if (!ResourceStatus.startsWith('DELETE')) types.set(ResourceType, (types.get(ResourceType) ?? 0) + 1);
  const total = sum(types);
  assert.ok(
    total > 0 && total < RESOURCES_BELOW,
    `the stack has ${total} resources; it must stay below ${RESOURCES_BELOW}`,
  );
  return types;
}

export const sum = (types: ReadonlyMap<string, number>): number => [...types.values()].reduce((a, b) => a + b, 0);
