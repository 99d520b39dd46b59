import {
  DeleteResourcePolicyCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { clientOptions, OPERATOR_PATIENCE, withoutLogger } from '../process/aws-client.ts';
import { tableSchema } from './schema.ts';

/** A table in one region. */
export type RegionalTable = { tableName: string; region: string };

const SID = 'FailoverFence';
const WRITES = [
  ...['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'],
  ...['PartiQLInsert', 'PartiQLUpdate', 'PartiQLDelete'],
].map((action) => `dynamodb:${action}`);

/** A policy holds once every host of DynamoDB knows it, so one refusal is no proof. */
const REFUSALS_IN_A_ROW = 12;
const EVERY_MS = 5_000;
const NEEDS_WRITES =
  'the credentials may not write to the table, so they cannot show that the fence holds: use a role with UpdateItem';

/**
 * Ends all writes to the table in this region but those of DynamoDB's own replication, whatever a role allows and
 * whatever runs already. Returns once writes have been refused for a minute without a break: calls that began before
 * are over then.
 */
export async function fenceTable(at: RegionalTable, pause: (ms: number) => Promise<void>): Promise<void> {
  await withClient(at, async (client) => {
    const arn = await readArn(client, at.tableName);
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [fenceFor(arn)] });
    if (!(await hasFence(client, arn))) {
      // A caller who may not write would count its own refusals as those of the fence.
      if (await isWriteRefused(client, at.tableName)) throw new Error(NEEDS_WRITES);
      await client.send(new PutResourcePolicyCommand({ ResourceArn: arn, Policy }));
    }
    for (let inARow = 0; inARow < REFUSALS_IN_A_ROW;) {
      inARow = (await isWriteRefused(client, at.tableName)) ? inARow + 1 : 0;
      await pause(EVERY_MS);
    }
  });
}

/** Lets the region write again. Statements that somebody else added to the policy stay. */
export async function liftFence(at: RegionalTable): Promise<void> {
  await withClient(at, async (client) => {
    const arn = await readArn(client, at.tableName);
    if (!(await hasFence(client, arn))) return;
    const { Policy = '{}' } = await client.send(new GetResourcePolicyCommand({ ResourceArn: arn }));
    const policy = JSON.parse(Policy) as { Statement?: { Sid?: string }[] };
    const Statement = (policy.Statement ?? []).filter(({ Sid }) => Sid !== SID);
    const rest = JSON.stringify({ ...policy, Statement });
    if (Statement.length === 0) await client.send(new DeleteResourcePolicyCommand({ ResourceArn: arn }));
    else await client.send(new PutResourcePolicyCommand({ ResourceArn: arn, Policy: rest }));
  });
}

export const isFenced = (at: RegionalTable): Promise<boolean> =>
  withClient(at, async (client) => hasFence(client, await readArn(client, at.tableName)));

/** The stream of the table in this region, which differs from that of another one. */
export const readStreamArn = (at: RegionalTable): Promise<string> =>
  withClient(at, async (client) => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: at.tableName }));
    if (Table?.LatestStreamArn === undefined) throw new Error(`${at.tableName} has no stream in ${at.region}`);
    return Table.LatestStreamArn;
  });

async function withClient<T>({ region }: RegionalTable, work: (client: DynamoDBClient) => Promise<T>): Promise<T> {
  const client = withoutLogger(new DynamoDBClient(clientOptions({ region }, OPERATOR_PATIENCE)));
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}

function fenceFor(arn: string): object {
  const parts = arn.split(':');
  const replication =
    `arn:${String(parts[1])}:iam::${String(parts[4])}:role/aws-service-role/` +
    'replication.dynamodb.amazonaws.com/AWSServiceRoleForDynamoDBReplication';
  return {
    Sid: SID,
    Effect: 'Deny',
    Principal: '*',
    Action: WRITES,
    Resource: arn,
    Condition: { ArnNotEquals: { 'aws:PrincipalArn': replication } },
  };
}

async function readArn(client: DynamoDBClient, TableName: string): Promise<string> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  if (Table?.TableArn === undefined) throw new Error(`there is no table ${TableName}`);
  return Table.TableArn;
}

/** Throws if the table has a policy of somebody else, which the fence would replace. */
async function hasFence(client: DynamoDBClient, ResourceArn: string): Promise<boolean> {
  try {
    const { Policy = '' } = await client.send(new GetResourcePolicyCommand({ ResourceArn }));
    if (Policy.includes(SID)) return true;
    throw new Error('the table has a resource policy of its own: add the fence to it by hand');
  } catch (error) {
    if (error instanceof Error && error.name === 'PolicyNotFoundException') return false;
    throw error;
  }
}

/** Asks for a write whose condition never holds, so nothing is written either way. */
async function isWriteRefused(client: DynamoDBClient, TableName: string): Promise<boolean> {
  const { partitionKey, sortKey } = tableSchema;
  try {
    await client.send(
      new UpdateItemCommand({
        TableName,
        Key: { [partitionKey]: { S: '@fence#probe' }, [sortKey]: { S: 'probe' } },
        ConditionExpression: 'attribute_exists(#pk)',
        ExpressionAttributeNames: { '#pk': partitionKey },
      }),
    );
    return false;
  } catch (error) {
    if (error instanceof Error && error.name === 'AccessDeniedException') return true;
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}
