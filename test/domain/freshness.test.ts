import { describe, expect, test } from '@jest/globals';
import { combineFreshness, computeFreshness, computeOwnNumber } from '../../lib/domain/freshness.ts';
import type { Policy } from '../../lib/domain/policy.ts';
import { computeGraceEnd } from '../../lib/domain/terms.ts';
import { DAY_MS, HOUR_MS, HOUR_S, MINUTE_MS, SECOND_MS, isoSeconds, parseMs } from '../../lib/domain/time.ts';
import { decideVerdict } from '../../lib/domain/verdict.ts';
import { sampleActivation, sampleLicense } from '../support/service/sample-license.ts';
import { fc } from '../support/run/properties.ts';

const NOW = parseMs('2026-06-01T00:00:00Z');
const EXPIRY = '2026-12-31T23:59:59Z';

const policies: fc.Arbitrary<Policy> = fc.record(
  {
    check_interval_hours: fc.integer({ min: 1, max: 168 }),
    offline_days: fc.integer({ min: 1, max: 90 }),
    grace_days: fc.integer({ min: 0, max: 30 }),
    expiration_strategy: fc.constantFrom('restrict' as const, 'maintain' as const),
  },
  { requiredKeys: [] },
);
const situations = fc.record({
  policy: policies,
  status: fc.constantFrom('valid' as const, 'suspended' as const, 'cancelled' as const),
  expires_at: fc.option(fc.integer({ min: -60, max: 60 }).map((days) => isoSeconds(parseMs(EXPIRY) + days * DAY_MS))),
  isActive: fc.boolean(),
  nowMs: fc.integer({ min: -60 * 24 * 60, max: 60 * 24 * 60 }).map((minutes) => parseMs(EXPIRY) + minutes * MINUTE_MS),
  own: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  factor: fc.integer({ min: 1, max: 24 }),
});
type Situation = typeof situations extends fc.Arbitrary<infer T> ? T : never;

function freshnessIn({ policy, status, expires_at, isActive, nowMs, own, factor }: Situation) {
  const license = sampleLicense({ policy, status, expires_at });
  const activation = isActive ? sampleActivation() : undefined;
  const verdictAt = (ms: number) => decideVerdict(license, activation, ms);
  const { code } = verdictAt(nowMs);
  const fresh = computeFreshness({ code, own, factor, nowMs, license, verdictAt });
  const hours =
    { suspended: 6, expired: 6, cancelled: 24, product_not_on_key: 24 }[code as string] ??
    policy.check_interval_hours ??
    12;
  const ends = [expires_at, computeGraceEnd(expires_at, policy)].flatMap((time) =>
    time === null ? [] : parseMs(time),
  );
  const changesMs = ends.filter((ms) => ms > nowMs && verdictAt(ms).code !== code);
  return { ...fresh, nextMs: parseMs(fresh.next_check_at), verdictAt, intervalMs: hours * factor * HOUR_MS, changesMs };
}

const holds = (check: (situation: Situation) => void): void => {
  fc.assert(fc.property(situations, check), { numRuns: 1_000 });
};

describe('next_check_at', () => {
  test('is between half an interval and one and a half away, unless the verdict changes before', () => {
    holds((situation) => {
      const { nextMs, intervalMs, changesMs } = freshnessIn(situation);
      const [change = Infinity] = changesMs;
      if (nextMs >= change) return;
      expect(nextMs).toBeGreaterThanOrEqual(situation.nowMs + intervalMs / 2 - SECOND_MS);
      expect(nextMs).toBeLessThan(situation.nowMs + 1.5 * intervalMs);
    });
  });

  test('is the own second of the instance in its interval, whenever it asks', () => {
    holds((situation) => {
      const { nextMs, intervalMs, changesMs } = freshnessIn(situation);
      if (changesMs.some((change) => change <= nextMs)) return;
      expect((nextMs / SECOND_MS) % (intervalMs / SECOND_MS)).toBe(situation.own % (intervalMs / SECOND_MS));
    });
  });

  test('follows a change of the verdict within an hour', () => {
    holds((situation) => {
      const { nextMs, changesMs, intervalMs } = freshnessIn(situation);
      const [change] = changesMs;
      if (change === undefined || change > nextMs) return;
      expect(nextMs - change).toBeLessThan(Math.min(intervalMs, HOUR_MS));
    });
  });

  test('spreads a million sites evenly over the interval, and their return after an expiry over an hour', () => {
    const counts = { regular: new Map<number, number>(), expiry: new Map<number, number>() };
    const license = sampleLicense({ expires_at: isoSeconds(NOW) });
    const verdictAt = (ms: number) => decideVerdict(license, sampleActivation(), ms);
    const sites = 100_000;
    for (let i = 0; i < sites; i += 1) {
      const own = computeOwnNumber(license.id, 'url', `https://site-${String(i)}.example`);
      const common = { code: 'valid' as const, own, factor: 1, license };
      const regular = computeFreshness({ ...common, nowMs: NOW - 30 * DAY_MS, verdictAt });
      const afterExpiry = computeFreshness({ ...common, nowMs: NOW - MINUTE_MS, verdictAt });
      const hour = Math.floor(parseMs(regular.next_check_at) / HOUR_MS);
      const minute = Math.floor(parseMs(afterExpiry.next_check_at) / MINUTE_MS);
      counts.regular.set(hour, (counts.regular.get(hour) ?? 0) + 1);
      counts.expiry.set(minute, (counts.expiry.get(minute) ?? 0) + 1);
    }
    expect([counts.regular.size, counts.expiry.size]).toEqual([12, 60]);
    expect(Math.max(...counts.regular.values())).toBeLessThan((sites / 12) * 1.1);
    expect(Math.max(...counts.expiry.values())).toBeLessThan((sites / 60) * 1.2);
  });

  test.each([
    ['license_key_not_found', 24],
    ['license_key_replaced', 24],
    ['product_not_on_key', 24],
    ['license_cancelled', 24],
    ['license_suspended', 6],
    ['license_expired', 6],
    ['seat_limit_reached', 3],
    ['unavailable', 3],
  ] as const)('after %s has an interval of %i hours, times the factor', (code, hours) => {
    const license = sampleLicense({ policy: { check_interval_hours: 3 } });
    for (const factor of [1, 4]) {
      const seconds = hours * factor * HOUR_S;
      const own = 7 + seconds * 5;
      const { next_check_at } = computeFreshness({ code, own, factor, nowMs: NOW, license, verdictAt: undefined });
      expect((parseMs(next_check_at) / SECOND_MS) % seconds).toBe(7);
    }
  });
});

