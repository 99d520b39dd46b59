import { describe, expect, test } from '@jest/globals';
import type { LicenseEntry } from '../../lib/api/schemas/license.ts';
import { findRemedy, type Findings } from '../../lib/console/remedy.ts';
import { describeRefusedCalls, describeVerdict, readTone } from '../../lib/console/sentences.ts';
import type { License } from '../../lib/domain/license.ts';
import { parseMs } from '../../lib/domain/time.ts';
import type { VerdictCode } from '../../lib/domain/verdict.ts';
import { sampleActivation, sampleLicense } from '../support/service/sample-license.ts';

const NOW = parseMs('2026-11-28T12:00:00Z');
const EXPIRY = '2026-11-20T12:00:00Z';
const FULL = { seat_limit: 2, seats_used: 2, seats_remaining: 0 };
const verdict = (code: VerdictCode) => ({ may_run: null, may_update: false, code });
const findings = (code: VerdictCode, license: Partial<License> = {}, more: Partial<Findings> = {}): Findings => ({
  license: sampleLicense({ expires_at: EXPIRY, ...license }),
  entry: { seat_limit: 3, seats_used: 0, seats_remaining: 3 } as LicenseEntry,
  explanation: { verdict: verdict(code), chain: [] },
  taken: [],
  refusedCalls: [],
  nowMs: NOW,
  ...more,
});
const refusedCall = (code: string) => ({
  ...{ code, instance_identifier: 'https://a.example', instance_type: 'url' as const },
  occurred_at: '2026-11-27T12:00:00Z',
});
const full = { entry: FULL as LicenseEntry };
const seen = (last_checked_at: string | null) => ({ ...sampleActivation({ id: 'idle' }), last_checked_at });

describe('the remedy', () => {
  const rows: [string, Findings, string | undefined, RegExp][] = [
    ['of a cancelled license is a new one', findings('cancelled'), undefined, /needs a new one/],
    ['of a suspended license is to resume it', findings('suspended'), 'resume', /can be resumed/],
    ['of another product’s key is the right key', findings('product_not_on_key'), undefined, /Use the key/],
    ['of a site with a free seat is to activate it', findings('not_activated'), undefined, /A seat is free/],
    ['of a license that works is nothing', findings('valid'), undefined, /Nothing is wrong/],
    ['of a full license that refused nobody is nothing', findings('valid', {}, full), undefined, /Nothing is wrong/],
    [
      'of a full license that refused a site is one seat more',
      findings('valid', {}, { ...full, refusedCalls: [refusedCall('seat_limit_reached')] }),
      'seats',
      /then has 3 seats instead of 2/,
    ],
    [
      'of a full license is the seat that nobody uses',
      findings('not_activated', {}, { ...full, taken: [seen('2026-09-01T12:00:00Z')] }),
      'free',
      /its seat is free/,
    ],
    [
      'of a full license is the seat of a site that never checked, by its activation',
      findings('not_activated', {}, { ...full, taken: [seen(null)] }),
      'free',
      /its seat is free/,
    ],
    [
      'of a full license whose sites are all in use is one seat more',
      findings('not_activated', {}, { ...full, taken: [seen('2026-11-28T11:00:00Z')] }),
      'seats',
      /All seats are in use/,
    ],
  ];
  test.each(rows)('%s', (_, found, act, advice) => {
    const remedy = findRemedy(found);
    expect(remedy.act).toBe(act);
    expect(remedy.advice).toMatch(advice);
  });

  test.each([
    [{ duration: 'P6M' }, 'Renew by 6 months', /instead of 20 November 2026, 12:00 UTC/],
    [{ policy: { duration: 'P2W' } }, 'Renew by 2 weeks', /then expires on/],
    [{}, 'Renew by a year', /then expires on/],
    [{ duration: 'P1Y6M' }, 'Renew by P1Y6M', /then expires on/],
    [{ duration: 'P1D', status: 'cancelled' as const }, 'Renew by a day', /can be renewed\.$/],
  ])('of an expired license %j is a renewal by its own duration', (license, summary, advice) => {
    for (const code of ['expired', 'valid_in_grace', 'valid_maintained'] as const)
      expect(findRemedy(findings(code, license))).toMatchObject({
        act: 'renew',
        summary,
        advice: expect.stringMatching(advice),
      });
  });
});

describe('the sentence about a verdict', () => {
  const entry = (changes: Partial<LicenseEntry> = {}): LicenseEntry =>
    ({ expires_at: EXPIRY, policy: { grace_days: 14 }, seat_limit: 1, seats_remaining: 1, ...changes }) as LicenseEntry;
  const reasons: [VerdictCode, LicenseEntry, string][] = [
    ['valid', entry({ expires_at: null }), 'its license is for life'],
    ['valid', entry(), 'its license is valid until 20 November 2026'],
    ['valid_in_grace', entry(), 'its license expired 8 days ago and is in grace until 4 December 2026'],
    ['valid_maintained', entry(), 'its license expired 8 days ago, and sites that were active keep what they run'],
    ['expired', entry({ expires_at: null }), 'its license has expired'],
    ['expired', entry({ expires_at: '2026-11-28T09:00:00Z' }), 'its license expired today'],
    ['suspended', entry(), 'its license is suspended'],
    ['cancelled', entry(), 'its license has been cancelled for good'],
    ['not_activated', entry({ seats_remaining: 0 }), 'it is not active, and its only seat is taken'],
    ['not_activated', entry({ seats_remaining: 0, seat_limit: 3 }), 'it is not active, and all 3 seats are taken'],
    ['not_activated', entry(), 'it is not active, though a seat is free'],
    ['product_not_on_key', entry(), 'the key has no license for this product'],
  ];
  test.each(reasons)('gives the reason of %s', (code, shown, reason) => {
    const explanation = { verdict: { ...verdict(code), may_run: false }, chain: [] };
    expect(describeVerdict(shown, explanation, 'https://a.example', NOW)).toBe(
      `https://a.example may not run: ${reason}.`,
    );
  });

  test.each([
    [{ may_run: true, may_update: true }, 'a.example', 'a.example may run and update: ', 'yes'],
    [{ may_run: true, may_update: false }, 'a.example', 'a.example may run but not update: ', 'partly'],
    [{ may_run: null, may_update: true }, null, 'The license lets its sites run and update: ', 'yes'],
    [{ may_run: null, may_update: false }, null, 'The license stops its sites (suspended): ', 'no'],
  ])('says whether %j may run and update, with its tone', (facts, site, begin, tone) => {
    const explanation = { verdict: { ...facts, code: 'suspended' as const }, chain: [] };
    expect(describeVerdict(entry(), explanation, site, NOW)).toBe(`${begin}its license is suspended.`);
    expect(readTone(explanation.verdict)).toBe(tone);
  });
});

test('refused calls are counted by their reason, and one without a sentence shows its code', () => {
  const calls = ['seat_limit_reached', 'seat_limit_reached', 'new_code'].map(refusedCall);
  expect(describeRefusedCalls(calls).map(({ text }) => text)).toEqual([
    'https://a.example: 2 calls refused because every seat was taken',
    'https://a.example: 1 call refused with new_code',
  ]);
});
