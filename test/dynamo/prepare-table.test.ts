import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { prepareTable } from '../../lib/dynamo/prepare-table.ts';
import { tableSchema } from '../../lib/dynamo/schema.ts';
import { localClient } from '../../local/create-table.ts';
import { engineEndpoint } from '../support/run/engine-endpoint.ts';

const endpoint = engineEndpoint();
const client = localClient(endpoint);
const TableName = `restored-${randomUUID()}`;
const target = { tableName: TableName, region: 'eu-west-1', endpoint };

/** A restore leaves a table without its stream, time to live and protection. */
beforeAll(async () => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });
  const { partitionKey, sortKey } = tableSchema;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [partitionKey, sortKey].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: partitionKey, KeyType: 'HASH' },
        { AttributeName: sortKey, KeyType: 'RANGE' },
      ],
    }),
  );
});
afterAll(async () => {
  await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
  await client.send(new DeleteTableCommand({ TableName }));
  client.destroy();
});

test('a restored table gets its stream, time to live and protection, and a second run changes nothing', async () => {
  const prepared = await prepareTable({ ...target, isProtected: false });
  expect(prepared).toEqual({ streamArn: expect.stringContaining(TableName), recovery: 'not there on this engine' });
  expect(await prepareTable({ ...target, isProtected: true })).toEqual(prepared);
  expect(await prepareTable({ ...target, isProtected: true })).toEqual(prepared);
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  expect(Table?.StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: tableSchema.stream });
  expect(Table?.DeletionProtectionEnabled).toBe(true);
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
  expect(TimeToLiveDescription?.AttributeName).toBe(tableSchema.timeToLive);
});

test('a table that does not exist is an error, and not waited for', async () => {
  const missing = prepareTable({ ...target, tableName: `no-${TableName}`, isProtected: false });
  await expect(missing).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});
