import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { clientOptions, OPERATOR_PATIENCE, withoutLogger } from '../process/aws-client.ts';
import { sleep } from '../process/timers.ts';
import { tableSchema } from './schema.ts';

export type Prepared = { streamArn: string; recovery: 'on' | 'not there on this engine' };
type Target = { tableName: string; region: string; endpoint: string | undefined; isProtected: boolean };

const EVERY_MS = 2_000;
const LOCAL_EVERY_MS = 50;

/**
 * Gives a restored table what a restore leaves off: the stream, time to live, point-in-time recovery and, if wanted,
 * deletion protection. It waits until the table is active. A second run changes nothing.
 */
export async function prepareTable(target: Target): Promise<Prepared> {
  const { tableName: TableName, region, endpoint, isProtected } = target;
  const client = withoutLogger(new DynamoDBClient(clientOptions({ region, endpoint }, OPERATOR_PATIENCE)));
  const everyMs = endpoint === undefined ? EVERY_MS : LOCAL_EVERY_MS;
  try {
    const found = await waitUntilActive(client, TableName, everyMs);
    if (found.StreamSpecification?.StreamEnabled !== true) {
      const StreamSpecification = { StreamEnabled: true, StreamViewType: tableSchema.stream };
      await client.send(new UpdateTableCommand({ TableName, StreamSpecification }));
      await waitUntilActive(client, TableName, everyMs);
    }
    await turnOnTimeToLive(client, TableName);
    const recovery = await turnOnRecovery(client, TableName, endpoint !== undefined);
    if (isProtected && found.DeletionProtectionEnabled !== true)
      await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: true }));
    const { LatestStreamArn, StreamSpecification } = await waitUntilActive(client, TableName, everyMs);
    if (LatestStreamArn === undefined || StreamSpecification?.StreamViewType !== tableSchema.stream)
      throw new Error(`the stream of ${TableName} does not show ${tableSchema.stream}`);
    return { streamArn: LatestStreamArn, recovery };
  } finally {
    client.destroy();
  }
}

/** A table that is being restored has its data and indexes only when it is active. */
async function waitUntilActive(client: DynamoDBClient, TableName: string, everyMs: number): Promise<TableDescription> {
  for (;;) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    const indexes = Table?.GlobalSecondaryIndexes ?? [];
    const isActive = [Table?.TableStatus, ...indexes.map(({ IndexStatus }) => IndexStatus)].every(
      (status) => status === 'ACTIVE',
    );
    if (Table !== undefined && isActive) return Table;
    await sleep(everyMs);
  }
}

async function turnOnTimeToLive(client: DynamoDBClient, TableName: string): Promise<void> {
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
  if (TimeToLiveDescription?.TimeToLiveStatus?.startsWith('ENABL') === true) return;
  const TimeToLiveSpecification = { AttributeName: tableSchema.timeToLive, Enabled: true };
  await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
}

/** DynamoDB Local has no point-in-time recovery; a deployed table must have it. */
async function turnOnRecovery(
  client: DynamoDBClient,
  TableName: string,
  isLocal: boolean,
): Promise<Prepared['recovery']> {
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
  try {
    await client.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }));
    return 'on';
  } catch (error) {
    if (isLocal && error instanceof Error && error.name === 'UnknownOperationException')
      return 'not there on this engine';
    throw error;
  }
}
