import { describe, expect, test } from '@jest/globals';
import { DEFAULT_LEAD_DAYS, whatIsDue, setDue } from '../../lib/domain/due.ts';
import type { License } from '../../lib/domain/license.ts';
import { BrandSettings } from '../../lib/domain/brand-settings.ts';
import { nextVersion } from '../../lib/domain/next-version.ts';
import { sampleLicense } from '../support/service/sample-license.ts';

const at = (iso: string): number => Date.parse(iso);
const BOUGHT = at('2026-01-01T12:00:00Z');
const EXPIRY = '2027-01-01T12:00:00Z';
const bought = (changes: Partial<License> = {}): License =>
  setDue(sampleLicense({ expires_at: EXPIRY, ...changes }), BOUGHT);
const toldOf = (expires_at: string, changes: object = {}) => ({
  expires_at,
  since: '2026-01-01T12:00:00Z',
  leads: [],
  expired: false,
  ...changes,
});
/** Visits a license at each of these times, as a sweep does, and returns the announcements. */
const visit = (license: License, leads: readonly number[], moments: readonly string[]): string[] => {
  const announced: string[] = [];
  let now = license;
  for (const moment of moments) {
    const due = whatIsDue(now, leads, at(moment));
    if (due === undefined) continue;
    if (due.event) announced.push(due.event === 'license.expiring' ? `${due.lead_days} days` : due.event);
    now = due.license;
  }
  return announced;
};

describe('the next due time of a license', () => {
  test('is 90 days before a newly set expiry', () => {
    expect(bought()).toMatchObject({ due_at: '2026-10-03T12:00:00Z', announced: toldOf(EXPIRY) });
  });

  test('is now if the expiry is nearer than the longest lead time', () => {
    expect(bought({ expires_at: '2026-01-08T12:00:00Z' }).due_at).toBe('2026-01-01T12:00:00Z');
  });

  test.each([
    ['for life', { expires_at: null }],
    ['suspended', { status: 'suspended' }],
    ['cancelled', { status: 'cancelled' }],
  ] as const)('is null while the license is %s', (_, changes) => {
    expect(bought(changes).due_at).toBeNull();
  });

  test('is the recount of the seats if that comes first, and otherwise waits for no recount', () => {
    expect(bought({ recount_at: '2026-05-01T00:00:00Z' }).due_at).toBe('2026-05-01T00:00:00Z');
    expect(bought({ recount_at: '2026-12-01T00:00:00Z' }).due_at).toBe('2026-10-03T12:00:00Z');
    expect(bought({ expires_at: null, recount_at: '2026-05-01T00:00:00Z' }).due_at).toBe('2026-05-01T00:00:00Z');
  });

  test('does not change when only seats change', () => {
    const license = bought();
    const later = nextVersion({ ...license, seats_used: 2 }, at('2026-12-24T00:00:00Z'));
    expect(later).toMatchObject({ due_at: license.due_at, announced: license.announced });
  });

  test('is restored when the license is resumed, or is now if it has passed', () => {
    const suspended = nextVersion({ ...bought(), status: 'suspended' }, BOUGHT);
    expect(suspended.due_at).toBeNull();
    expect(nextVersion({ ...suspended, status: 'valid' }, at('2026-06-01T00:00:00Z')).due_at).toBe(
      '2026-10-03T12:00:00Z',
    );
    expect(nextVersion({ ...suspended, status: 'valid' }, at('2027-03-01T00:00:00Z')).due_at).toBe(
      '2027-03-01T00:00:00Z',
    );
  });

  test('stays null after the expiry was announced, until the license gets a new expiry', () => {
    const expired = bought({ announced: toldOf(EXPIRY, { expired: true }), due_at: null });
    expect(expired.due_at).toBeNull();
    expect(nextVersion({ ...expired, expires_at: '2028-01-01T12:00:00Z' }, at('2027-02-01T00:00:00Z'))).toMatchObject({
      due_at: '2027-10-03T12:00:00Z',
      announced: { expires_at: '2028-01-01T12:00:00Z', since: '2027-02-01T00:00:00Z', leads: [], expired: false },
    });
  });
});

