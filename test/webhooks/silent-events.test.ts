import { expect, test } from '@jest/globals';
import type { JournalEntry } from '../../lib/events/entry.ts';
import { busEntry, outgoing } from '../../lib/events/outgoing.ts';
import { isWantedBy } from '../../lib/webhooks/hand-out.ts';

const entry: JournalEntry = {
  id: '01938c5b-11aa-7b3c-8d4e-2f60718293a4',
  seq: 1,
  type: 'license.imported',
  occurred_at: '2026-11-23T10:00:00Z',
  brand: 'WPR',
  entity: { type: 'license', id: '01938c5b-11aa-7b3c-8d4e-2f60718293a5' },
  actor: { type: 'api_key', id: 'key' },
  request_id: 'request',
  reason: null,
  before: null,
  after: { seats_used: 2 },
};
const endpoint = { event_types: ['*'], products: null };

test('no endpoint wants a silent event, neither when it happens nor in a replay', () => {
  expect(isWantedBy(endpoint, entry)).toBe(true);
  expect(isWantedBy(endpoint, { ...entry, silent: true })).toBe(false);
});

test('the bus carries a silent event, which says that it is silent', () => {
  const { detail } = busEntry(outgoing({ ...entry, silent: true }, 'wp-rocket'));
  expect(JSON.parse(detail)).toMatchObject({ type: 'license.imported', silent: true, after: { seats_used: 2 } });
  expect(busEntry(outgoing(entry, 'wp-rocket')).detail).not.toContain('silent');
});
