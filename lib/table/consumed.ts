import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { DynamoDBClient, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { clientOptions, ROUTE_PATIENCE } from '../process/aws-client.ts';
import type { Config } from '../process/config.ts';
import { platformKeys } from './keys.ts';
import { fromItem } from '../dynamo/table.ts';
import { tableSchema } from '../dynamo/schema.ts';

/**
 * Which events a consumer has handled, as Powertools keeps it, in this table. Powertools puts all records of a sort key's table into one partition, which a
 * busy consumer would run hot; here each event has one of its own.
 */
export class ConsumedEvents extends DynamoDBPersistenceLayer {
  constructor({ tableName, region, endpoint }: Pick<Config, 'tableName' | 'region' | 'endpoint'>) {
    super({
      tableName,
      keyAttr: tableSchema.partitionKey,
      expiryAttr: tableSchema.timeToLive,
      awsSdkV3Client: new DynamoDBClient(clientOptions({ region, endpoint }, ROUTE_PATIENCE)),
    });
  }

  protected override getKey(consumerAndEvent: string): Record<string, AttributeValue> {
    return fromItem(platformKeys.consumed(consumerAndEvent));
  }
}
