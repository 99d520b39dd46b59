import { DynamoDBClient, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { clientOptions, OPERATOR_PATIENCE, withoutLogger } from '../process/aws-client.ts';
import { tableSchema } from './schema.ts';

type Warmed = { tableName: string; region: string; endpoint: string | undefined; writes: number };

/**
 * Makes a table and its indexes ready for this many writes a second, without a load that grows step by step. AWS takes
 * a higher value than before and no lower one, bills the difference once, and needs some minutes.
 */
export async function raiseWarmThroughput({ tableName, region, endpoint, writes }: Warmed): Promise<void> {
  const client = withoutLogger(new DynamoDBClient(clientOptions({ region, endpoint }, OPERATOR_PATIENCE)));
  const WarmThroughput = { WriteUnitsPerSecond: writes };
  const GlobalSecondaryIndexUpdates = tableSchema.indexes.map(({ name: IndexName }) => ({
    Update: { IndexName, WarmThroughput },
  }));
  try {
    await client.send(new UpdateTableCommand({ TableName: tableName, WarmThroughput, GlobalSecondaryIndexUpdates }));
  } finally {
    client.destroy();
  }
}
