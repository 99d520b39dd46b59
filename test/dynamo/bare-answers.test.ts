import { describe, expect, test } from '@jest/globals';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { withArchive } from '../../lib/dynamo/archived-items.ts';
import { isPresent } from '../../lib/dynamo/condition.ts';
import { joinReads } from '../../lib/dynamo/join-reads.ts';
import { query } from '../../lib/dynamo/query.ts';
import { pauseForOthers } from '../../lib/dynamo/retrying.ts';
import { scanSegment } from '../../lib/dynamo/scan.ts';
import { ping, readItems, type Table } from '../../lib/dynamo/table.ts';
import { transact } from '../../lib/dynamo/transact.ts';
import { Contention, type Wire } from '../../lib/dynamo/wire.ts';
import { Unavailable } from '../../lib/process/outage.ts';

const key = { pk: 'AB#thing', sk: 'thing' };
const Key = { pk: { S: key.pk }, sk: { S: key.sk } };
/** A table whose wire answers what no engine does at will. */
const answering = (answer: () => unknown): Table => ({
  wire: (() => Promise.resolve().then(answer)) as unknown as Table['wire'],
  name: 'table',
  owners: ['AB'],
  signal: new AbortController().signal,
});
const failing = (error: Error): Table =>
  answering(() => {
    throw error;
  });

describe('an answer without a list', () => {
  test('to a query or a scan has no items', async () => {
    expect(
      await query(
        answering(() => ({})),
        { pk: 'AB#thing', limit: 1 },
      ),
    ).toEqual({ items: [], last: undefined });
    mockClient(DynamoDBClient).on(ScanCommand).resolves({});
    const pages = scanSegment(new DynamoDBClient({}), 'table', { segment: 0, total: 1 });
    expect(await pages.next()).toEqual({ done: false, value: [] });
  });

  test('of reasons leaves a cancelled transaction failed, and so does a reason without a code', async () => {
    const cancelled = (more: object) =>
      Object.assign(new Error('cancelled'), { name: 'TransactionCanceledException', ...more });
    for (const error of [cancelled({}), cancelled({ CancellationReasons: [{}] })])
      await expect(transact(failing(error), [{ check: key, guard: isPresent }])).rejects.toBe(error);
  });
});

test('a table that does not answer a ping is unavailable, and any other fault is thrown', async () => {
  expect(
    await ping(
      answering(() => ({})),
      key,
    ),
  ).toBe(true);
  expect(await ping(failing(new Unavailable('away')), key)).toBe(false);
  await expect(ping(failing(new TypeError('broken')), key)).rejects.toThrow('broken');
});

test('an item that was not read is not looked up', async () => {
  const itemAt = await readItems(
    answering(() => ({ Responses: { table: [Key] } })),
    [key],
  );
  expect(itemAt(key)).toEqual(key);
  expect(() => itemAt({ ...key, sk: 'other' })).toThrow('an item is looked up that was not read');
});

test('a try that others disturbed ends as contention once its time is up', async () => {
  await expect(pauseForOthers({ signal: AbortSignal.abort() }, 1)).rejects.toBeInstanceOf(Contention);
});

describe('joined reads', () => {
  const signal = new AbortController().signal;
  const keyOf = (name: string) => ({ pk: { S: name }, sk: { S: 'x' } });

  test('are one request, and each reader is left with its own unprocessed keys', async () => {
    const sent: unknown[] = [];
    const wire = joinReads(((_: string, input: unknown) => {
      sent.push(input);
      return Promise.resolve({ Responses: {}, UnprocessedKeys: { t: { Keys: [keyOf('b')] } } });
    }) as unknown as Wire<'BatchGetItem'>);
    const read = (...names: string[]) =>
      wire('BatchGetItem', { RequestItems: { t: { Keys: names.map(keyOf) } } }, signal);
    const [one, other, none] = await Promise.all([
      read('a', 'b'),
      read('a'),
      wire('BatchGetItem', { RequestItems: { t: { Keys: undefined } } }, signal),
    ]);
    expect(sent).toHaveLength(1);
    expect(one.UnprocessedKeys).toEqual({ t: { Keys: [keyOf('b')] } });
    expect([other.UnprocessedKeys, none.UnprocessedKeys]).toEqual([{}, {}]);
  });

  test('name a table', () => {
    const wire = joinReads(answering(() => ({})).wire);
    for (const input of [{ RequestItems: {} }, { RequestItems: undefined }])
      expect(() => wire('BatchGetItem', input, signal)).toThrow('a batch read names no table');
  });
});

test('an archive that lacks an item is broken, and its reader learns which', async () => {
  const archived = { ...Key, archived: { S: 'sha' } };
  const { wire } = answering(() => ({ Item: archived }));
  const read = (text: string) =>
    withArchive(wire, () => Promise.resolve(text))('GetItem', { TableName: 'table', Key }, AbortSignal.timeout(5_000));
  await expect(read('')).rejects.toThrow('the archive of AB#thing lacks thing');
  expect(await read(JSON.stringify({ ...Key, note: { S: 'kept' } }))).toEqual({
    Item: { ...archived, note: { S: 'kept' } },
  });
});
