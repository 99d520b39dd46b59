import { describe, expect, test } from '@jest/globals';
import { edit } from '../../lib/domain/edit.ts';
import { cancel, renew, resume, seatsRemaining, computeStatus, suspend } from '../../lib/domain/license.ts';
import type { License, Renewal, Transition } from '../../lib/domain/license.ts';
import { parseMs } from '../../lib/domain/time.ts';
import { sampleLicense } from '../support/service/sample-license.ts';

const NOW = parseMs('2026-06-15T12:00:00Z');
const PAST = '2026-06-01T00:00:00Z';
const FUTURE = '2027-06-01T00:00:00Z';

const licenses = {
  valid: sampleLicense({ expires_at: FUTURE }),
  expired: sampleLicense({ expires_at: PAST }),
  suspended: sampleLicense({ status: 'suspended', expires_at: FUTURE }),
  cancelled: sampleLicense({ status: 'cancelled', expires_at: FUTURE }),
};
type State = keyof typeof licenses;

const actions = {
  renew: (license: License): Transition => renew(license, { expiration_date: '2028-01-01T00:00:00Z' }, NOW),
  suspend: (license: License): Transition => suspend(license),
  resume: (license: License): Transition => resume(license, NOW),
  cancel: (license: License): Transition => cancel(license),
};

function outcome(license: License, transition: Transition): string {
  if (transition.kind === 'unchanged') return 'no change';
  if (transition.kind === 'refused') return transition.code;
  expect(transition.license.seq).toBe(license.seq);
  expect(transition.license.updated_at).toBe(license.updated_at);
  return `${transition.event} → ${computeStatus(transition.license, NOW)}`;
}

describe('the lifecycle of a license', () => {
  const table: [keyof typeof actions, Record<State, string>][] = [
    [
      'renew',
      {
        valid: 'license.renewed → valid',
        expired: 'license.renewed → valid',
        suspended: 'license.renewed → suspended',
        cancelled: 'illegal_transition',
      },
    ],
    [
      'suspend',
      {
        valid: 'license.suspended → suspended',
        expired: 'license.suspended → suspended',
        suspended: 'no change',
        cancelled: 'illegal_transition',
      },
    ],
    [
      'resume',
      {
        valid: 'no change',
        expired: 'illegal_transition',
        suspended: 'license.resumed → valid',
        cancelled: 'illegal_transition',
      },
    ],
    [
      'cancel',
      {
        valid: 'license.cancelled → cancelled',
        expired: 'license.cancelled → cancelled',
        suspended: 'license.cancelled → cancelled',
        cancelled: 'no change',
      },
    ],
  ];
  const rows = table.flatMap(([action, row]) =>
    (Object.keys(licenses) as State[]).map((state) => [action, state, row[state]] as const),
  );

  test.each(rows)('answers %s of a %s license with %s', (action, state, expected) => {
    expect(outcome(licenses[state], actions[action](licenses[state]))).toBe(expected);
  });

  test('names the status and the action in a refusal', () => {
    expect(resume(licenses.expired, NOW)).toEqual({
      kind: 'refused',
      code: 'illegal_transition',
      facts: { from: 'expired', action: 'resume' },
    });
    expect(suspend(licenses.cancelled)).toEqual({
      kind: 'refused',
      code: 'illegal_transition',
      facts: { from: 'cancelled', action: 'suspend' },
    });
    expect(renew(licenses.cancelled, {}, NOW)).toEqual({
      kind: 'refused',
      code: 'illegal_transition',
      facts: { from: 'cancelled', action: 'renew' },
    });
  });

  test('resumes a license as expired if it expired while suspended', () => {
    const license = sampleLicense({ status: 'suspended', expires_at: PAST });
    expect(outcome(license, resume(license, NOW))).toBe('license.resumed → expired');
  });

  test('keeps the seats when a license is suspended, resumed or cancelled', () => {
    const license = sampleLicense({ seats_used: 2, staging_used: 1 });
    for (const transition of [suspend(license), cancel(license), resume({ ...license, status: 'suspended' }, NOW)]) {
      expect(transition).toMatchObject({ license: { seats_used: 2, staging_used: 1 } });
    }
  });
});

