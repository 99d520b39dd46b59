import { expect, test } from '@jest/globals';
import {
  afterFailure,
  decideBreaker,
  hasFailedForLong,
  putOffUntil,
  trialUntil,
  type EndpointHealth,
} from '../../lib/domain/webhook-health.ts';
import { MINUTE_MS, HOUR_MS, DAY_MS, HOUR_S, isoSeconds } from '../../lib/domain/time.ts';

const NOW = '2026-05-01T12:00:00Z';
const nowMs = Date.parse(NOW);

function failing(times: number, everyMs = 1_000, from = nowMs): { health: EndpointHealth; lastMs: number } {
  let health: EndpointHealth | undefined;
  let atMs = from;
  for (let i = 0; i < times; i += 1) {
    atMs = from + i * everyMs;
    health = afterFailure(health, atMs);
  }
  if (health === undefined) throw new Error('nothing failed');
  return { health, lastMs: atMs };
}

test('ten failures in a row open the breaker for a minute, and then one trial message is allowed', () => {
  expect(decideBreaker(undefined, nowMs)).toBe('closed');
  expect(decideBreaker(failing(9).health, nowMs + 9_000)).toBe('closed');
  const { health, lastMs } = failing(10);
  expect(decideBreaker(health, lastMs)).toBe('open');
  expect(decideBreaker(health, lastMs + MINUTE_MS - 1)).toBe('open');
  expect(decideBreaker(health, lastMs + MINUTE_MS)).toBe('half_open');
  expect(decideBreaker({ ...health, open_until: trialUntil(lastMs + MINUTE_MS) }, lastMs + MINUTE_MS)).toBe('open');
  expect(decideBreaker(afterFailure(health, lastMs + MINUTE_MS), lastMs + MINUTE_MS)).toBe('open');
});

test('Retry-After opens the breaker for the time it asks for, and then closes it completely', () => {
  const health = afterFailure(undefined, nowMs, 300);
  expect(decideBreaker(health, nowMs + 299_000)).toBe('open');
  expect(decideBreaker(health, nowMs + 300_000)).toBe('closed');
});

test('a failure of a concurrent attempt does not shorten the time of Retry-After', () => {
  const { health, lastMs } = failing(10);
  const asked = afterFailure(health, lastMs, HOUR_S);
  expect(decideBreaker(afterFailure(asked, lastMs + 1_000), lastMs + HOUR_MS - 1_000)).toBe('open');
});

test('an endpoint counts as failing for long after exactly five days without a success', () => {
  const { health } = failing(3, DAY_MS);
  expect(hasFailedForLong(health)).toBe(false);
  expect(
    hasFailedForLong(
      afterFailure(
        afterFailure(afterFailure(health, nowMs + 3 * DAY_MS), nowMs + 4 * DAY_MS),
        nowMs + 5 * DAY_MS - 1_000,
      ),
    ),
  ).toBe(false);
  expect(
    hasFailedForLong(
      afterFailure(afterFailure(afterFailure(health, nowMs + 3 * DAY_MS), nowMs + 4 * DAY_MS), nowMs + 5 * DAY_MS),
    ),
  ).toBe(true);
});

test('a failure six days after the last one restarts the count, because nothing was tried in between', () => {
  const { health, lastMs } = failing(12, HOUR_MS);
  const later = lastMs + 6 * DAY_MS;
  expect(afterFailure(health, later)).toEqual({
    failures: 1,
    failing_since: isoSeconds(later),
    last_failed_at: isoSeconds(later),
    open_until: null,
  });
});

test('a held message is retried after a quarter of the outage so far, between a minute and an hour', () => {
  const after = (downMs: number, random = 0): number => {
    const { health } = failing(10, 1, nowMs);
    return Date.parse(putOffUntil({ ...health, open_until: null }, nowMs + downMs, random)) - nowMs - downMs;
  };
  expect([after(0), after(2 * MINUTE_MS), after(40 * MINUTE_MS), after(4 * HOUR_MS), after(4 * DAY_MS)]).toEqual([
    MINUTE_MS,
    MINUTE_MS,
    10 * MINUTE_MS,
    HOUR_MS,
    HOUR_MS,
  ]);
  expect(after(4 * DAY_MS, 1)).toBe(1.2 * HOUR_MS);
});

test('a held message is never retried while the breaker is open', () => {
  const health = afterFailure(undefined, nowMs, 7_200);
  for (const random of [0, 0.5, 1])
    expect(decideBreaker(health, Date.parse(putOffUntil(health, nowMs, random)))).toBe('closed');
});