describe('stale_ok_until', () => {
  test('is null exactly where the answer is no', () => {
    holds((situation) => {
      const { stale_ok_until, verdictAt } = freshnessIn(situation);
      expect(stale_ok_until !== null).toBe(verdictAt(situation.nowMs).may_run);
    });
  });

  test('never reaches beyond the second in which the verdict turns to no, and ends at it exactly', () => {
    holds((situation) => {
      const { stale_ok_until, verdictAt } = freshnessIn(situation);
      if (stale_ok_until === null) return;
      expect(verdictAt(parseMs(stale_ok_until) - SECOND_MS).may_run).toBe(true);
    });
  });

  test('is never before one more interval after the next check, unless the verdict turns to no', () => {
    holds((situation) => {
      const { stale_ok_until, nextMs, intervalMs, verdictAt } = freshnessIn(situation);
      if (stale_ok_until === null || verdictAt(parseMs(stale_ok_until)).may_run === false) return;
      const offline = situation.nowMs + (situation.policy.offline_days ?? 14) * DAY_MS;
      expect(parseMs(stale_ok_until)).toBe(Math.max(offline, nextMs + intervalMs));
    });
  });

  test('outlasts an expiry after which the site keeps running', () => {
    const license = sampleLicense({ expires_at: EXPIRY, policy: { expiration_strategy: 'maintain' } });
    const verdictAt = (ms: number) => decideVerdict(license, sampleActivation(), ms);
    const nowMs = parseMs(EXPIRY) - DAY_MS;
    const fresh = computeFreshness({ code: 'valid', own: 0, factor: 1, nowMs, license, verdictAt });
    expect(fresh.stale_ok_until).toBe(isoSeconds(nowMs + 14 * DAY_MS));
  });
});

test('grace_until is the end of the grace period, whatever the status of the license', () => {
  holds((situation) => {
    const { expires_at, policy } = situation;
    const expected = (policy.grace_days ?? 0) > 0 ? computeGraceEnd(expires_at, policy) : null;
    expect(freshnessIn(situation).grace_until).toBe(expected);
  });
});

test('no time is later than the last second of ISO 8601', () => {
  const verdictAt = (ms: number) => decideVerdict(sampleLicense(), sampleActivation(), ms);
  const nowMs = parseMs('9999-12-31T23:00:00Z');
  const fresh = computeFreshness({ code: 'valid', own: 1, factor: 1, nowMs, license: sampleLicense(), verdictAt });
  expect(fresh).toMatchObject({ next_check_at: '9999-12-31T23:59:59Z', stale_ok_until: '9999-12-31T23:59:59Z' });
});

test('the freshness of several licenses asks with the first, and relies on the longest yes', () => {
  const one = { next_check_at: '2026-01-02T00:00:00Z', stale_ok_until: null, grace_until: EXPIRY };
  const other = { next_check_at: '2026-01-03T00:00:00Z', stale_ok_until: '2026-02-01T00:00:00Z', grace_until: null };
  expect(combineFreshness([other, one])).toEqual({
    next_check_at: one.next_check_at,
    stale_ok_until: other.stale_ok_until,
    grace_until: null,
  });
});