describe('the due announcement', () => {
  const DEFAULTS = DEFAULT_LEAD_DAYS;

  test('is the expiry from the exact second of expiry on', () => {
    const license = { ...bought(), due_at: EXPIRY };
    expect(whatIsDue(license, DEFAULTS, at(EXPIRY) - 1)).toBeUndefined();
    expect(whatIsDue(license, DEFAULTS, at(EXPIRY))).toMatchObject({
      event: 'license.expired',
      license: { due_at: null, announced: { expired: true } },
    });
  });

  test('is made once for each lead time, at its exact second, and once for the expiry', () => {
    const moments = [
      '2026-10-03T12:00:00Z',
      '2026-12-02T11:59:59Z',
      '2026-12-02T12:00:00Z',
      '2026-12-02T12:01:00Z',
      '2026-12-25T12:00:00Z',
      '2026-12-31T12:00:00Z',
      '2026-12-31T12:01:00Z',
      EXPIRY,
      '2027-01-01T12:01:00Z',
    ];
    expect(visit(bought(), DEFAULTS, moments)).toEqual(['30 days', '7 days', '1 days', 'license.expired']);
  });

  test('is none on the first visit, which only sets the exact next due time', () => {
    expect(whatIsDue(bought(), DEFAULTS, at('2026-10-03T12:00:00Z'))).toMatchObject({
      event: null,
      license: { due_at: '2026-12-02T12:00:00Z' },
    });
    expect(whatIsDue(bought(), [], at('2026-10-03T12:00:00Z'))).toMatchObject({
      event: null,
      license: { due_at: EXPIRY },
    });
  });

  test('is only the nearest of several missed lead times', () => {
    const due = whatIsDue(bought(), DEFAULTS, at('2026-12-28T00:00:00Z'));
    expect(due).toMatchObject({
      event: 'license.expiring',
      lead_days: 7,
      license: { due_at: '2026-12-31T12:00:00Z', announced: { leads: [30, 7] } },
    });
    expect(visit(bought(), DEFAULTS, ['2027-02-01T00:00:00Z', '2027-02-01T00:01:00Z'])).toEqual(['license.expired']);
  });

  test('is never for a lead time that had already passed when the expiry was set', () => {
    const short = setDue(sampleLicense({ expires_at: '2026-01-31T12:00:00Z' }), BOUGHT);
    expect(visit(short, DEFAULTS, ['2026-01-01T12:00:00Z', '2026-01-24T12:00:00Z'])).toEqual(['7 days']);
  });

  test('is not repeated for a lead time when an expiry is replaced and later restored', () => {
    const announced = whatIsDue(
      { ...bought(), due_at: '2026-12-02T12:00:00Z' },
      DEFAULTS,
      at('2026-12-02T12:00:00Z'),
    )?.license;
    const renewed = nextVersion(
      { ...bought(), ...announced, expires_at: '2028-01-01T12:00:00Z' },
      at('2026-12-03T00:00:00Z'),
    );
    const backAgain = nextVersion({ ...renewed, expires_at: EXPIRY }, at('2026-12-04T00:00:00Z'));
    expect(visit(backAgain, DEFAULTS, ['2026-12-04T00:00:00Z', '2026-12-26T00:00:00Z'])).toEqual(['7 days']);
  });

  test('is none for a suspended or cancelled license, even if the index still lists it', () => {
    for (const status of ['suspended', 'cancelled'] as const) {
      expect(whatIsDue({ ...bought(), status, due_at: EXPIRY }, DEFAULTS, at('2027-06-01T00:00:00Z'))).toBeUndefined();
    }
  });

  test('is made once, in whole days before expiry, for a lead time that a brand sets twice', () => {
    expect(visit(bought(), [10, 10], ['2026-12-22T11:59:59Z', '2026-12-22T12:00:00Z', '2026-12-23T12:00:00Z'])).toEqual(
      ['10 days'],
    );
  });
});

test('a brand sets at most five lead times of 1 to 90 days each', () => {
  expect(BrandSettings.parse({ expiring_lead_days: [90, 1] })).toEqual({ expiring_lead_days: [90, 1] });
  for (const expiring_lead_days of [[0], [91], [1.5], [1, 2, 3, 4, 5, 6], 7]) {
    expect(BrandSettings.safeParse({ expiring_lead_days }).success).toBe(false);
  }
});
