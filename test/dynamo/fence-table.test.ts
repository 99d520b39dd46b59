import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  DeleteResourcePolicyCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
  UpdateContinuousBackupsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { fenceTable, isFenced, liftFence, readStreamArn } from '../../lib/dynamo/fence-table.ts';
import { prepareTable } from '../../lib/dynamo/prepare-table.ts';
import { tableSchema } from '../../lib/dynamo/schema.ts';

// DynamoDB Local knows no policies.
const dynamo = mockClient(DynamoDBClient);
const at = { tableName: 'licenses', region: 'eu-central-1' };
const ARN = 'arn:aws:dynamodb:eu-central-1:123456789012:table/licenses';
const named = (name: string): Error => Object.assign(new Error(name), { name });
const pauses: number[] = [];
const pause = (ms: number): Promise<void> => {
  pauses.push(ms);
  return Promise.resolve();
};

beforeEach(() => {
  dynamo.reset();
  pauses.length = 0;
  dynamo.on(DescribeTableCommand).resolves({ Table: { TableArn: ARN } });
  dynamo.on(GetResourcePolicyCommand).rejects(named('PolicyNotFoundException'));
  dynamo.on(PutResourcePolicyCommand).resolves({});
  dynamo.on(DeleteResourcePolicyCommand).resolves({});
  // The first probe is before the fence.
  dynamo
    .on(UpdateItemCommand)
    .rejectsOnce(named('ConditionalCheckFailedException'))
    .rejects(named('AccessDeniedException'));
});

describe('the fence of a table', () => {
  test('denies every kind of write to everybody but the replication of DynamoDB, and no read', async () => {
    await fenceTable(at, pause);
    const [put] = dynamo.commandCalls(PutResourcePolicyCommand);
    const { Policy = '', ResourceArn } = put?.args[0].input ?? {};
    const [statement] = (JSON.parse(Policy) as { Statement: Record<string, unknown>[] }).Statement;
    expect(ResourceArn).toBe(ARN);
    expect(statement).toMatchObject({ Effect: 'Deny', Principal: '*', Resource: ARN });
    // The writes of a transaction are granted and denied under the names of single writes.
    expect(statement?.['Action']).toEqual(
      ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'PartiQLInsert', 'PartiQLUpdate', 'PartiQLDelete'].map(
        (action) => `dynamodb:${action}`,
      ),
    );
    expect(JSON.stringify(statement?.['Condition'])).toContain(
      'arn:aws:iam::123456789012:role/aws-service-role/replication.dynamodb.amazonaws.com/',
    );
  });

  test('counts as closed only after a minute of refusals without a break', async () => {
    dynamo
      .on(UpdateItemCommand)
      .rejectsOnce(named('ConditionalCheckFailedException'))
      .rejectsOnce(named('AccessDeniedException'))
      // One host of DynamoDB does not know the policy yet: it evaluates the condition.
      .rejectsOnce(named('ConditionalCheckFailedException'))
      .rejects(named('AccessDeniedException'));
    await fenceTable(at, pause);
    expect(dynamo.commandCalls(UpdateItemCommand)).toHaveLength(1 + 2 + 12);
    expect(pauses.slice(2).reduce((sum, ms) => sum + ms, 0)).toBe(60_000);
    for (const { args } of dynamo.commandCalls(UpdateItemCommand))
      expect(args[0].input.ConditionExpression).toBe('attribute_exists(#pk)');
  });

  test('is not claimed where the region does not answer', async () => {
    dynamo.on(UpdateItemCommand).rejects(named('TimeoutError'));
    await expect(fenceTable(at, pause)).rejects.toThrow('TimeoutError');
  });

  test('is not set by a role that may not write: its own refusals would count as those of the fence', async () => {
    dynamo.on(UpdateItemCommand).rejects(named('AccessDeniedException'));
    dynamo.resetHistory();
    await expect(fenceTable(at, pause)).rejects.toThrow('may not write to the table');
    expect(dynamo.commandCalls(PutResourcePolicyCommand)).toHaveLength(0);
  });

  test('leaves what somebody else added to its policy', async () => {
    const theirs = { Sid: 'Theirs', Effect: 'Deny' };
    dynamo
      .on(GetResourcePolicyCommand)
      .resolves({ Policy: JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: 'FailoverFence' }, theirs] }) });
    await liftFence(at);
    const [put] = dynamo.commandCalls(PutResourcePolicyCommand);
    expect(JSON.parse(put?.args[0].input.Policy ?? '')).toEqual({ Version: '2012-10-17', Statement: [theirs] });
    expect(dynamo.commandCalls(DeleteResourcePolicyCommand)).toHaveLength(0);
  });

  test('is set once, seen, and lifted', async () => {
    expect(await isFenced(at)).toBe(false);
    await fenceTable(at, pause);
    const [put] = dynamo.commandCalls(PutResourcePolicyCommand);
    dynamo.on(GetResourcePolicyCommand).resolves({ Policy: put?.args[0].input.Policy ?? '' });
    expect(await isFenced(at)).toBe(true);
    await fenceTable(at, pause);
    expect(dynamo.commandCalls(PutResourcePolicyCommand)).toHaveLength(1);
    await liftFence(at);
    expect(dynamo.commandCalls(DeleteResourcePolicyCommand)).toHaveLength(1);
  });

  test('is not lifted where there is none, or where it has gone meanwhile', async () => {
    await liftFence(at);
    expect(dynamo.commandCalls(DeleteResourcePolicyCommand)).toHaveLength(0);
    const Policy = '{"Id":"FailoverFence"}';
    const answers = [{ Policy }, {}, { Policy }, { Policy }];
    dynamo.on(GetResourcePolicyCommand).callsFake(() => answers.shift());
    await liftFence(at);
    await liftFence(at);
    expect(dynamo.commandCalls(PutResourcePolicyCommand)).toHaveLength(0);
    expect(dynamo.commandCalls(DeleteResourcePolicyCommand)).toHaveLength(2);
  });

  test('needs a table, and the stream of a region is named if there is one', async () => {
    dynamo.on(DescribeTableCommand).resolves({ Table: { LatestStreamArn: 'stream' } });
    expect(await readStreamArn(at)).toBe('stream');
    dynamo.on(DescribeTableCommand).resolves({});
    await expect(readStreamArn(at)).rejects.toThrow('licenses has no stream in eu-central-1');
    await expect(fenceTable(at, pause)).rejects.toThrow('there is no table licenses');
  });

  test('never replaces a policy that somebody else gave the table, not even one that is empty', async () => {
    dynamo.on(GetResourcePolicyCommand).resolves({});
    await expect(fenceTable(at, pause)).rejects.toThrow('has a resource policy of its own');
    dynamo.on(GetResourcePolicyCommand).resolves({ Policy: '{"Statement":[{"Sid":"Theirs"}]}' });
    await expect(fenceTable(at, pause)).rejects.toThrow('has a resource policy of its own');
    expect(dynamo.commandCalls(PutResourcePolicyCommand)).toHaveLength(0);
  });
});

