import { describe, expect, test } from '@jest/globals';
import { DAY_MS, SECOND_MS, parseMs } from '../../lib/domain/time.ts';
import { ownSeatText } from '../../lib/domain/verdict-texts.ts';
import { combineVerdicts, VERDICT_CODES, decideVerdict } from '../../lib/domain/verdict.ts';
import type { Verdict, VerdictCode } from '../../lib/domain/verdict.ts';
import { sampleActivation, sampleLicense } from '../support/service/sample-license.ts';
import { fc } from '../support/run/properties.ts';

const EXPIRY = '2026-12-31T23:59:59Z';
const DUE = parseMs(EXPIRY);
const GRACE_DAYS = 7;
const GRACE_OVER = DUE + GRACE_DAYS * DAY_MS;

const active = sampleActivation();
const deactivated = sampleActivation({ status: 'deactivated', deactivated_at: '2026-02-01T00:00:00Z' });

type Row = [
  status: 'valid' | 'suspended' | 'cancelled',
  strategy: 'restrict' | 'maintain',
  grace_days: number,
  when: 'before' | 'in grace' | 'after',
  whenActive: VerdictCode,
  otherwise: VerdictCode,
];

const LADDER: Row[] = [
  ['valid', 'restrict', 0, 'before', 'valid', 'not_activated'],
  ['valid', 'restrict', 0, 'in grace', 'expired', 'expired'],
  ['valid', 'restrict', 0, 'after', 'expired', 'expired'],
  ['valid', 'restrict', GRACE_DAYS, 'before', 'valid', 'not_activated'],
  ['valid', 'restrict', GRACE_DAYS, 'in grace', 'valid_in_grace', 'not_activated'],
  ['valid', 'restrict', GRACE_DAYS, 'after', 'expired', 'expired'],
  ['valid', 'maintain', 0, 'before', 'valid', 'not_activated'],
  ['valid', 'maintain', 0, 'in grace', 'valid_maintained', 'expired'],
  ['valid', 'maintain', 0, 'after', 'valid_maintained', 'expired'],
  ['valid', 'maintain', GRACE_DAYS, 'before', 'valid', 'not_activated'],
  ['valid', 'maintain', GRACE_DAYS, 'in grace', 'valid_in_grace', 'not_activated'],
  ['valid', 'maintain', GRACE_DAYS, 'after', 'valid_maintained', 'expired'],
  ...(['suspended', 'cancelled'] as const).flatMap((status) =>
    (['restrict', 'maintain'] as const).flatMap((strategy) =>
      [0, GRACE_DAYS].flatMap((grace_days) =>
        (['before', 'in grace', 'after'] as const).map((when): Row => [
          status,
          strategy,
          grace_days,
          when,
          status,
          status,
        ]),
      ),
    ),
  ),
];

const TIMES = {
  before: [DUE - 365 * DAY_MS, DUE - SECOND_MS, DUE - 1],
  'in grace': [DUE, DUE + SECOND_MS, GRACE_OVER - SECOND_MS, GRACE_OVER - 1],
  after: [GRACE_OVER, GRACE_OVER + SECOND_MS, GRACE_OVER + 365 * DAY_MS],
};

const MEANING: Record<VerdictCode, Pick<Verdict, 'is_valid' | 'may_run' | 'may_update'>> = {
  valid: { is_valid: true, may_run: true, may_update: true },
  valid_in_grace: { is_valid: true, may_run: true, may_update: true },
  valid_maintained: { is_valid: true, may_run: true, may_update: false },
  not_activated: { is_valid: true, may_run: false, may_update: false },
  expired: { is_valid: false, may_run: false, may_update: false },
  suspended: { is_valid: false, may_run: false, may_update: false },
  cancelled: { is_valid: false, may_run: false, may_update: false },
  product_not_on_key: { is_valid: false, may_run: false, may_update: false },
};

