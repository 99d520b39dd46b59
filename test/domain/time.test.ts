import { describe, expect, test } from '@jest/globals';
import { MINUTE_MS, isDue, isoSeconds, parseMs, parseTime } from '../../lib/domain/time.ts';
import { fc } from '../support/run/properties.ts';

describe('parseTime', () => {
  test.each([
    ['2026-12-31T23:59:59Z', '2026-12-31T23:59:59Z'],
    ['2026-12-31t23:59:59z', '2026-12-31T23:59:59Z'],
    ['2026-12-31T23:59Z', '2026-12-31T23:59:00Z'],
    ['2026-12-31', '2026-12-31T23:59:59Z'],
    ['2024-02-29', '2024-02-29T23:59:59Z'],
    ['2027-01-01T01:30:00+02:00', '2026-12-31T23:30:00Z'],
    ['2026-12-31T23:30:00-0100', '2027-01-01T00:30:00Z'],
    ['2026-12-31T23:30:00+05', '2026-12-31T18:30:00Z'],
    ['2026-12-31T23:30:00-00:00', '2026-12-31T23:30:00Z'],
    ['2026-12-31T23:59:59.999Z', '2026-12-31T23:59:59Z'],
    ['2026-12-31T23:59:59,5+01:00', '2026-12-31T22:59:59Z'],
    ['1969-12-31T23:59:58.9Z', '1969-12-31T23:59:58Z'],
    ['0050-01-01T00:00:00Z', '0050-01-01T00:00:00Z'],
  ])('reads %s as %s', (text, iso) => {
    expect(parseTime(text)).toBe(iso);
  });

  test.each([
    '2026-02-30',
    '2025-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31T00:00:00Z',
    '2026-12-31T24:00:00Z',
    '2026-12-31T23:60:00Z',
    '2026-12-31T23:59:60Z',
    '2026-12-31T23:59:59',
    '2026-12-31T23:59',
    '2026-12-31 23:59:59Z',
    '2026-12-31T23:59:59+24:00',
    '2026-12-31T23:59:59+01:60',
    '2026-12-31T23:59:59.Z',
    '2026-12-31T23Z',
    '20261231',
    '31.12.2026',
    '1798761599',
    'tomorrow',
    '',
    '9999-12-31T23:59:59-00:01',
    '0000-01-01T00:00:00+00:01',
    '+02026-12-31T00:00:00Z',
    '2026-12-31\n',
  ])('refuses %j', (text) => {
    expect(parseTime(text)).toBeUndefined();
  });

  test('reads back every second it writes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.parse('0000-01-01T00:00:00Z'), max: Date.parse('9999-12-31T23:59:59.999Z') }),
        (ms) => {
          const iso = isoSeconds(ms);
          expect(parseTime(iso)).toBe(iso);
          expect(parseMs(iso)).toBe(Math.floor(ms / 1000) * 1000);
        },
      ),
    );
  });

  test('reads a time with an offset as the same instant in UTC', () => {
    const zones = fc.record({
      ms: fc.integer({ min: 0, max: 4_000_000_000 }),
      minutes: fc.integer({ min: -14 * 60, max: 14 * 60 }),
    });
    fc.assert(
      fc.property(zones, ({ ms, minutes }) => {
        const seconds = ms * 1000;
        const local = isoSeconds(seconds + minutes * MINUTE_MS).slice(0, -1);
        const pad = (value: number): string => String(value).padStart(2, '0');
        const hours = Math.trunc(Math.abs(minutes) / 60);
        const offset = `${minutes < 0 ? '-' : '+'}${pad(hours)}:${pad(Math.abs(minutes) % 60)}`;
        expect(parseTime(`${local}${offset}`)).toBe(isoSeconds(seconds));
      }),
    );
  });
});

describe('isDue', () => {
  const expiry = '2026-12-31T23:59:59Z';

  test('is false until the millisecond before expiry and true from that second on', () => {
    expect(isDue(expiry, parseMs(expiry) - 1)).toBe(false);
    expect(isDue(expiry, parseMs(expiry))).toBe(true);
    expect(isDue(expiry, parseMs(expiry) + 1)).toBe(true);
  });

  test('is never true without an expiry', () => {
    expect(isDue(null, Number.MAX_SAFE_INTEGER)).toBe(false);
  });
});
