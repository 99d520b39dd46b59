import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { clientOptions, OPERATOR_PATIENCE, withoutLogger } from '../lib/process/aws-client.ts';
import type { Credentials } from '../lib/process/signature.ts';
import { keptOutput, secondRegionOutputs, stackName, stackOutputs, stackParts } from '../lib/stacks.ts';

/**
 * The settings of a deployed stage or of the service on this machine, under the names of the functions' environment
 * variables.
 */
export type Environment = Record<string, string>;

/** A deployed stage, in its first region or in a second one, or the service on this machine. */
export type Deployment =
  { kind: 'stage'; stage: string; secondRegion?: string | undefined } | { kind: 'local'; localDir: string };

/** Throws an error of one line when nothing runs there. */
export function readEnvironment(target: Deployment): Promise<Environment> | Environment {
  if (target.kind === 'local') return localEnvironment(target.localDir);
  const { stage, secondRegion } = target;
  return secondRegion === undefined ? environmentOfStage(stage) : environmentOfSecondRegion(stage, secondRegion);
}

async function environmentOfStage(stage: string): Promise<Environment> {
  const client = openCloudFormation();
  const wanted = Object.values(stackOutputs);
  const parts = [...new Set(wanted.map(({ stack }) => stack))];
  const outputs = new Map(
    await Promise.all(parts.map(async (part) => [part, await outputsOf(client, stackName(stage, part))] as const)),
  );
  const found = wanted.map(({ variable, stack, output }) => [variable, outputs.get(stack)?.get(output) ?? '']);
  return { ...(Object.fromEntries(found) as Environment), AWS_REGION: await client.config.region() };
}

/**
 * The settings in a second region, by what its own stack has and has kept: the first region may be away. A copy of a
 * secret has the ARN of the first one, but for the region.
 */
async function environmentOfSecondRegion(stage: string, region: string): Promise<Environment> {
  const outputs = await outputsOfSecond(stage, region);
  const found = Object.values(stackOutputs).map(({ variable, output }) => {
    const kept = outputs.get(keptOutput(output)) ?? '';
    return [variable, outputs.get(output) ?? kept.replace(/^(arn:[^:]*:[^:]*):[^:]*/, `$1:${region}`)];
  });
  return { ...(Object.fromEntries(found) as Environment), AWS_REGION: region };
}

async function outputsOfSecond(stage: string, region: string): Promise<Map<string, string>> {
  const client = openCloudFormation(region);
  const outputs = await outputsOf(client, stackName(stage, 'second'));
  client.destroy();
  return outputs;
}

/** The outputs of the first region that the stack of a second one has kept, by their names there. */
export async function readKeptOutputs(stage: string, region: string): Promise<Record<string, string>> {
  const outputs = await outputsOfSecond(stage, region);
  const names = [stackOutputs.tableName, stackOutputs.dataKeySecret, stackOutputs.signingKeysSecretArn].map(
    ({ output }) => output,
  );
  return Object.fromEntries(
    [...names, ...Object.values(secondRegionOutputs)].map((name) => [name, outputs.get(keptOutput(name)) ?? '']),
  );
}

/** The operator's own credentials, wherever the AWS command line would find them. */
export async function readAwsCredentials(): Promise<Credentials> {
  const client = openCloudFormation();
  const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials();
  client.destroy();
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

/** CloudFormation's status of each stack of a stage, by the stack's name; undefined where there is none. */
export async function readStatuses(stage: string): Promise<Map<string, string | undefined>> {
  const client = openCloudFormation();
  const statuses = stackParts.map(async (part) => {
    const name = stackName(stage, part);
    const stack = await describe(client, name).catch((error: unknown) => {
      if (error instanceof Error && error.message.includes('does not exist')) return undefined;
      throw error;
    });
    return [name, stack?.StackStatus] as const;
  });
  return new Map(await Promise.all(statuses));
}

const openCloudFormation = (region?: string): CloudFormationClient =>
  withoutLogger(new CloudFormationClient(clientOptions(region === undefined ? {} : { region }, OPERATOR_PATIENCE)));

async function describe(client: CloudFormationClient, StackName: string): Promise<Stack | undefined> {
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName })).catch((cause: unknown) => {
    throw new Error(
      `The stack ${StackName} cannot be read: ${cause instanceof Error ? cause.message : 'unknown error'}`,
      { cause },
    );
  });
  return Stacks[0];
}

async function outputsOf(client: CloudFormationClient, stack: string): Promise<Map<string, string>> {
  return new Map(
    ((await describe(client, stack))?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [
      OutputKey,
      OutputValue,
    ]),
  );
}

function localEnvironment(localDir: string): Environment {
  try {
    return JSON.parse(readFileSync(join(localDir, 'stack.json'), 'utf8')) as Environment;
  } catch (cause) {
    throw new Error('The service does not run on this machine. Start it with npm start.', { cause });
  }
}
