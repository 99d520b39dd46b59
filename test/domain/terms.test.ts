import { describe, expect, test } from '@jest/globals';
import { computeGraceEnd, isInGrace, seatCeiling } from '../../lib/domain/terms.ts';
import { DAY_MS, parseMs } from '../../lib/domain/time.ts';
import { fc } from '../support/run/properties.ts';

describe('seatCeiling', () => {
  test.each([
    [5, undefined, 5],
    [5, 'none', 5],
    [1, '1.25x', 1],
    [3, '1.25x', 3],
    [4, '1.25x', 5],
    [7, '1.25x', 8],
    [1, '1.5x', 1],
    [2, '1.5x', 3],
    [5, '1.5x', 7],
    [5, '2x', 10],
    [1_000_000, '1.25x', 1_250_000],
    [5, 'unlimited', Infinity],
    [null, 'none', Infinity],
    [null, '1.5x', Infinity],
  ] as const)('of %p seats with overage %p is %p', (limit, overage, ceiling) => {
    expect(seatCeiling(limit, overage === undefined ? {} : { overage })).toBe(ceiling);
  });

  test('is the largest whole number of seats within limit × overage', () => {
    const hundredths = { none: 100n, '1.25x': 125n, '1.5x': 150n, '2x': 200n } as const;
    const overages = fc.constantFrom('none' as const, '1.25x' as const, '1.5x' as const, '2x' as const);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), overages, (limit, overage) => {
        expect(BigInt(seatCeiling(limit, { overage }))).toBe((BigInt(limit) * hundredths[overage]) / 100n);
      }),
    );
  });
});

describe('the grace period', () => {
  const expiry = '2026-12-31T23:59:59Z';

  test('ends the configured number of days after expiry', () => {
    expect(computeGraceEnd(expiry, { grace_days: 14 })).toBe('2027-01-14T23:59:59Z');
    expect(computeGraceEnd(expiry, {})).toBe(expiry);
    expect(computeGraceEnd(null, { grace_days: 14 })).toBeNull();
  });

  test('begins in the second of expiry and ends to the millisecond', () => {
    const policy = { grace_days: 1 };
    expect(isInGrace(expiry, policy, parseMs(expiry) - 1)).toBe(false);
    expect(isInGrace(expiry, policy, parseMs(expiry))).toBe(true);
    expect(isInGrace(expiry, policy, parseMs(expiry) + DAY_MS - 1)).toBe(true);
    expect(isInGrace(expiry, policy, parseMs(expiry) + DAY_MS)).toBe(false);
  });

  test('does not exist without grace days or without an expiry', () => {
    expect(isInGrace(expiry, {}, parseMs(expiry))).toBe(false);
    expect(isInGrace(null, { grace_days: 365 }, parseMs(expiry))).toBe(false);
  });
});
