import { afterAll, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { newId } from '../../lib/process/ids.ts';
import type { OutgoingEvent } from '../../lib/events/outgoing.ts';
import { consumeOnce } from '../../lib/relay/consume-once.ts';
import { moveClock } from '../support/run/clock.ts';
import { wholeTable } from '../support/table/whole-table.ts';
import { useService } from '../support/service/started-service.ts';
import { DAY_S, MINUTE_MS } from '../../lib/domain/time.ts';

const service = useService();
afterAll(() => service.client.destroy());

const newEvent = (): { detail: OutgoingEvent } => {
  const entity = { type: 'license', id: newId(Date.now()) } as const;
  const rest = {
    request_id: 'r',
    reason: null,
    before: null,
    after: null,
    brand: { slug: 'x' },
    actor: { type: 'system', id: 'x' },
  } as const;
  return {
    detail: {
      id: newId(Date.now()),
      type: 'license.renewed',
      seq: 2,
      occurred_at: '2026-01-01T00:00:00Z',
      entity,
      ...rest,
    },
  };
};
const within = (remainingMs: number): Context => ({ getRemainingTimeInMillis: () => remainingMs }) as Context;

test('each consumer handles a repeated event once', async () => {
  const handled: string[] = [];
  const one = consumeOnce('one', (event) => Promise.resolve(void handled.push(`one ${event.id}`)));
  const other = consumeOnce('other', (event) => Promise.resolve(void handled.push(`other ${event.id}`)));
  const event = newEvent();
  const next = newEvent();
  await one(event, within(5_000));
  await one(event, within(5_000));
  await other(event, within(5_000));
  await one(next, within(5_000));
  expect(handled).toEqual([`one ${event.detail.id}`, `other ${event.detail.id}`, `one ${next.detail.id}`]);
});

test('a consumer retries an event whose handling failed', async () => {
  let calls = 0;
  const consume = consumeOnce('failing', () => {
    calls += 1;
    return calls === 1 ? Promise.reject(new Error('not now')) : Promise.resolve();
  });
  const event = newEvent();
  await expect(consume(event, within(5_000))).rejects.toThrow('not now');
  await consume(event, within(5_000));
  await consume(event, within(5_000));
  expect(calls).toBe(2);
});

test('a consumer retries the event of a crashed consumer only after that one’s timeout', async () => {
  const begun = Promise.withResolvers<undefined>();
  let calls = 0;
  const consume = consumeOnce('dying', () => {
    calls += 1;
    if (calls > 1) return Promise.resolve();
    begun.resolve(undefined);
    return new Promise<void>(() => undefined);
  });
  const event = newEvent();
  void consume(event, within(5 * MINUTE_MS));
  await begun.promise;
  moveClock(4 * MINUTE_MS);
  await expect(consume(event, within(5 * MINUTE_MS))).rejects.toThrow(/in progress/i);
  moveClock(MINUTE_MS);
  await consume(event, within(5 * MINUTE_MS));
  expect(calls).toBe(2);
});

test('a handled event has its own partition in the table and expires after fifteen days', async () => {
  const consume = consumeOnce('tidy', () => Promise.resolve());
  await consume(newEvent(), within(5_000));
  await consume(newEvent(), within(5_000));
  const records = (await wholeTable(service)).filter(({ pk }) => pk.startsWith('@platform#consumed#tidy#'));
  expect(new Set(records.map(({ pk }) => pk)).size).toBe(2);
  const inDays = records.map(({ ttl }) => (Number(ttl) - Date.now() / 1000) / DAY_S);
  for (const days of inDays) expect(days).toBeCloseTo(15, 1);
});
