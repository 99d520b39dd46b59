import { describe, expect, test } from '@jest/globals';
import { explainVerdict, type Explained } from '../../lib/domain/explain.ts';
import { DAY_MS, parseMs } from '../../lib/domain/time.ts';
import { decideVerdict } from '../../lib/domain/verdict.ts';
import { sampleActivation, sampleLicense } from '../support/service/sample-license.ts';
import { fc } from '../support/run/properties.ts';

const EXPIRY = '2026-12-31T23:59:59Z';
const explained = (changes: Partial<Explained>): Explained => ({
  license: sampleLicense({ expires_at: EXPIRY }),
  ending: 'B3N1',
  isOnKey: true,
  instance: undefined,
  ...changes,
});
const statuses = fc.constantFrom('valid', 'suspended', 'cancelled');
const strategies = fc.constantFrom('restrict', 'maintain');
const graces = fc.constantFrom(0, 7);
const days = fc.integer({ min: -20, max: 20 });
const activations = fc.constantFrom(
  undefined,
  sampleActivation(),
  sampleActivation({ status: 'deactivated', deactivated_at: '2026-02-01T00:00:00Z' }),
);

describe('the chain of reasons', () => {
  test('agrees with the verdict of a check, whatever the license is like', () => {
    fc.assert(
      fc.property(
        statuses,
        strategies,
        graces,
        days,
        activations,
        (status, expiration_strategy, grace_days, later, activation) => {
          const license = sampleLicense({ status, expires_at: EXPIRY, policy: { expiration_strategy, grace_days } });
          const nowMs = parseMs(EXPIRY) + later * DAY_MS;
          const instance = { identifier: 'https://shop.example', activation };
          const chain = explainVerdict(explained({ license, instance }), nowMs);
          const holds = Object.fromEntries(chain.map((link) => [link.rule, link.holds]));
          const inTime = holds['expiry'] === true || holds['grace'] === true || holds['maintenance'] === true;
          const { may_run } = decideVerdict(license, activation, nowMs);
          expect(holds['status'] === true && inTime && holds['instance'] === true).toBe(may_run);
        },
      ),
    );
  });

  test('ends at a status that stops the license', () => {
    const license = sampleLicense({ status: 'suspended', expires_at: EXPIRY });
    const chain = explainVerdict(explained({ license }), parseMs(EXPIRY));
    expect(chain.map(({ rule }) => rule)).toEqual(['key', 'product', 'status']);
    expect(chain.at(-1)).toEqual({ rule: 'status', holds: false, because: 'The license is suspended.' });
  });

  test('says that a license key answers with another license', () => {
    const chain = explainVerdict(explained({ isOnKey: false }), 0);
    expect(chain[1]).toMatchObject({ rule: 'product', holds: false });
    expect(chain[1]?.because).toMatch(/ answers with another license\.$/);
  });

  test('names the time since which a site is not active: its deactivation, or its activation if none is known', () => {
    const license = sampleLicense({ expires_at: EXPIRY });
    const since = (deactivated_at: string | null): string | undefined => {
      const activation = sampleActivation({ status: 'deactivated', deactivated_at });
      const instance = { identifier: 'https://shop.example', activation };
      return explainVerdict(explained({ license, instance }), 0).at(-1)?.because;
    };
    expect(since('2026-02-01T00:00:00Z')).toMatch(/has not been active .* since 2026-02-01T00:00:00Z\.$/);
    expect(since(null)).toMatch(/ since 2026-01-02T00:00:00Z\.$/);
  });

  test('names the end of the grace period', () => {
    const license = sampleLicense({ expires_at: EXPIRY, policy: { grace_days: 7 } });
    const chain = explainVerdict(explained({ license }), parseMs(EXPIRY) + DAY_MS);
    expect(chain.map(({ because }) => because)).toContain('The grace period ends at 2027-01-07T23:59:59Z.');
  });

  test('leaves out the expiry of a license for life and of one that has not begun', () => {
    const forLife = sampleLicense({ expires_at: null, starts_on_activation: null });
    const waiting = sampleLicense({ expires_at: null, starts_on_activation: 'P1Y' });
    expect(explainVerdict(explained({ license: forLife }), 0).at(-1)?.because).toBe('The license is for life.');
    expect(explainVerdict(explained({ license: waiting }), 0).at(-1)?.because).toBe(
      'The time of the license begins with its first activation.',
    );
  });
});
