import { describe, expect, test } from '@jest/globals';
import { HOUR_MS, MINUTE_MS, SECOND_MS, isoSeconds } from '../../lib/domain/time.ts';
import {
  hasToWait,
  isToRefill,
  LANES,
  MOST_QUEUED,
  NO_FLOW,
  computeP95,
  queuedIn,
  addSample,
  type EndpointFlow,
  type Lane,
  type Sample,
} from '../../lib/domain/webhook-flow.ts';

const nowMs = Date.parse('2026-05-01T12:00:00Z');
const at = (ms: number): string => isoSeconds(ms);

/** Lanes with this many messages each in the queue. */
const queuing = (...counts: readonly number[]): EndpointFlow => ({
  ...NO_FLOW,
  lanes: counts.map((count): Lane => ({ issued: 100 + count, done: 100 })),
  moved_at: at(nowMs),
});

describe('the queue of an endpoint', () => {
  test('is empty for a new endpoint', () => {
    expect(NO_FLOW.lanes).toHaveLength(LANES);
    expect(queuedIn(NO_FLOW, nowMs)).toBe(0);
    expect(hasToWait(NO_FLOW, nowMs, MOST_QUEUED)).toBe(false);
    expect(isToRefill(NO_FLOW, nowMs, MOST_QUEUED)).toBe(false);
  });

  test('counts the unhandled messages of all lanes together', () => {
    expect(queuedIn(queuing(1, 0, 5, 2), nowMs)).toBe(8);
  });

  test('is not shortened by a lane that handled more messages than it was issued', () => {
    expect(queuedIn(queuing(3, -2, 0, 0), nowMs)).toBe(3);
  });

  test('counts as empty once nothing has moved for more than 15 minutes', () => {
    const full = queuing(16, 16, 16, 16);
    expect(queuedIn(full, nowMs + 15 * MINUTE_MS)).toBe(64);
    expect(queuedIn(full, nowMs + 15 * MINUTE_MS + 1_000)).toBe(0);
    expect(hasToWait(full, nowMs + 15 * MINUTE_MS + 1_000, MOST_QUEUED)).toBe(false);
  });

  test('accepts 64 messages, in whatever lanes they are', () => {
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

  test('accepts no message while an earlier one waits', () => {
    expect(hasToWait({ ...queuing(0, 0, 0, 0), waiting: 1 }, nowMs, MOST_QUEUED)).toBe(true);
  });
});

describe('a refill', () => {
  const waiting = (queued: number): EndpointFlow => ({ ...queuing(queued, 0, 0, 0), waiting: 3 });

  test('starts below 32 queued messages, and only if a message waits', () => {
    expect(isToRefill(waiting(32), nowMs, MOST_QUEUED)).toBe(false);
    expect(isToRefill(waiting(31), nowMs, MOST_QUEUED)).toBe(true);
    expect(isToRefill({ ...waiting(31), waiting: null }, nowMs, MOST_QUEUED)).toBe(false);
  });

  test('is reserved for the worker that claimed it until the claim expires', () => {
    const claimed = { ...waiting(0), refilled_until: at(nowMs + 20_000) };
    expect(isToRefill(claimed, nowMs + 19_000, MOST_QUEUED)).toBe(false);
    expect(isToRefill(claimed, nowMs + 20_000, MOST_QUEUED)).toBe(true);
  });
});

describe('the 95th percentile of an endpoint’s latency', () => {
  const took = (latency_ms: number, ms = nowMs): Sample => ({ at_s: Math.floor(ms / SECOND_MS), latency_ms });

  test('is null without an answer within the last day', () => {
    expect(computeP95({ samples: [] }, nowMs)).toBeNull();
    expect(computeP95({ samples: [took(70, nowMs - 24 * HOUR_MS)] }, nowMs)).toBeNull();
    expect(
      computeP95({ samples: [took(70, nowMs - 24 * HOUR_MS + 1_000), took(900, nowMs - 25 * HOUR_MS)] }, nowMs),
    ).toBe(70);
  });

  test('is the longest latency of the fastest 19 in 20 answers, in any order', () => {
    expect(computeP95({ samples: [took(70)] }, nowMs)).toBe(70);
    const hundreds = Array.from({ length: 20 }, (_, i) => took(100 * (i + 1)));
    expect(computeP95({ samples: hundreds }, nowMs)).toBe(1_900);
    expect(computeP95({ samples: hundreds.toReversed() }, nowMs)).toBe(1_900);
    expect(computeP95({ samples: [...Array.from({ length: 19 }, () => took(9_000)), took(1)] }, nowMs)).toBe(9_000);
  });

  test('covers the last 40 answers', () => {
    let samples: Sample[] = [];
    for (let i = 1; i <= 45; i += 1) samples = addSample(samples, took(i));
    expect(samples.map(({ latency_ms }) => latency_ms)).toEqual(Array.from({ length: 40 }, (_, i) => i + 6));
    expect(computeP95({ samples }, nowMs)).toBe(43);
  });
});
