import assert from 'node:assert/strict';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { stackName, stackParts, type StackPart } from '../lib/stacks.ts';
import type { Client } from './emulator.ts';

const STAGE = 'e2e';
const RESOURCES_AT_MOST = 400;

/** The name of a stack of the deployed stage. */
export const nameOf = (part: StackPart): string => stackName(STAGE, part);

export const allStacks: readonly string[] = stackParts.map(nameOf);

async function describe(client: Client, part: StackPart): Promise<Stack | undefined> {
  const cloudFormation = new CloudFormationClient(client);
  try {
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: nameOf(part) }));
    return Stacks[0];
  } catch (error) {
    if (error instanceof Error && error.message.includes('does not exist')) return undefined;
    throw error;
  }
}

/** CloudFormation's status of a stack; undefined when there is none. */
async function statusOf(client: Client, part: StackPart): Promise<string | undefined> {
  const status = (await describe(client, part))?.StackStatus;
  return status === 'DELETE_COMPLETE' ? undefined : status;
}

/** The states of all four, in the order in which they are deployed. */
export const statusesOf = (client: Client): Promise<(string | undefined)[]> =>
  Promise.all(stackParts.map((part) => statusOf(client, part)));

/** The termination protection of each stack, in the order in which they are deployed. */
export const areProtected = (client: Client): Promise<boolean[]> =>
  Promise.all(stackParts.map(async (part) => (await describe(client, part))?.EnableTerminationProtection === true));

/** The time at which a stack was last created or updated. */
export async function changedAt(client: Client, part: StackPart): Promise<number> {
  const stack = await describe(client, part);
  assert.ok(stack?.CreationTime, `there is no stack ${nameOf(part)}`);
  return (stack.LastUpdatedTime ?? stack.CreationTime).getTime();
}

/** The number of resources in each stack. A stack with more than 400 has to be split. */
export async function resourcesOf(client: Client): Promise<Map<StackPart, number>> {
  const counts = new Map<StackPart, number>();
  for (const part of stackParts) {
    let count = 0;
    for await (const { StackResourceSummaries = [] } of paginateListStackResources(
      { client: new CloudFormationClient(client) },
      { StackName: nameOf(part) },
    ))
      count += StackResourceSummaries.filter(({ ResourceStatus = '' }) => !ResourceStatus.startsWith('DELETE')).length;
    assert.ok(
      count > 0 && count <= RESOURCES_AT_MOST,
      `the stack ${part} has ${count} resources; it may have ${RESOURCES_AT_MOST}`,
    );
    counts.set(part, count);
  }
  return counts;
}