describe('the verdict', () => {
  test.each(LADDER)(
    'of a license that is %s, with strategy %s and %i grace days, %s: %s if active, else %s',
    (status, strategy, grace_days, when, whenActive, otherwise) => {
      const license = sampleLicense({
        status,
        expires_at: EXPIRY,
        policy: { expiration_strategy: strategy, grace_days },
      });
      for (const nowMs of TIMES[when]) {
        expect(decideVerdict(license, active, nowMs)).toEqual({
          code: whenActive,
          ...MEANING[whenActive],
          is_activated: true,
        });
        for (const other of [deactivated, undefined]) {
          expect(decideVerdict(license, other, nowMs)).toEqual({
            code: otherwise,
            ...MEANING[otherwise],
            is_activated: false,
          });
        }
      }
    },
  );

  test('of a license for life is never expired', () => {
    expect(
      decideVerdict(
        sampleLicense({ expires_at: null, policy: { grace_days: 1 } }),
        active,
        parseMs('9999-12-31T23:59:59Z'),
      ).code,
    ).toBe('valid');
  });

  test('without a policy is expired from the second of expiry on', () => {
    const license = sampleLicense({ expires_at: EXPIRY });
    expect(decideVerdict(license, active, DUE - 1).code).toBe('valid');
    expect(decideVerdict(license, active, DUE).code).toBe('expired');
  });

  test('without a license is product_not_on_key', () => {
    expect(decideVerdict(undefined, undefined, DUE)).toEqual({
      code: 'product_not_on_key',
      ...MEANING.product_not_on_key,
      is_activated: false,
    });
  });
});

describe('the combined verdict of a key', () => {
  const verdicts = fc.constantFrom(
    ...VERDICT_CODES.map((code): Verdict => ({
      code,
      ...MEANING[code],
      is_activated: code.startsWith('valid') || code === 'suspended',
    })),
  );

  test('has the best code, and sets each flag that any of its verdicts sets', () => {
    fc.assert(
      fc.property(fc.array(verdicts, { minLength: 1, maxLength: 20 }), (list) => {
        const combined = combineVerdicts(list);
        expect(combined.code).toBe(VERDICT_CODES.find((code) => list.some((verdict) => verdict.code === code)));
        for (const truth of ['may_run', 'may_update', 'is_valid', 'is_activated'] as const) {
          expect(combined[truth]).toBe(list.some((verdict) => verdict[truth]));
        }
      }),
    );
  });

  test('sets may_run exactly if its code begins with valid', () => {
    fc.assert(
      fc.property(fc.array(verdicts, { maxLength: 20 }), (list) => {
        const { code, may_run } = combineVerdicts(list);
        expect(may_run).toBe(code.startsWith('valid'));
      }),
    );
  });

  test('of one license equals the verdict of that license', () => {
    const verdict = decideVerdict(sampleLicense(), active, DUE);
    expect(combineVerdicts([verdict])).toEqual(verdict);
  });

  test('of no license is product_not_on_key', () => {
    expect(combineVerdicts([])).toEqual(decideVerdict(undefined, undefined, DUE));
  });

  test('prefers valid_in_grace to valid_maintained, not_activated to expired, and suspended to cancelled', () => {
    const of = (code: VerdictCode): Verdict => ({ code, ...MEANING[code], is_activated: false });
    expect(combineVerdicts([of('valid_maintained'), of('valid_in_grace')]).code).toBe('valid_in_grace');
    expect(combineVerdicts([of('expired'), of('not_activated'), of('cancelled')]).code).toBe('not_activated');
    expect(combineVerdicts([of('cancelled'), of('suspended')]).code).toBe('suspended');
  });
});

test.each([
  ['https://shop.example', 'a copy of https://shop.example, and'],
  [null, 'a copy of another site, and'],
])('a copy with a seat of its own learns which site it copies: %s', (instance, text) => {
  expect(ownSeatText({ activation_id: 'a', instance })).toContain(text);
});
