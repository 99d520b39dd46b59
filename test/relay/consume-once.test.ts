import { afterAll, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { newId } from '../../lib/process/ids.ts';
import { openHandlingOnce } from '../../lib/relay/consume-once.ts';
import { moveClock } from '../support/run/clock.ts';
import { wholeTable } from '../support/table/whole-table.ts';
import { useService } from '../support/service/started-service.ts';
import { DAY_S, MINUTE_MS } from '../../lib/domain/time.ts';

const service = useService();
afterAll(() => service.client.destroy());

const newEventId = (): string => newId(Date.now());
const within = (remainingMs: number): Context => ({ getRemainingTimeInMillis: () => remainingMs }) as Context;

test('each consumer handles a repeated event once', async () => {
  const handled: string[] = [];
  const one = openHandlingOnce<string>('one', (event) => Promise.resolve(void handled.push(`one ${event}`)));
  const other = openHandlingOnce<string>('other', (event) => Promise.resolve(void handled.push(`other ${event}`)));
  const id = newEventId();
  const next = newEventId();
  await one(id, 'first', within(5_000));
  await one(id, 'first', within(5_000));
  await other(id, 'first', within(5_000));
  await one(next, 'second', within(5_000));
  expect(handled).toEqual(['one first', 'other first', 'one second']);
});

test('a consumer retries an event whose handling failed', async () => {
  let calls = 0;
  const consume = openHandlingOnce('failing', () => {
    calls += 1;
    return calls === 1 ? Promise.reject(new Error('not now')) : Promise.resolve();
  });
  const id = newEventId();
  await expect(consume(id, undefined, within(5_000))).rejects.toThrow('not now');
  await consume(id, undefined, within(5_000));
  await consume(id, undefined, within(5_000));
  expect(calls).toBe(2);
});

test('a consumer retries the event of a crashed consumer only after that one’s timeout', async () => {
  const begun = Promise.withResolvers<undefined>();
  let calls = 0;
  const consume = openHandlingOnce('dying', () => {
    calls += 1;
    if (calls > 1) return Promise.resolve();
    begun.resolve(undefined);
    return new Promise<void>(() => undefined);
  });
  const id = newEventId();
  void consume(id, undefined, within(5 * MINUTE_MS));
  await begun.promise;
  moveClock(4 * MINUTE_MS);
  await expect(consume(id, undefined, within(5 * MINUTE_MS))).rejects.toThrow(/in progress/i);
  moveClock(MINUTE_MS);
  await consume(id, undefined, within(5 * MINUTE_MS));
  expect(calls).toBe(2);
});

test('a handled event has its own partition in the table and expires after fifteen days', async () => {
  const consume = openHandlingOnce('tidy', () => Promise.resolve());
  await consume(newEventId(), undefined, within(5_000));
  await consume(newEventId(), undefined, within(5_000));
  const records = (await wholeTable(service)).filter(({ pk }) => pk.startsWith('@platform#consumed#tidy#'));
  expect(new Set(records.map(({ pk }) => pk)).size).toBe(2);
  const inDays = records.map(({ ttl }) => (Number(ttl) - Date.now() / 1000) / DAY_S);
  for (const days of inDays) expect(days).toBeCloseTo(15, 1);
});
