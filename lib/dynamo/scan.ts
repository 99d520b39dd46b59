import { ScanCommand, type AttributeValue, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { toItem, type Item } from './table.ts';

/**
 * Every item of one segment of a table, page by page, consistently. For operators and the nightly audit alone: no other
 * function may read items of all owners.
 */
export async function* scanSegment(
  client: Pick<DynamoDBClient, 'send'>,
  tableName: string,
  { segment, total }: { segment: number; total: number },
): AsyncGenerator<Item[]> {
  let start: Record<string, AttributeValue> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: tableName,
        ConsistentRead: true,
        Segment: segment,
        TotalSegments: total,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    yield (page.Items ?? []).map(toItem);
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}
