import type { Key } from '../lib/dynamo/schema.ts';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Item } from '../lib/dynamo/table.ts';
import { openDocuments } from '../local/create-table.ts';
import { computeTag } from '../lib/domain/ids.ts';
import { hashLicenseKey } from '../lib/domain/license-key.ts';
import { guessAnchor, keys } from '../lib/table/keys.ts';

/** Accesses the table directly, to prepare states that would take hours and to count the final items. */
type Store = { client: DynamoDBClient; tableName: string };

/** The anchor of a product's license that was provisioned with this key text. */
export function licenseAddress(prefix: string, licenseKey: string, product: string): Key {
  return keys.license(prefix, guessAnchor(hashLicenseKey(licenseKey), computeTag(product)));
}

/** All activations of the license at this address. */
export async function seatsAt({ client, tableName: TableName }: Store, { pk }: Key): Promise<Item[]> {
  const items: Item[] = [];
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await openDocuments(client).send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :seat)',
        ExpressionAttributeValues: { ':pk': pk, ':seat': 'seat#' },
        ConsistentRead: true,
        ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
      }),
    );
    items.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return items;
}

/** Copies the first activation of a license until it has this many. */
export async function crowd(store: Store, license: Key, activations: number): Promise<void> {
  const present = await seatsAt(store, license);
  const [model] = present;
  if (model === undefined) throw new Error('there is no activation to copy');
  const copies = Array.from(
    { length: activations - present.length },
    (_, i) => `${String(model['sk'])}-${present.length + i}`,
  );
  for (let from = 0; from < copies.length; from += 25) {
    const puts = copies.slice(from, from + 25).map((sk) => ({ PutRequest: { Item: { ...model, sk } } }));
    await openDocuments(store.client).send(new BatchWriteCommand({ RequestItems: { [store.tableName]: puts } }));
  }
}

/** Sets the last check of all activations of a license to a time long ago. */
export async function forgetContacts(store: Store, license: Key): Promise<void> {
  for (const { pk, sk } of await seatsAt(store, license)) {
    await openDocuments(store.client).send(
      new UpdateCommand({
        TableName: store.tableName,
        Key: { pk, sk },
        UpdateExpression: 'SET last_checked_at = :long_ago',
        ExpressionAttributeValues: { ':long_ago': '2026-01-01T00:00:00Z' },
      }),
    );
  }
}
