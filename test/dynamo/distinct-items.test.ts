import { describe, expect, test } from '@jest/globals';
import { allOf, attributeMissing, equals, isPresent } from '../../lib/dynamo/condition.ts';
import { joinUpdates } from '../../lib/dynamo/join-updates.ts';
import { retry, type Retry } from '../../lib/dynamo/outcome.ts';
import type { Table } from '../../lib/dynamo/table.ts';
import { transact, type Write } from '../../lib/dynamo/transact.ts';

let sent = 0;
const table: Table = {
  wire: () => {
    sent += 1;
    return Promise.reject(new Error('nothing may be sent'));
  },
  name: 'no-table',
  owners: ['WPR'],
  signal: new AbortController().signal,
};
const key = { pk: 'WPR#customer#a', sk: 'person' };
const setHolder: Write<Retry> = {
  update: key,
  set: { holder: 'b' },
  guard: attributeMissing('holder'),
  refused: retry,
};
const setKeys: Write<Retry> = {
  update: key,
  set: { keys: [], version: 3 },
  guard: equals('version', 2),
};

describe('two writes of one transaction on one item', () => {
  const others: Write<Retry>[] = [
    { put: { ...key, id: 'c' } },
    { remove: key },
    { check: key, guard: isPresent },
    setKeys,
  ];
  test.each(others)('are refused before anything is sent, with an error that names both: %j', async (other) => {
    sent = 0;
    const first: Write<Retry> = { put: { pk: 'WPR#id#1', sk: 'address' } };
    const kind = Object.keys(other).find((name) => /^(?:put|update|remove|check)$/.test(name)) ?? '';
    const writes = transact(table, [first, setHolder, other]);
    await expect(writes).rejects.toThrow(`write 2 (update of holder) and write 3 (${kind}`);
    await expect(writes).rejects.toThrow('WPR#customer#a person');
    expect(sent).toBe(0);
  });

  test('are accepted if they only share the partition', async () => {
    const beside: Write<Retry> = { put: { pk: key.pk, sk: 'license#1' } };
    await expect(transact(table, [setHolder, beside])).rejects.toThrow('nothing may be sent');
  });
});

describe('joined updates', () => {
  test('set all values under all guards, in the position of the first update', () => {
    const beside: Write<Retry> = { put: { pk: key.pk, sk: 'license#1' } };
    expect(joinUpdates([setHolder, beside, setKeys])).toEqual([
      {
        update: key,
        set: { holder: 'b', keys: [], version: 3 },
        at: [],
        add: {},
        guard: allOf(attributeMissing('holder'), equals('version', 2)),
        refused: setHolder.refused,
      },
      beside,
    ]);
  });

  test('set all values without a guard or a refusal if neither has one', () => {
    const first: Write<Retry> = { update: key, set: { holder: 'b' } };
    const second: Write<Retry> = { update: key, set: {}, add: { version: 1 } };
    expect(joinUpdates([first, second])).toEqual([{ update: key, set: { holder: 'b' }, at: [], add: { version: 1 } }]);
    expect(joinUpdates([first, setKeys])).toMatchObject([{ guard: setKeys.guard }]);
  });

  test('refuse two values for one attribute and leave a put separate', () => {
    expect(() => joinUpdates([setHolder, { update: key, set: { holder: 'c' } }])).toThrow('disagree about holder');
    const put: Write<Retry> = { put: { ...key, id: 'c' } };
    expect(joinUpdates([setHolder, put])).toEqual([setHolder, put]);
  });
});
