import { describe, expect, test } from '@jest/globals';
import { addDuration, extendExpiry, sumDurations } from '../../lib/domain/duration.ts';
import { DAY_MS, isoSeconds, parseMs } from '../../lib/domain/time.ts';
import { fc } from '../support/run/properties.ts';

describe('addDuration', () => {
  test.each([
    ['2026-01-31T10:20:30Z', 'P1M', '2026-02-28T10:20:30Z'],
    ['2024-01-31T10:20:30Z', 'P1M', '2024-02-29T10:20:30Z'],
    ['2024-02-29T00:00:00Z', 'P1Y', '2025-02-28T00:00:00Z'],
    ['2024-02-29T00:00:00Z', 'P4Y', '2028-02-29T00:00:00Z'],
    ['2026-08-31T23:59:59Z', 'P6M', '2027-02-28T23:59:59Z'],
    ['2026-12-31T23:59:59Z', 'P1Y6M', '2028-06-30T23:59:59Z'],
    ['2026-11-30T00:00:00Z', 'P1M', '2026-12-30T00:00:00Z'],
    ['2026-12-15T00:00:00Z', 'P1M', '2027-01-15T00:00:00Z'],
    ['2026-02-28T00:00:00Z', 'P30D', '2026-03-30T00:00:00Z'],
    ['2026-02-28T00:00:00Z', 'P2W', '2026-03-14T00:00:00Z'],
    ['2026-01-31T00:00:00Z', 'P1M1D', '2026-03-01T00:00:00Z'],
    ['2026-01-31T00:00:00Z', 'P0D', '2026-01-31T00:00:00Z'],
    ['9999-06-01T00:00:00Z', 'P1Y', '9999-12-31T23:59:59Z'],
    ['2026-01-01T00:00:00Z', 'P99999999Y', '9999-12-31T23:59:59Z'],
  ])('%s plus %s is %s', (from, duration, expected) => {
    expect(addDuration(from, duration)).toBe(expected);
  });

  test('keeps the day of the month, or uses the last day of a shorter month', () => {
    const seconds = fc.integer({ min: 0, max: 4_000_000_000 });
    fc.assert(
      fc.property(seconds, fc.integer({ min: 1, max: 600 }), (second, months) => {
        const from = new Date(second * 1000);
        const to = new Date(parseMs(addDuration(isoSeconds(second * 1000), `P${months}M`)));
        const lastDay = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate();
        expect(to.getUTCDate()).toBe(Math.min(from.getUTCDate(), lastDay));
        expect((to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth()).toBe(months);
        expect(to.getTime() % DAY_MS).toBe(from.getTime() % DAY_MS);
      }),
    );
  });

  test('counts a day as 24 hours', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), fc.integer({ min: 1, max: 99_999 }), (second, days) => {
        expect(parseMs(addDuration(isoSeconds(second * 1000), `P${days}D`))).toBe(second * 1000 + days * DAY_MS);
      }),
    );
  });

  test.each(['', 'P', 'PT1H', 'P1H', 'one year'])('refuses the duration %j', (text) => {
    expect(() => addDuration('2026-01-01T00:00:00Z', text)).toThrow(RangeError);
  });
});

describe('extendExpiry', () => {
  const renewed = (expires_at: string, durations: readonly string[]) =>
    durations.reduce(extendExpiry, { expires_at, expiry_day: null }).expires_at;

  test.each([
    ['2028-01-31T23:59:59Z', ['P1M', 'P1M'], '2028-03-31T23:59:59Z'],
    ['2028-02-29T12:00:00Z', ['P1Y', 'P1Y', 'P1Y', 'P1Y'], '2032-02-29T12:00:00Z'],
    ['2026-01-31T00:00:00Z', ['P1M', 'P1Y', 'P2M'], '2027-04-30T00:00:00Z'],
    ['2026-01-31T00:00:00Z', ['P1M', 'P1Y', 'P2M', 'P1M'], '2027-05-31T00:00:00Z'],
    ['2026-01-31T00:00:00Z', ['P1M', 'P10D', 'P1M'], '2026-04-10T00:00:00Z'],
    ['2026-01-31T00:00:00Z', ['P1M', 'P1M1D', 'P1M'], '2026-05-01T00:00:00Z'],
    ['9999-11-15T00:00:00Z', ['P1Y', 'P1M'], '9999-12-31T23:59:59Z'],
  ])('%s renewed by %j is %s', (from, durations, expected) => {
    expect(renewed(from, durations)).toBe(expected);
  });

  test('gives the same date for months added in several renewals and in one', () => {
    const parts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), parts, (second, months) => {
        const first = isoSeconds(second * 1000);
        const sum = months.reduce((a, b) => a + b, 0);
        expect(
          renewed(
            first,
            months.map((n) => `P${n}M`),
          ),
        ).toBe(addDuration(first, `P${sum}M`));
      }),
    );
  });

  test('remembers the original day only if the month is too short for it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), fc.integer({ min: 1, max: 600 }), (second, months) => {
        const first = isoSeconds(second * 1000);
        const { expires_at, expiry_day } = extendExpiry({ expires_at: first, expiry_day: null }, `P${months}M`);
        const [before, after] = [first, expires_at].map((iso) => new Date(iso).getUTCDate());
        expect(expiry_day).toBe(before === after ? null : before);
      }),
    );
  });
});

test.each([
  ['P1Y', 'P1Y', 'P24M'],
  ['P6M', 'P30D', 'P6M30D'],
  ['P2W', 'P1D', 'P15D'],
  ['P99Y', 'P99Y999M', 'P3375M'],
])('sumDurations adds %s and %s up to %s', (first, second, sum) => {
  expect(sumDurations(first, second)).toBe(sum);
});