describe('a table that is prepared', () => {
  const stream = { StreamEnabled: true, StreamViewType: tableSchema.stream };
  const active = { TableStatus: 'ACTIVE', StreamSpecification: stream, LatestStreamArn: 'stream' } as const;
  const prepare = (endpoint?: string) =>
    prepareTable({ tableName: 'licenses', region: 'eu-central-1', endpoint, isProtected: false });
  beforeEach(() => {
    dynamo.on(DescribeTimeToLiveCommand).resolves({ TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED' } });
    dynamo.on(UpdateContinuousBackupsCommand).resolves({});
    dynamo.on(DescribeTableCommand).resolves({ Table: active });
  });

  test('has its stream, and recovery where that is to be had', async () => {
    expect(await prepare()).toEqual({ streamArn: 'stream', recovery: 'on' });
  });

  test('is waited for while it is being restored', async () => {
    dynamo
      .on(DescribeTableCommand)
      .resolvesOnce({ Table: { TableStatus: 'CREATING' } })
      .resolves({ Table: active });
    expect(await prepare('http://127.0.0.1:9')).toMatchObject({ streamArn: 'stream' });
  });

  test('is refused with a stream that shows less', async () => {
    const keys = { ...active, StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' as const } };
    dynamo.on(DescribeTableCommand).resolves({ Table: keys });
    await expect(prepare()).rejects.toThrow('the stream of licenses does not show');
  });

  test.each([undefined, 'http://127.0.0.1:9'])('is refused if its recovery is denied, by %s', async (endpoint) => {
    dynamo.on(UpdateContinuousBackupsCommand).rejects(named('AccessDeniedException'));
    await expect(prepare(endpoint)).rejects.toThrow('AccessDeniedException');
  });
});
