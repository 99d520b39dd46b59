import { describe, expect, test } from '@jest/globals';
import { isoSeconds } from '../../lib/domain/time.ts';
import {
  hasToWait,
  isToRefill,
  LANES,
  MOST_QUEUED,
  NO_FLOW,
  p95Of,
  queuedIn,
  withSample,
  type EndpointFlow,
  type Lane,
  type Sample,
} from '../../lib/domain/webhook-flow.ts';

const nowMs = Date.parse('2026-05-01T12:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const at = (ms: number): string => isoSeconds(ms);

/** Lanes with this many messages each in the queue. */
const queuing = (...counts: readonly number[]): EndpointFlow => ({
  ...NO_FLOW,
  lanes: counts.map((count): Lane => ({ issued: 100 + count, done: 100 })),
  moved_at: at(nowMs),
});

describe('the queue of an endpoint', () => {
  test('is empty for one that was never sent anything', () => {
    expect(NO_FLOW.lanes).toHaveLength(LANES);
    expect(queuedIn(NO_FLOW, nowMs)).toBe(0);
    expect(hasToWait(NO_FLOW, nowMs, MOST_QUEUED)).toBe(false);
    expect(isToRefill(NO_FLOW, nowMs, MOST_QUEUED)).toBe(false);
  });

  test('holds what all lanes together were given and have not handled', () => {
    expect(queuedIn(queuing(1, 0, 5, 2), nowMs)).toBe(8);
  });

  test('is not made shorter by a lane that has handled more than it was given', () => {
    expect(queuedIn(queuing(3, -2, 0, 0), nowMs)).toBe(3);
  });

  test('is counted anew once nothing has moved for more than a quarter of an hour', () => {
    const full = queuing(16, 16, 16, 16);
    expect(queuedIn(full, nowMs + 15 * MINUTE)).toBe(64);
    expect(queuedIn(full, nowMs + 15 * MINUTE + 1_000)).toBe(0);
    expect(hasToWait(full, nowMs + 15 * MINUTE + 1_000, MOST_QUEUED)).toBe(false);
  });

  test('takes 64 messages, in whatever lanes they are', () => {
    expect(MOST_QUEUED).toBe(64);
    for (const lanes of [
      [63, 0, 0, 0],
      [16, 16, 16, 15],
    ])
      expect(hasToWait(queuing(...lanes), nowMs, MOST_QUEUED)).toBe(false);
    for (const lanes of [
      [64, 0, 0, 0],
      [16, 16, 16, 16],
      [70, 1, 0, 0],
    ])
      expect(hasToWait(queuing(...lanes), nowMs, MOST_QUEUED)).toBe(true);
  });

  test('takes nothing past a message that waits', () => {
    expect(hasToWait({ ...queuing(0, 0, 0, 0), waiting: 1 }, nowMs, MOST_QUEUED)).toBe(true);
  });
});

describe('a refill', () => {
  const waiting = (queued: number): EndpointFlow => ({ ...queuing(queued, 0, 0, 0), waiting: 3 });

  test('begins with fewer than 32 queued, and only where something waits', () => {
    expect(isToRefill(waiting(32), nowMs, MOST_QUEUED)).toBe(false);
    expect(isToRefill(waiting(31), nowMs, MOST_QUEUED)).toBe(true);
    expect(isToRefill({ ...waiting(31), waiting: null }, nowMs, MOST_QUEUED)).toBe(false);
  });

  test('is left to the worker that has claimed it, until its claim has run out', () => {
    const claimed = { ...waiting(0), refilled_until: at(nowMs + 20_000) };
    expect(isToRefill(claimed, nowMs + 19_000, MOST_QUEUED)).toBe(false);
    expect(isToRefill(claimed, nowMs + 20_000, MOST_QUEUED)).toBe(true);
  });
});

describe('the time of an endpoint’s answers', () => {
  const took = (latency_ms: number, ms = nowMs): Sample => ({ at: at(ms), latency_ms });

  test('is unknown without an answer of the last day', () => {
    expect(p95Of({ samples: [] }, nowMs)).toBeNull();
    expect(p95Of({ samples: [took(70, nowMs - 24 * HOUR)] }, nowMs)).toBeNull();
    expect(p95Of({ samples: [took(70, nowMs - 24 * HOUR + 1_000), took(900, nowMs - 25 * HOUR)] }, nowMs)).toBe(70);
  });

  test('is what nineteen of twenty took at most, in whatever order they came', () => {
    expect(p95Of({ samples: [took(70)] }, nowMs)).toBe(70);
    const hundreds = Array.from({ length: 20 }, (_, i) => took(100 * (i + 1)));
    expect(p95Of({ samples: hundreds }, nowMs)).toBe(1_900);
    expect(p95Of({ samples: hundreds.toReversed() }, nowMs)).toBe(1_900);
    expect(p95Of({ samples: [...Array.from({ length: 19 }, () => took(9_000)), took(1)] }, nowMs)).toBe(9_000);
  });

  test('is that of the last 40', () => {
    let samples: Sample[] = [];
    for (let i = 1; i <= 45; i += 1) samples = withSample(samples, took(i));
    expect(samples.map(({ latency_ms }) => latency_ms)).toEqual(Array.from({ length: 40 }, (_, i) => i + 6));
    expect(p95Of({ samples }, nowMs)).toBe(43);
  });
});
