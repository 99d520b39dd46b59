import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { readEntry, type ReadEntry } from '../events/entry.ts';
import { parseJournalItem } from './journal.ts';
import type { Key } from '../dynamo/schema.ts';
import { getOne, toItem, type Item, type Table } from '../dynamo/table.ts';

/** The used part of a stream record, in Lambda's format. */
export type StreamRecord = {
  eventName?: string;
  dynamodb?: { SequenceNumber?: string; Keys?: Record<string, unknown>; NewImage?: Record<string, unknown> };
};

/** A new journal entry, or the reason why it cannot be read; with its key in either case. */
export type Journalled = { key: Key; type: string } & ReadEntry;

/** Undefined for all but new journal entries: for changes of other items, and for erased entries. */
export function readStreamRecord({ eventName, dynamodb }: StreamRecord): Journalled | undefined {
  if (eventName !== 'INSERT') return undefined;
  const { pk, sk } = unmarshalled(dynamodb?.Keys) ?? {};
  if (typeof pk !== 'string' || typeof sk !== 'string' || !sk.startsWith('journal#')) return undefined;
  return readJournalItem({ pk, sk }, unmarshalled(dynamodb?.NewImage));
}

/** The present journal entry at this key; undefined when there is none. */
export async function readJournalEntry(table: Table<'GetItem'>, key: Key): Promise<Journalled | undefined> {
  const item = await getOne(table, key);
  return item && readJournalItem(key, item);
}

export function readJournalItem(key: Key, item: Item | undefined): Journalled {
  const type = typeof item?.['type'] === 'string' ? item['type'] : 'unknown';
  if (item === undefined) return { key, type, kind: 'unreadable', reason: 'the whole item' };
  return { key, type, ...readEntry(parseJournalItem(item)) };
}

function unmarshalled(image: Record<string, unknown> | undefined): Item | undefined {
  if (image === undefined) return undefined;
  try {
    return toItem(image as Record<string, AttributeValue>);
  } catch {
    return undefined;
  }
}
