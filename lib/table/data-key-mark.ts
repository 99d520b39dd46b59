import { keys } from './keys.ts';
import { assertOwned, getOne, type Table } from '../dynamo/table.ts';

/** The mark of the data key that this table is written under; undefined before anything is. */
export async function dataKeyMark(table: Table<'GetItem'>): Promise<string | undefined> {
  const item = await getOne(table, keys.dataKeyMark());
  return item && String(item['mark']);
}

/** Writes the mark if there is none, and answers with the one that stands: of containers with different keys at once one wins. */
export async function claimDataKeyMark(table: Table<'UpdateItem'>, mark: string): Promise<string> {
  const { pk, sk } = keys.dataKeyMark();
  assertOwned(table, pk);
  const answer = await table.wire(
    'UpdateItem',
    {
      TableName: table.name,
      Key: { pk: { S: pk }, sk: { S: sk } },
      UpdateExpression: 'SET #mark = if_not_exists(#mark, :mark)',
      ExpressionAttributeNames: { '#mark': 'mark' },
      ExpressionAttributeValues: { ':mark': { S: mark } },
      ReturnValues: 'UPDATED_NEW',
    },
    table.signal,
  );
  return answer.Attributes?.['mark']?.S ?? '';
}
