import { expect, test } from '@jest/globals';
import { catalog } from '../../lib/events/catalog.ts';
import { readEntry } from '../../lib/events/entry.ts';
import { inSchemaOrder } from '../../lib/events/in-order.ts';
import { buildPointer } from '../../lib/events/outgoing.ts';

const ordered = (value: unknown): string => JSON.stringify(inSchemaOrder(catalog['license.activated'].after, value));

test('inSchemaOrder sorts fields by their schema at every depth, puts unknown fields last and drops none', () => {
  const value = {
    later_field: 1,
    activation: { metadata: { b: '1', a: '2' }, takes_seat: true, id: 'i' },
    product: { name: 'WP Rocket', slug: 'wp-rocket', id: 'p' },
    seats_used: 1,
  };
  expect(ordered(value)).toBe(
    '{"product":{"id":"p","slug":"wp-rocket","name":"WP Rocket"},"seats_used":1,' +
      '"activation":{"id":"i","takes_seat":true,"metadata":{"b":"1","a":"2"}},"later_field":1}',
  );
});

test.each([null, undefined, 'text', 3])('inSchemaOrder returns %p unchanged', (value) => {
  expect(inSchemaOrder(catalog['license.activated'].after, value)).toBe(value);
});

test.each([
  ['nothing', undefined, 'all of it'],
  ['a number', 3, 'all of it'],
])('an entry that is %s cannot be read, and the reason says how much of it', (_, item, reason) => {
  expect(readEntry(item)).toEqual({ kind: 'unreadable', reason });
});

test('fields that are too large for an event are found in the history of its entity', () => {
  expect(buildPointer({ entity: { type: 'license', id: 'l' } }).see).toBe('/api/v1/brand/licenses/l/events');
  expect(buildPointer({ entity: { type: 'customer', id: 'c' } }).see).toBe('/api/v1/brand/events');
});
