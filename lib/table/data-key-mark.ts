import { platformKeys } from './keys.ts';
import { getOne, type Table } from '../dynamo/table.ts';
import { updateItem } from '../dynamo/update.ts';
import { assertThat } from '../domain/invariant.ts';

/** The mark of the data key that this table is written with; undefined for a new table. */
export async function dataKeyMark(table: Table<'GetItem'>): Promise<string | undefined> {
  const item = await getOne(table, platformKeys.dataKeyMark());
  return item && String(item['mark']);
}

/**
 * Writes the mark if there is none, and returns the stored one: of concurrent containers with different keys one wins.
 */
export async function claimDataKeyMark(table: Table<'UpdateItem'>, mark: string): Promise<string> {
  const updated = await updateItem(
    table,
    platformKeys.dataKeyMark(),
    { setOnce: { mark } },
    { returns: 'UPDATED_NEW' },
  );
  assertThat(updated.isWritten, 'nothing guards the mark');
  return String(updated.attributes['mark']);
}
