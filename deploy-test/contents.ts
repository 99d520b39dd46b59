import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { DynamoDBClient, ScanCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Client } from './emulator.ts';
import { OTHER } from './stories.ts';

type Item = Record<string, AttributeValue>;
export type Contents = ReadonlyMap<string, Item>;

/**
 * Items that change without a deploy: counters, the last use of an API key, the progress of a sweep, the state of a
 * delivery, and the other brand, one of whose licenses expires.
 */
const CHANGES_BY_ITSELF = new RegExp(`^${OTHER.prefix}#|#rate#|#api-key#|#sweep|#webhook`);

/** Every item of the table by its key. */
export async function contentsOf(client: Client, tableName: string): Promise<Contents> {
  const dynamo = new DynamoDBClient(client);
  const contents = new Map<string, Item>();
  let after: Item | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await dynamo.send(
      new ScanCommand({
        TableName: tableName,
        ConsistentRead: true,
        ...(after === undefined ? {} : { ExclusiveStartKey: after }),
      }),
    );
    for (const item of Items) contents.set(`${item['pk']?.S ?? ''} ${item['sk']?.S ?? ''}`, item);
    after = LastEvaluatedKey;
  } while (after !== undefined);
  return contents;
}

/**
 * Throws if an item is missing or changed, except those that change without a deploy. Returns the number of compared
 * items.
 */
export function assertKept(before: Contents, after: Contents): number {
  const kept = [...before].filter(([key]) => !CHANGES_BY_ITSELF.test(key));
  const lost = kept.filter(([key]) => !after.has(key)).map(([key]) => key);
  assert.deepEqual(lost, [], 'items were lost');
  const changed = kept.filter(([key, item]) => !isDeepStrictEqual(after.get(key), item)).map(([key]) => key);
  assert.deepEqual(changed, [], 'items were changed');
  return kept.length;
}
