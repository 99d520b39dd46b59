import type { AttributeValue, ReturnValue } from '@aws-sdk/client-dynamodb';
import type { Condition } from './condition.ts';
import { updateFields, type Changes } from './expressions.ts';
import type { Key } from './schema.ts';
import { assertOwned, keyFields, toItem, type Item, type Table } from './table.ts';

export type { Changes } from './expressions.ts';

type Options = {
  guard?: Condition | undefined;
  /** The attributes that the outcome contains: none by default. */
  returns?: 'ALL_NEW' | 'UPDATED_NEW';
};

/** The outcome of a guarded update. A refused one contains the stored item, if the wire returns it. */
export type Updated = { isWritten: true; attributes: Item } | { isWritten: false; present: Item | undefined };

/**
 * Updates one item outside a transaction, for the service's own records. A change that callers can see goes through
 * `transact`, with its journal entry. An update that is sent twice because its answer was lost may fail its own guard:
 * callers must tolerate that.
 */
export async function updateItem(
  table: Table<'UpdateItem'>,
  key: Key,
  changes: Changes,
  { guard, returns }: Options = {},
): Promise<Updated> {
  assertOwned(table, key.pk);
  try {
    const { Attributes } = await table.wire(
      'UpdateItem',
      {
        TableName: table.name,
        Key: keyFields(key),
        ...updateFields(changes, guard),
        ...(returns ? { ReturnValues: returns satisfies ReturnValue } : {}),
        ...(guard && returns ? { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } : {}),
      },
      table.signal,
    );
    return { isWritten: true, attributes: Attributes ? toItem(Attributes) : {} };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ConditionalCheckFailedException') throw error;
    const { Item: present } = error as { Item?: Record<string, AttributeValue> };
    return { isWritten: false, present: present && toItem(present) };
  }
}
