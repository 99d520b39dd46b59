import { describe, expect, test } from '@jest/globals';
import type { InstanceKind } from '../../lib/domain/instance-kind.ts';
import type { License } from '../../lib/domain/license.ts';
import { isRefusal } from '../../lib/domain/refusal.ts';
import { decideActivation, decideDeactivation } from '../../lib/domain/seats.ts';
import type { Activation } from '../../lib/domain/seats.ts';
import { DAY_MS, HOUR_MS, isoSeconds, parseMs } from '../../lib/domain/time.ts';
import { sampleActivation, sampleLicense } from '../support/service/sample-license.ts';
import { fc } from '../support/run/properties.ts';

const NOW = parseMs('2026-06-15T12:00:00Z');

const production = { kind: 'production' as const };
const active = sampleActivation();
const deactivated = sampleActivation({ status: 'deactivated' });

function taken(
  license: License,
  current: Activation | undefined,
  instance: { kind: InstanceKind },
  nowMs = NOW,
): License {
  const decision = decideActivation(license, current, instance, nowMs);
  if (isRefusal(decision) || decision.kind !== 'taken') throw new Error(`no seat taken: ${JSON.stringify(decision)}`);
  return decision.license;
}

describe('seat moves', () => {
  const limited = { seat_moves_per_30_days: 2 };

  test('are counted when a new instance activates after the product deactivated another', () => {
    const license = sampleLicense({ seats_used: 1, policy: limited });
    const freed = decideDeactivation(license, active, 'product');
    expect(freed).toEqual({ kind: 'freed', license: { ...license, seats_used: 0, vacated: 1 } });
    const moved = taken(sampleLicense({ vacated: 1, policy: limited }), undefined, production);
    expect(moved).toMatchObject({ vacated: 0, moves: ['2026-06-15T12:00:00Z'] });
  });

  test('are not counted without a vacated seat, for a returning instance or after deactivation by the brand', () => {
    expect(taken(sampleLicense({ policy: limited }), undefined, production)).toMatchObject({ vacated: 0, moves: [] });
    expect(taken(sampleLicense({ vacated: 2, policy: limited }), deactivated, production)).toMatchObject({
      vacated: 1,
      moves: [],
    });
    expect(taken(sampleLicense({ vacated: 0, policy: limited }), deactivated, production)).toMatchObject({
      vacated: 0,
      moves: [],
    });
    expect(decideDeactivation(sampleLicense({ seats_used: 1 }), active, 'brand')).toMatchObject({
      license: { seats_used: 0, vacated: 0 },
    });
  });

  test('are refused once exhausted, naming the time of the next move, and allowed from that second on', () => {
    const moves = ['2026-06-01T00:00:00Z', '2026-06-10T00:00:00Z'];
    const license = sampleLicense({ vacated: 1, moves, policy: limited });
    const next = parseMs('2026-07-01T00:00:00Z');
    const refusal = {
      kind: 'refused',
      code: 'seat_moves_exhausted',
      facts: { seat_moves_per_30_days: 2, next_move_at: '2026-07-01T00:00:00Z' },
    };
    expect(decideActivation(license, undefined, production, NOW)).toEqual(refusal);
    expect(decideActivation(license, undefined, production, next - 1)).toEqual(refusal);
    expect(taken(license, undefined, production, next).moves).toEqual(['2026-06-10T00:00:00Z', '2026-07-01T00:00:00Z']);
  });

  test('are not needed to reactivate an earlier instance', () => {
    const license = sampleLicense({
      vacated: 1,
      moves: ['2026-06-14T00:00:00Z', '2026-06-15T00:00:00Z'],
      policy: limited,
    });
    expect(taken(license, deactivated, production)).toMatchObject({ seats_used: 1, vacated: 0 });
  });

  test('are refused under a lowered limit until enough earlier moves are 30 days old', () => {
    const moves = ['2026-06-01T00:00:00Z', '2026-06-02T00:00:00Z', '2026-06-03T00:00:00Z'];
    const license = sampleLicense({ vacated: 1, moves, policy: { seat_moves_per_30_days: 1 } });
    expect(decideActivation(license, undefined, production, NOW)).toMatchObject({
      facts: { next_move_at: '2026-07-03T00:00:00Z' },
    });
    expect(taken(license, undefined, production, parseMs('2026-07-03T00:00:00Z')).moves).toEqual([
      '2026-07-03T00:00:00Z',
    ]);
  });

  test('are refused without a next date if none are allowed', () => {
    const license = sampleLicense({ vacated: 1, policy: { seat_moves_per_30_days: 0 } });
    expect(decideActivation(license, undefined, production, NOW)).toEqual({
      kind: 'refused',
      code: 'seat_moves_exhausted',
      facts: { seat_moves_per_30_days: 0, next_move_at: null },
    });
  });

  test('are not recorded if unlimited, so that the license stays small', () => {
    expect(taken(sampleLicense({ vacated: 1 }), undefined, production)).toMatchObject({ vacated: 0, moves: [] });
    expect(
      taken(sampleLicense({ vacated: 1, policy: { seat_moves_per_30_days: null } }), undefined, production).moves,
    ).toEqual([]);
  });

  test('never exceed the limit in any window of 30 days', () => {
    const steps = fc.array(fc.record({ hours: fc.integer({ min: 0, max: 200 }), isDeactivation: fc.boolean() }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4 }), steps, (limit, list) => {
        let license = sampleLicense({ seat_limit: null, policy: { seat_moves_per_30_days: limit } });
        let nowMs = NOW;
        const moved: number[] = [];
        for (const { hours, isDeactivation } of list) {
          nowMs += hours * HOUR_MS;
          if (isDeactivation && license.seats_used > 0) {
            const decision = decideDeactivation(license, active, 'product');
            if (decision.kind === 'freed') license = decision.license;
            continue;
          }
          const isMove = license.vacated > 0;
          const decision = decideActivation(license, undefined, production, nowMs);
          if (isRefusal(decision) || decision.kind !== 'taken') continue;
          license = decision.license;
          if (isMove) moved.push(nowMs);
        }
        for (const end of moved)
          expect(moved.filter((time) => time <= end && time > end - 30 * DAY_MS).length).toBeLessThanOrEqual(limit);
        expect(license.moves.every((time) => moved.map(isoSeconds).includes(time))).toBe(true);
      }),
    );
  });
});
