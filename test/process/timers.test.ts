import { describe, expect, test } from '@jest/globals';
import { SECOND_MS } from '../../lib/domain/time.ts';
import { countDown, moveTo, now } from '../../lib/process/clock.ts';
import { callEvery, callLater, deadline, sleep } from '../../lib/process/timers.ts';
import { within } from '../../lib/process/within.ts';

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });

describe('a deadline', () => {
  test.each([0, -5_000, 0.5, 20.9])('of %p ms aborts in time', async (ms) => {
    const signal = deadline(ms);
    await aborted(signal);
    expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
  });

  test('aborts together with the given signal, and at once if that is already aborted', async () => {
    const call = new AbortController();
    const signal = deadline(60_000, call.signal);
    expect(signal.aborted).toBe(false);
    call.abort(new Error('the caller left'));
    await aborted(signal);
    expect(signal.reason).toMatchObject({ message: 'the caller left' });
    expect(deadline(60_000, call.signal).aborted).toBe(true);
  });

  test('ends a wait for unfinished work', async () => {
    const work = Promise.withResolvers<string>();
    await expect(within(deadline(10), work.promise)).rejects.toMatchObject({ name: 'TimeoutError' });
    work.resolve('done');
    await expect(within(deadline(60_000), work.promise)).resolves.toBe('done');
    const isOver = AbortSignal.abort(new Error('the caller left'));
    await expect(within(isOver, new Promise(() => undefined))).rejects.toThrow('the caller left');
  });

  test('ends a sleep', async () => {
    await expect(sleep(60_000, deadline(10))).rejects.toMatchObject({ name: 'AbortError' });
  });
});

test('callLater calls once after the delay, and never if cancelled', async () => {
  const calls: string[] = [];
  callLater(5, () => calls.push('made'));
  callLater(5, () => calls.push('cancelled'))();
  await sleep(30);
  expect(calls).toEqual(['made']);
});

test('callEvery stops when it is cancelled', async () => {
  let calls = 0;
  const end = callEvery(2, () => {
    calls += 1;
  });
  while (calls < 3) await sleep(2);
  end();
  const made = calls;
  await sleep(20);
  expect(calls).toBe(made);
});

test('a countdown never falls below zero', async () => {
  expect(countDown(60_000)()).toBeGreaterThan(0);
  const remaining = countDown(15);
  await sleep(30);
  expect(remaining()).toBe(0);
});

test('the clock of one machine goes ahead, and never back', () => {
  const before = now();
  expect(moveTo(before - 10 * SECOND_MS)).toBe(false);
  expect(now() - before).toBeLessThan(10 * SECOND_MS);
  expect(moveTo(before)).toBe(true);
});
