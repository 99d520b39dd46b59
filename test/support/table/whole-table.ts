import { BatchWriteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { License } from '../../../lib/domain/license.ts';
import type { Activation } from '../../../lib/domain/seats.ts';
import { parseActivationItem } from '../../../lib/table/activations.ts';
import type { JournalEntry } from '../../../lib/table/journal.ts';
import { parseLicenseItem } from '../../../lib/table/licenses.ts';
import { scanTable } from './scan.ts';
import type { Service } from '../service/service.ts';

export type StoredItem = { pk: string; sk: string } & Record<string, unknown>;

/** Every item of the test's own table, read directly. */
export const wholeTable = async ({ tableName }: Pick<Service, 'tableName'>): Promise<StoredItem[]> =>
  (await scanTable(tableName)).map((item) => unmarshall(item) as StoredItem);

/** Replaces an item's attributes, as no route of the service would. */
export async function overwrite(
  { documents, tableName }: Pick<Service, 'documents' | 'tableName'>,
  item: StoredItem,
  changes: Record<string, unknown>,
): Promise<void> {
  await documents.send(new PutCommand({ TableName: tableName, Item: { ...item, ...changes } }));
}

const BATCH = 25;

/** Puts many items of one kind, more than a test has time to make by calls. */
export async function putCopies(
  { documents, tableName }: Pick<Service, 'documents' | 'tableName'>,
  count: number,
  make: (n: number) => StoredItem,
): Promise<void> {
  const items = Array.from({ length: count }, (_, n) => ({ PutRequest: { Item: make(n) } }));
  for (let from = 0; from < count; from += BATCH)
    await documents.send(new BatchWriteCommand({ RequestItems: { [tableName]: items.slice(from, from + BATCH) } }));
}

/** Everything that the table holds of one license. */
export async function storedLicense(
  service: Service,
  licenseId: string,
): Promise<{
  item: StoredItem;
  license: License;
  seats: StoredItem[];
  activations: Activation[];
  journal: JournalEntry[];
}> {
  const items = await wholeTable(service);
  const item = items.find(({ sk, id }) => sk === 'license' && id === licenseId);
  if (item === undefined) throw new Error(`there is no license ${licenseId} in the table`);
  const seats = items.filter(({ pk, sk }) => pk === item.pk && sk.startsWith('seat#'));
  const journal = journalIn(items).filter(({ entity }) => entity.id === licenseId);
  return { item, license: parseLicenseItem(item), seats, activations: seats.map(parseActivationItem), journal };
}

/** The journal entries among items, by entity and seq. */
export function journalIn(items: readonly StoredItem[]): JournalEntry[] {
  const entries = items
    .filter(({ sk }) => sk.startsWith('journal#'))
    .sort((a, b) => (`${a.pk}#${a.sk}` < `${b.pk}#${b.sk}` ? -1 : 1));
  return entries.map((item) => item as unknown as JournalEntry);
}

/** Active activations that use a seat: a license's counter must be equal. */
export const seatsTaken = (activations: readonly Activation[]): number =>
  activations.filter(({ status, takes_seat }) => status === 'active' && takes_seat).length;

/** 1, 2, 3 … n. */
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
