import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { readEntry, type JournalEntry } from '../events/entry.ts';
import { entryOf } from './journal.ts';
import type { Key } from '../dynamo/schema.ts';
import { getOne, toItem, type Item, type Table } from '../dynamo/table.ts';

/** As much of a stream record as matters here, in the shape that Lambda gives it. */
export type StreamRecord = {
  eventName?: string;
  dynamodb?: { SequenceNumber?: string; Keys?: Record<string, unknown>; NewImage?: Record<string, unknown> };
};

/** A new journal entry, or one that cannot be read and why; where it lies in any case. */
export type Journalled = { key: Key; type: string } & ({ entry: JournalEntry } | { unreadable: string });

/** Undefined for all that is no new journal entry: changes of other items, and an entry whose free text was erased. */
export function journalled({ eventName, dynamodb }: StreamRecord): Journalled | undefined {
  if (eventName !== 'INSERT') return undefined;
  const { pk, sk } = unmarshalled(dynamodb?.Keys) ?? {};
  if (typeof pk !== 'string' || typeof sk !== 'string' || !sk.startsWith('journal#')) return undefined;
  return readItem({ pk, sk }, unmarshalled(dynamodb?.NewImage));
}

/** The journal entry that stands at this key now; undefined when there is none. */
export async function journalledAt(table: Table<'GetItem'>, key: Key): Promise<Journalled | undefined> {
  const item = await getOne(table, key);
  return item && readItem(key, item);
}

export function readItem(key: Key, item: Item | undefined): Journalled {
  const type = typeof item?.['type'] === 'string' ? item['type'] : 'unknown';
  return { key, type, ...(item === undefined ? { unreadable: 'the whole item' } : readEntry(entryOf(item))) };
}

function unmarshalled(image: Record<string, unknown> | undefined): Item | undefined {
  if (image === undefined) return undefined;
  try {
    return toItem(image as Record<string, AttributeValue>);
  } catch {
    return undefined;
  }
}
