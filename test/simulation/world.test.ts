import { describe, expect, test } from '@jest/globals';
import { queues } from '../../lib/jobs.ts';
import { findDisorder } from './views.ts';
import type { Evaluate } from './world/bundle.ts';
import type { Request, Throughput } from './world/parts.ts';
import { openThroughput, READ_UNITS, WRITE_UNITS } from './world/throughput.ts';
import { openWorld } from './world/world.ts';

const evaluate: Evaluate = () => {
  throw new Error('this world has no containers');
};
const openEmptyWorld = () => openWorld({ evaluate, seed: 1, faults: [] });

const requestOf = (operation: string, input: unknown): Request => ({
  ...{ service: 'dynamodb', operation, input, signal: undefined },
});
const keyOf = (pk: string) => ({ pk: { S: pk }, sk: { S: 'x' } });
const readOf = (pk: string): Request => requestOf('GetItem', { Key: keyOf(pk) });
const writeOf = (pk: string): Request =>
  requestOf('TransactWriteItems', { TransactItems: [{ Put: { Item: keyOf(pk) } }] });

const hasRoom = (throughput: Throughput, request: Request): boolean =>
  throughput.hasRoom(throughput.partitionsOf(request));

/** The number of requests that a partition takes in this second. */
function countTaken(throughput: Throughput, request: Request, answer: object = {}): number {
  let taken = 0;
  for (; hasRoom(throughput, request); taken += 1) throughput.take(request, answer);
  return taken;
}

describe('a partition', () => {
  test('gives 1,000 write units and 3,000 read units in each second, whatever others take', () => {
    const time = { nowMs: 5_000 };
    const throughput = openThroughput(() => time.nowMs, { get: () => undefined });
    // A write of a transaction takes two units.
    expect(countTaken(throughput, writeOf('hot'))).toBe(WRITE_UNITS / 2);
    expect(hasRoom(throughput, readOf('hot'))).toBe(false);
    expect(countTaken(throughput, readOf('cold'))).toBe(READ_UNITS);
    time.nowMs = 6_000;
    expect(hasRoom(throughput, writeOf('hot'))).toBe(true);
  });

  test('takes more units for a large item', () => {
    const item = { text: { S: 'x'.repeat(10 * 1_024) } };
    const throughput = openThroughput(() => 0, { get: () => item });
    expect(countTaken(throughput, writeOf('large'))).toBe(Math.ceil(WRITE_UNITS / 22));
  });

  test('gives a query units for what it reads, half as many in an index, which has partitions of its own', () => {
    const throughput = openThroughput(() => 0, { get: () => undefined });
    const queryOf = (more: object): Request =>
      requestOf('Query', {
        KeyConditionExpression: '#a = :a',
        ExpressionAttributeValues: { ':a': { S: 'hot' } },
        ...more,
      });
    const Items = Array.from({ length: 3 }, () => ({ text: { S: 'x'.repeat(3_000) } }));
    expect(countTaken(throughput, queryOf({ IndexName: 'by_due' }), { Items })).toBe(2 * (READ_UNITS / 3));
    expect(countTaken(throughput, queryOf({ ConsistentRead: true }), { Items })).toBe(READ_UNITS / 3);
    expect(hasRoom(throughput, readOf('hot'))).toBe(false);
    expect(countTaken(throughput, queryOf({ IndexName: 'by_group' }))).toBe(2 * READ_UNITS);
  });

  test('of an index takes a unit for each entry that comes or goes, and refuses new items when it is full', () => {
    const throughput = openThroughput(() => 0, { get: () => undefined });
    const due = (at: string) => ({ due_pk: { S: 'day' }, due_sk: { S: at } });
    const put = requestOf('TransactWriteItems', {
      TransactItems: [{ Put: { Item: { ...keyOf('own'), ...due('1') } } }],
    });
    const key = { pk: 'any', sk: 'x' };
    throughput.takeInIndexes({ key, before: due('1'), after: { ...due('1'), more: { S: 'x' } } });
    for (let i = 0; i < WRITE_UNITS / 2; i += 1) {
      expect(hasRoom(throughput, put)).toBe(true);
      throughput.takeInIndexes({ key, before: due('1'), after: due('2') });
    }
    expect(hasRoom(throughput, put)).toBe(false);
    expect(hasRoom(throughput, writeOf('own'))).toBe(true);
  });
});

test('a message that has used up its tries goes to the dead letters, and to no function', async () => {
  const world = openEmptyWorld();
  const handed: string[] = [];
  world.invoke = (name) => {
    handed.push(name);
    return Promise.resolve({ kind: 'failed', error: new Error('broken') });
  };
  world.queues['webhook-retries'].send({ MessageBody: '{}' });
  await world.scheduler.run();
  expect(handed).toHaveLength(queues['webhook-retries'].tries);
  expect(world.queues['webhook-retries'].dead).toHaveLength(1);
  expect(world.queues['webhook-retries'].isIdle()).toBe(true);
});

describe('the messages that receivers are sent', () => {
  const message = (seq: number, more: object = {}): string =>
    JSON.stringify({ type: 'license.renewed', seq, data: { entity: { id: 'license-1' }, ...more } });
  const findIn = (attempts: string[], arrivals = attempts): string[] =>
    findDisorder({ ...openEmptyWorld(), attempts, arrivals });

  test('are in order when only a retry comes late', () => {
    expect(findIn([message(1), message(2), message(1), message(3)])).toEqual([]);
  });

  test('may lose a text at a later attempt, when their customer was erased', () => {
    expect(findIn([message(1, { reason: 'Ann' }), message(1, { reason: '[erased]' })])).toEqual([]);
  });

  test.each([
    ['a first attempt comes after a later one', [message(2), message(1)], 'after a later one'],
    ['a retry has another content', [message(1), message(1, { reason: 'other' })], 'another content'],
  ])('break a promise when %s', (_when, attempts, what) => {
    expect(findIn(attempts).join('\n')).toContain(what);
  });

  test('break a promise when one never arrives', () => {
    expect(findIn([message(1), message(2)], [message(2)])).toHaveLength(1);
  });
});
