import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { DynamoDBClient, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { clientOptions, ROUTE_PATIENCE, withoutLogger } from '../process/aws-client.ts';
import type { Config } from '../process/config.ts';
import { platformKeys } from './keys.ts';
import { fromItem } from '../dynamo/table.ts';
import { tableSchema } from '../dynamo/schema.ts';

/**
 * The events that a consumer has handled, as Powertools stores them. Powertools puts all records of a table with a sort
 * key into one partition, which would be hot for a busy consumer; here each event has its own.
 */
export class ConsumedEvents extends DynamoDBPersistenceLayer {
  constructor({ tableName, region, endpoint }: Pick<Config, 'tableName' | 'region' | 'endpoint'>) {
    super({
      tableName,
      keyAttr: tableSchema.partitionKey,
      expiryAttr: tableSchema.timeToLive,
      awsSdkV3Client: withoutLogger(new DynamoDBClient(clientOptions({ region, endpoint }, ROUTE_PATIENCE))),
    });
  }

  protected override getKey(consumerAndEvent: string): Record<string, AttributeValue> {
    return fromItem(platformKeys.consumed(consumerAndEvent));
  }
}
