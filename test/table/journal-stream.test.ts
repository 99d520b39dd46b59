import { describe, expect, test } from '@jest/globals';
import type { EventType } from '../../lib/events/catalog.ts';
import { exampleEvent } from '../../lib/events/examples.ts';
import type { JournalEntry } from '../../lib/table/journal.ts';
import { readJournalItem, readStreamRecord } from '../../lib/table/journal-stream.ts';
import { eventView } from '../../lib/views/event-view.ts';

const KEY = { pk: 'WPR#journal#a', sk: 'journal#1' };
const image = { pk: { S: KEY.pk }, sk: { S: KEY.sk } };

describe('a record of the stream', () => {
  test.each([
    ['changes an item', { eventName: 'MODIFY', dynamodb: { Keys: image } }],
    ['has no key', { eventName: 'INSERT' }],
    ['has a key that cannot be read', { eventName: 'INSERT', dynamodb: { Keys: { pk: {} } } }],
    ['is no journal entry', { eventName: 'INSERT', dynamodb: { Keys: { ...image, sk: { S: 'license' } } } }],
  ] as const)('that %s is none of the journal', (_, record) => {
    expect(readStreamRecord(record)).toBeUndefined();
  });

  test('without the new entry is named as unreadable, not left out', () => {
    const unreadable = { key: KEY, type: 'unknown', kind: 'unreadable', reason: 'the whole item' };
    expect(readStreamRecord({ eventName: 'INSERT', dynamodb: { Keys: image } })).toEqual(unreadable);
    expect(readJournalItem(KEY, undefined)).toEqual(unreadable);
  });
});

test('an entry of a type that this version does not know is shown with the fields in their stored order', () => {
  const entry = exampleEvent('license.renewed') as unknown as JournalEntry;
  const after = { z: 1, a: 2 };
  const shown = eventView({ ...entry, type: 'license.renamed' as EventType, before: null, after });
  expect(Object.keys(shown.after ?? {})).toEqual(['z', 'a']);
});
