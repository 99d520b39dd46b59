import { expect, test } from '@jest/globals';
import { afterAttempt, isOpen, WAITS_S, type Standing } from '../../lib/domain/webhook-schedule.ts';
import { fc } from '../support/run/properties.ts';

const NOW = '2026-05-01T12:00:00Z';
const nowMs = Date.parse(NOW);
const fresh: Standing = { status: 'pending', scheduled_attempts: 0, next_attempt_at: NOW };
const failed = { trigger: 'schedule', isDelivered: false } as const;
const waited = ({ next_attempt_at }: Standing): number => (Date.parse(next_attempt_at ?? '') - nowMs) / 1000;

test('a delivery is attempted after 0 s, 5 s, 5 and 30 min, 2, 5, 10, 14, 20 and 24 h, and is then exhausted', () => {
  const waits: number[] = [];
  let standing = fresh;
  for (let attempt = 1; attempt <= 10; attempt += 1) {
    expect(isOpen(standing)).toBe(true);
    standing = afterAttempt(standing, failed, { nowMs, random: 0 });
    if (standing.status === 'waiting') waits.push(waited(standing));
  }
  expect(waits).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]);
  expect(standing).toEqual({ status: 'exhausted', scheduled_attempts: 10, next_attempt_at: null });
  expect(isOpen(standing)).toBe(false);
});

test('a wait is never shorter than its schedule, and at most a fifth longer', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 8 }), fc.double({ min: 0, max: 1, noNaN: true }), (count, random) => {
      const wait = waited(afterAttempt({ ...fresh, scheduled_attempts: count }, failed, { nowMs, random }));
      const shortest = WAITS_S[count + 1] ?? 0;
      expect(wait).toBeGreaterThanOrEqual(shortest);
      expect(wait).toBeLessThanOrEqual(shortest * 1.2 + 1);
    }),
  );
});

test('Retry-After sets the wait, but never to less than the schedule', () => {
  const asks = (retryAfterSeconds: number) =>
    waited(afterAttempt(fresh, { ...failed, retryAfterSeconds }, { nowMs, random: 0 }));
  expect([asks(0), asks(3), asks(120), asks(86_400)]).toEqual([5, 5, 120, 86_400]);
});

test('a success ends the delivery, whatever triggered the attempt', () => {
  for (const trigger of ['schedule', 'replay', 'redelivery'] as const) {
    expect(afterAttempt(fresh, { trigger, isDelivered: true }, { nowMs, random: 0 })).toMatchObject({
      status: 'delivered',
      next_attempt_at: null,
    });
  }
});

test('a failed manual redelivery changes nothing', () => {
  const standings: Standing[] = [
    fresh,
    { status: 'waiting', scheduled_attempts: 3, next_attempt_at: '2026-05-01T14:00:00Z' },
    { status: 'exhausted', scheduled_attempts: 10, next_attempt_at: null },
    { status: 'delivered', scheduled_attempts: 1, next_attempt_at: null },
  ];
  for (const standing of standings) {
    expect(afterAttempt(standing, { trigger: 'redelivery', isDelivered: false }, { nowMs, random: 0 })).toEqual(
      standing,
    );
  }
});
