import { settingOf } from './expressions.ts';
import type { Key } from './schema.ts';
import { assertOwned, fromItem, type Item, type Table } from './table.ts';
import type { Condition } from './transact.ts';

/**
 * Writes one item's attributes, if the guard holds: true when it did. For what is the service's own bookkeeping; a change of what anyone is shown goes through `transact`,
 * with its journal entry. One that was sent twice, because its answer was lost, may fail its own guard: whoever asks must be able to live with that.
 */
export async function updateOne(
  table: Table<'UpdateItem'>,
  key: Key,
  changes: Item,
  guard: Condition,
): Promise<boolean> {
  assertOwned(table, key.pk);
  const { expression, names, values } = settingOf(changes);
  const bound = { ...values, ...guard.values };
  try {
    await table.wire(
      'UpdateItem',
      {
        TableName: table.name,
        Key: { pk: { S: key.pk }, sk: { S: key.sk } },
        UpdateExpression: expression,
        ConditionExpression: guard.expression,
        ExpressionAttributeNames: { ...names, ...guard.names },
        ...(Object.keys(bound).length === 0 ? {} : { ExpressionAttributeValues: fromItem(bound) }),
      },
      table.signal,
    );
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}
