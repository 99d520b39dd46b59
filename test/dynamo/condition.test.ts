import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  above,
  allOf,
  anyOf,
  atMost,
  attributeExists,
  attributeMissing,
  below,
  contains,
  equals,
  hasSize,
  isNew,
  isNewOrPast,
  isPresent,
  unchangedSince,
  type Condition,
} from '../../lib/dynamo/condition.ts';
import { retry } from '../../lib/dynamo/outcome.ts';
import { getOne, type Table } from '../../lib/dynamo/table.ts';
import { transact } from '../../lib/dynamo/transact.ts';
import { updateItem, type Changes } from '../../lib/dynamo/update.ts';
import { useService } from '../support/service/started-service.ts';

let table: Table;
const key = () => ({ pk: `WPR#${randomUUID()}`, sk: 'item' });
const stored = { seq: 3, name: 'a', tags: ['x', 'y'], keys: { one: { left: null } }, ttl: 1_000 };

const service = useService();
beforeAll(() => {
  table = service.table('WPR');
});
afterAll(() => service.client.destroy());

async function newItem() {
  const at = key();
  await transact<never>(table, [{ put: { ...at, ...stored } }]);
  return at;
}

const conditions: [name: string, condition: Condition, holds: boolean][] = [
  ['isPresent', isPresent, true],
  ['isNew', isNew, false],
  ['attributeExists', attributeExists('name'), true],
  ['attributeExists of a missing one', attributeExists('size'), false],
  ['attributeExists deep in the item', attributeExists(['keys', 'one', 'left']), true],
  ['attributeExists deep and missing', attributeExists(['keys', 'two', 'left']), false],
  ['attributeMissing', attributeMissing('size'), true],
  ['equals', equals('name', 'a'), true],
  ['equals another value', equals('name', 'b'), false],
  ['equals null', equals(['keys', 'one', 'left'], null), true],
  ['below', below('seq', 4), true],
  ['below its own value', below('seq', 3), false],
  ['atMost its own value', atMost('seq', 3), true],
  ['above', above('seq', 2), true],
  ['above its own value', above('seq', 3), false],
  ['contains', contains('tags', 'y'), true],
  ['contains another', contains('tags', 'z'), false],
  ['hasSize', hasSize('tags', 2), true],
  ['hasSize of another', hasSize('tags', 3), false],
  ['unchangedSince', unchangedSince(3), true],
  ['isNewOrPast of a record past its time', isNewOrPast(1_000_000), true],
  ['isNewOrPast of a record in its time', isNewOrPast(999_000), false],
  ['allOf with one that fails', allOf(equals('seq', 3), equals('name', 'b')), false],
  ['anyOf with one that holds', anyOf(equals('seq', 4), equals('name', 'a')), true],
  ['anyOf inside allOf', allOf(anyOf(equals('seq', 4), equals('seq', 3)), anyOf(isNew, equals('name', 'b'))), false],
  ['allOf inside anyOf', anyOf(allOf(isNew, equals('name', 'a')), allOf(isPresent, equals('name', 'a'))), true],
];

describe.each(conditions)('the condition %s', (_, condition, holds) => {
  test(holds ? 'permits an update' : 'prevents an update and returns the stored item', async () => {
    const at = await newItem();
    const updated = await updateItem(table, at, { set: { name: 'c' } }, { guard: condition, returns: 'ALL_NEW' });
    if (holds) expect(updated).toEqual({ isWritten: true, attributes: { ...at, ...stored, name: 'c' } });
    else expect(updated).toEqual({ isWritten: false, present: { ...at, ...stored } });
    expect((await getOne(table, at))?.['name']).toBe(holds ? 'c' : 'a');
  });

  test('has the same outcome in a transaction, for every kind of write', async () => {
    const [put, update, remove, check] = [await newItem(), await newItem(), await newItem(), await newItem()];
    const outcomes: { kind: string }[] = await Promise.all([
      transact(table, [{ put: { ...put, replaced: true }, guard: condition, refused: retry }]),
      transact(table, [{ update, set: { seq: 9 }, guard: condition, refused: retry }]),
      transact(table, [{ remove, guard: condition, refused: retry }]),
      transact(table, [{ check, guard: condition, refused: retry }]),
    ]);
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set([holds ? 'done' : 'retry']));
  });
});

const changes: [name: string, change: Changes, after: Record<string, unknown>][] = [
  ['sets and removes', { set: { name: 'b', tags: undefined } }, { ...stored, name: 'b', tags: undefined }],
  ['keeps an existing attribute of setOnce', { setOnce: { name: 'b' } }, stored],
  ['sets a missing attribute of setOnce', { setOnce: { size: 'L' } }, { ...stored, size: 'L' }],
  [
    'sets deep in the item',
    { at: [{ path: ['keys', 'one', 'left'], value: 'x' }] },
    { ...stored, keys: { one: { left: 'x' } } },
  ],
  ['removes deep in the item', { at: [{ path: ['keys', 'one'], value: undefined }] }, { ...stored, keys: {} }],
  ['adds to a number and to a missing attribute', { add: { seq: 2, count: -1 } }, { ...stored, seq: 5, count: -1 }],
  [
    'combines set, setOnce and add',
    { set: { name: 'b' }, setOnce: { size: 1 }, add: { seq: 1 } },
    { ...stored, name: 'b', size: 1, seq: 4 },
  ],
];

test.each(changes)('an update %s', async (_, change, after) => {
  const at = await newItem();
  await updateItem(table, at, change);
  const entries: [string, unknown][] = Object.entries({ ...at, ...after });
  const expected = entries.filter(([, value]) => value !== undefined);
  expect(await getOne(table, at)).toEqual(Object.fromEntries(expected));
});
