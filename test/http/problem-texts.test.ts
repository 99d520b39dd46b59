import { describe, expect, test } from '@jest/globals';
import type { Refusal, RefusalCode } from '../../lib/domain/refusal.ts';
import { exampleRefusals } from '../../lib/http/openapi/problem-examples.ts';
import type { Problem } from '../../lib/http/common-problems.ts';
import { problems } from '../../lib/http/problems.ts';

const detailOf = (code: string, facts: object): string =>
  (problems[code as RefusalCode] as unknown as Problem<'bad_request'>).detail(facts as never);

/** The example's facts, and the same with each number at 0, 1 and 2 and each list with one entry. */
function variantsOf(facts: object): object[] {
  const changed = Object.entries(facts).flatMap(([name, value]: [string, unknown]): object[] => {
    if (typeof value === 'number') return [0, 1, 2].map((count) => ({ ...facts, [name]: count }));
    return Array.isArray(value) ? [{ ...facts, [name]: value.slice(0, 1) as unknown }] : [];
  });
  return [facts, ...changed];
}

const examples = Object.values<Refusal>(exampleRefusals).map(({ code, facts }): [string, object] => [code, facts]);

describe('the detail of every problem', () => {
  test.each(examples)('%s is written in whole sentences, with correct singulars', (code, facts) => {
    for (const variant of variantsOf(facts)) {
      const detail = detailOf(code, variant);
      expect(detail).toMatch(/^[\p{Lu}\d“].*\.$/u);
      expect(detail).not.toMatch(/null|undefined|NaN|\[object/);
      expect(detail.replaceAll(/licenses:\S+|client_credentials|“[^”]*”/g, '')).not.toMatch(/[a-z]_[a-z]|\d{4}-\d\d/);
      expect(detail).not.toMatch(
        /\b1 (?:seats|sites|times|licenses|license keys|errors|seconds|bytes|webhook endpoints)\b/,
      );
      expect(detail).not.toMatch(
        /\b[02] (?:seat|site|time|license|license key|error|second|byte|webhook endpoint)\b(?! key)/,
      );
    }
  });

  test.each(examples)('%s states the problem and then the remedy', (code, facts) => {
    expect(detailOf(code, facts).split(/[.:] (?=\p{Lu})/u).length).toBeGreaterThan(1);
  });

  test('writes a time in a readable form', () => {
    const expired = detailOf('license_expired', { expires_at: '2026-10-31T23:59:59Z' });
    expect(expired).toBe('This license expired on 31 October 2026, 23:59 UTC. Renew it to use it here.');
  });

  test.each([
    [{ seat_limit: 1, seats_used: 1 }, 'This license is already active on its only site. Deactivate it there first.'],
    [
      { seat_limit: 5, seats_used: 5 },
      'This license is already active on all of its 5 sites. Deactivate it on one of them first.',
    ],
    [
      { seat_limit: 1, seats_used: 3 },
      'This license is for 1 site and is active on 3. Deactivate it on other sites first.',
    ],
    [{ seat_limit: 0, seats_used: 0 }, 'This license may not be active on any site. Ask the shop that sold it.'],
  ])('seat_limit_reached matches the seats of the license: %j', (facts, detail) => {
    expect(detailOf('seat_limit_reached', facts)).toBe(detail);
  });

  test('names no date if a license may never move', () => {
    const never = detailOf('seat_moves_exhausted', { seat_moves_per_30_days: 0, next_move_at: null });
    expect(never).toBe('This license cannot be moved to another site. Ask the shop that sold it.');
    const facts = { seat_moves_per_30_days: 1, next_move_at: '2026-12-04T08:30:00Z' };
    expect(detailOf('seat_moves_exhausted', facts)).toContain('1 time in 30 days');
  });

  test.each([
    ['cancelled', 'change', 'A cancelled license cannot be changed. Create a new license if one is needed.'],
    ['cancelled', 'renew', 'A cancelled license cannot be renewed. Create a new license if one is needed.'],
    ['expired', 'resume', 'An expired license cannot be resumed. Renew it instead.'],
  ])('names the status of a license that is %s and the refused action: %s', (from, action, detail) => {
    expect(detailOf('illegal_transition', { from, action })).toBe(detail);
  });
});
