import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { bus, deadLetters } from '../lib/jobs.ts';
import { clientOptions, OPERATOR_PATIENCE } from '../lib/process/aws-client.ts';

/**
 * The settings of a deployed stage or of the service on this machine, under the names of the functions' environment
 * variables.
 */
export type Environment = Record<string, string>;

/** The variables, and the outputs of the stack that hold their values. */
const OUTPUTS = {
  TABLE_NAME: 'TableName',
  [bus.variables.name]: 'EventBusName',
  [deadLetters.relay.variable]: 'AsideQueueUrl',
  [deadLetters.sweep.variable]: 'MissedQueueUrl',
  API_URL: 'ApiUrl',
} as const;

/** Throws an error of one line when nothing runs there. */
export function environmentOf(options: { stage: string } | { localDir: string }): Promise<Environment> | Environment {
  return 'stage' in options ? environmentOfStage(options.stage) : localEnvironment(options.localDir);
}

async function environmentOfStage(stage: string): Promise<Environment> {
  const StackName = `LicenseService-${stage}`;
  const client = new CloudFormationClient(clientOptions({}, OPERATOR_PATIENCE));
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName })).catch((cause: unknown) => {
    throw new Error(
      `The stack ${StackName} cannot be read: ${cause instanceof Error ? cause.message : 'unknown error'}`,
      { cause },
    );
  });
  const outputs = new Map(
    (Stacks[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  );
  const found = Object.entries(OUTPUTS).map(([name, output]) => [name, outputs.get(output) ?? ''] as const);
  return { ...Object.fromEntries(found), AWS_REGION: await client.config.region() };
}

function localEnvironment(localDir: string): Environment {
  try {
    return JSON.parse(readFileSync(join(localDir, 'stack.json'), 'utf8')) as Environment;
  } catch (cause) {
    throw new Error('The service does not run on this machine: npm start', { cause });
  }
}