describe('a renewal', () => {
  test.each<[string, Partial<License>, Renewal, string | null]>([
    ['to a later date', { expires_at: FUTURE }, { expiration_date: '2028-01-01T00:00:00Z' }, '2028-01-01T00:00:00Z'],
    [
      'to an earlier date in the future',
      { expires_at: FUTURE },
      { expiration_date: '2026-06-15T12:00:01Z' },
      '2026-06-15T12:00:01Z',
    ],
    ['to life', { expires_at: FUTURE }, { expiration_date: null }, null],
    ['from life to a date', { expires_at: null }, { expiration_date: FUTURE }, FUTURE],
    ['by a duration from the old expiry', { expires_at: FUTURE }, { extend_by: 'P1M' }, '2027-07-01T00:00:00Z'],
    [
      'by a duration from the old expiry within grace',
      { expires_at: PAST, policy: { grace_days: 15 } },
      { extend_by: 'P1M' },
      '2026-07-01T00:00:00Z',
    ],
    [
      'by a duration from now once grace is over',
      { expires_at: PAST, policy: { grace_days: 14 } },
      { extend_by: 'P1M' },
      '2026-07-15T12:00:00Z',
    ],
    ['by a duration from now when expired', { expires_at: PAST }, { extend_by: 'P1M' }, '2026-07-15T12:00:00Z'],
    [
      'by a duration from now in the exact second of expiry',
      { expires_at: '2026-06-15T12:00:00Z' },
      { extend_by: 'P1D' },
      '2026-06-16T12:00:00Z',
    ],
    [
      'by the policy’s duration if none is given',
      { expires_at: FUTURE, policy: { duration: 'P1Y' } },
      {},
      '2028-06-01T00:00:00Z',
    ],
    [
      'by the given duration, not the policy’s',
      { expires_at: FUTURE, policy: { duration: 'P1Y' } },
      { extend_by: 'P1D' },
      '2027-06-02T00:00:00Z',
    ],
  ])('changes the expiry %s', (_case, changes, renewal, expires_at) => {
    const license = sampleLicense(changes);
    expect(renew(license, renewal, NOW)).toEqual({
      kind: 'changed',
      license: { ...license, expires_at },
      event: 'license.renewed',
    });
  });

  test.each<[string, Partial<License>, Renewal, unknown]>([
    [
      'to a date in the past',
      {},
      { expiration_date: PAST },
      { kind: 'refused', code: 'expiry_in_the_past', facts: { expiration_date: PAST } },
    ],
    [
      'to the current second',
      {},
      { expiration_date: '2026-06-15T12:00:00Z' },
      { kind: 'refused', code: 'expiry_in_the_past', facts: { expiration_date: '2026-06-15T12:00:00Z' } },
    ],
    [
      'in the grace period by less time than has passed since expiry',
      { expires_at: PAST, policy: { grace_days: 30 } },
      { extend_by: 'P1D' },
      { kind: 'refused', code: 'expiry_in_the_past', facts: { expiration_date: '2026-06-02T00:00:00Z' } },
    ],
    [
      'of a license for life by a duration',
      { expires_at: null },
      { extend_by: 'P1Y' },
      { kind: 'refused', code: 'not_extendable', facts: {} },
    ],
    [
      'without a duration if the policy has none',
      { expires_at: FUTURE },
      {},
      { kind: 'refused', code: 'no_duration', facts: {} },
    ],
    [
      'without a duration if the policy is for life',
      { expires_at: FUTURE, policy: { duration: null } },
      {},
      { kind: 'refused', code: 'no_duration', facts: {} },
    ],
  ])('is refused %s', (_case, changes, renewal, refusal) => {
    expect(renew(sampleLicense(changes), renewal, NOW)).toEqual(refusal);
  });

  test('to the current expiry changes nothing', () => {
    expect(renew(sampleLicense({ expires_at: FUTURE }), { expiration_date: FUTURE }, NOW)).toEqual({
      kind: 'unchanged',
    });
    expect(renew(sampleLicense({ expires_at: null }), { expiration_date: null }, NOW)).toEqual({ kind: 'unchanged' });
  });

  test('before the first activation extends the duration that activation starts, or sets a fixed expiry', () => {
    const license = sampleLicense({ starts_on_activation: 'P1Y' });
    expect(renew(license, { extend_by: 'P6M' }, NOW)).toMatchObject({
      license: { starts_on_activation: 'P18M', expires_at: null },
    });
    expect(renew(license, { expiration_date: FUTURE }, NOW)).toMatchObject({
      license: { starts_on_activation: null, expires_at: FUTURE },
    });
    expect(renew(license, { expiration_date: null }, NOW)).toMatchObject({
      license: { starts_on_activation: null, expires_at: null },
    });
  });
});

describe('a license', () => {
  test('is expired from the exact second of expiry on', () => {
    const license = sampleLicense({ expires_at: FUTURE });
    expect(computeStatus(license, parseMs(FUTURE) - 1)).toBe('valid');
    expect(computeStatus(license, parseMs(FUTURE))).toBe('expired');
  });

  test('stays suspended or cancelled after its expiry', () => {
    expect(computeStatus(sampleLicense({ status: 'suspended', expires_at: PAST }), NOW)).toBe('suspended');
    expect(computeStatus(sampleLicense({ status: 'cancelled', expires_at: PAST }), NOW)).toBe('cancelled');
  });

  test('has remaining seats up to its limit, never below 0, and null if unlimited', () => {
    expect(seatsRemaining(sampleLicense({ seat_limit: 5, seats_used: 2 }))).toBe(3);
    expect(seatsRemaining(sampleLicense({ seat_limit: 5, seats_used: 5, policy: { overage: '2x' } }))).toBe(0);
    expect(seatsRemaining(sampleLicense({ seat_limit: 5, seats_used: 7 }))).toBe(0);
    expect(seatsRemaining(sampleLicense({ seat_limit: null, seats_used: 7 }))).toBeNull();
  });
});

test.each([
  ['the date that is set already', '2026-02-28T12:00:00Z', 31],
  ['another date', '2026-03-31T12:00:00Z', null],
])('a license that is set to %s returns to its day of the month, or to none', (_, expiration_date, day) => {
  const license = sampleLicense({ expires_at: '2026-02-28T12:00:00Z', expiry_day: 31, starts_on_activation: 'P1Y' });
  const edited = edit(license, { expiration_date }, undefined, Date.parse('2026-01-01T00:00:00Z'));
  expect(edited).toMatchObject({ kind: 'changed', license: { expires_at: expiration_date, expiry_day: day } });
});
