import { describe, expect, test } from '@jest/globals';
import type { InstanceKind } from '../../lib/domain/instance-kind.ts';
import type { License } from '../../lib/domain/license.ts';
import { isRefusal } from '../../lib/domain/refusal.ts';
import { decideActivation, decideDeactivation } from '../../lib/domain/seats.ts';
import type { Activation } from '../../lib/domain/seats.ts';
import { seatCeiling } from '../../lib/domain/terms.ts';
import { DAY_MS, parseMs } from '../../lib/domain/time.ts';
import { sampleActivation, sampleLicense } from '../support/service/sample-license.ts';
import { fc } from '../support/run/properties.ts';

const NOW = parseMs('2026-06-15T12:00:00Z');
const PAST = '2026-06-01T00:00:00Z';
const FUTURE = '2027-06-01T00:00:00Z';

const production = { kind: 'production' as const };
const staging = { kind: 'staging' as const };
const local = { kind: 'local' as const };
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

describe('an activation', () => {
  test('takes a seat and leaves seq and updated_at unchanged', () => {
    const license = sampleLicense();
    expect(decideActivation(license, undefined, production, NOW)).toEqual({
      kind: 'taken',
      takes_seat: true,
      free_staging: false,
      license: { ...license, seats_used: 1 },
    });
  });

  test('of an active instance takes no second seat, even when all are taken', () => {
    expect(decideActivation(sampleLicense({ seat_limit: 1, seats_used: 1 }), active, production, NOW)).toEqual({
      kind: 'already_active',
    });
  });

  test('is refused once every seat is taken', () => {
    const license = sampleLicense({ seat_limit: 2, seats_used: 2 });
    const refusal = { kind: 'refused', code: 'seat_limit_reached', facts: { seat_limit: 2, seats_used: 2 } };
    expect(decideActivation(license, undefined, production, NOW)).toEqual(refusal);
    expect(decideActivation(license, deactivated, production, NOW)).toEqual(refusal);
    expect(decideActivation({ ...license, seats_used: 4 }, undefined, production, NOW)).toMatchObject({
      code: 'seat_limit_reached',
    });
  });

  test('is accepted up to the ceiling that overage allows and refused above it', () => {
    const policies = fc.constantFrom('none' as const, '1.25x' as const, '1.5x' as const, '2x' as const);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), policies, (seat_limit, overage) => {
        const ceiling = seatCeiling(seat_limit, { overage });
        const license = sampleLicense({ seat_limit, policy: { overage } });
        expect(taken({ ...license, seats_used: ceiling - 1 }, undefined, production).seats_used).toBe(ceiling);
        expect(decideActivation({ ...license, seats_used: ceiling }, undefined, production, NOW)).toMatchObject({
          code: 'seat_limit_reached',
        });
      }),
    );
  });

  test('is always accepted if seats or overage are unlimited', () => {
    expect(taken(sampleLicense({ seat_limit: null, seats_used: 5_000 }), undefined, production).seats_used).toBe(5_001);
    expect(
      taken(sampleLicense({ seat_limit: 1, seats_used: 9, policy: { overage: 'unlimited' } }), undefined, production)
        .seats_used,
    ).toBe(10);
  });
});

describe('the refusal of an activation', () => {
  const full = { seat_limit: 1, seats_used: 1, vacated: 1, policy: { seat_moves_per_30_days: 0 } };

  test('names a cancelled or suspended license first, also for an active instance', () => {
    expect(
      decideActivation(sampleLicense({ ...full, status: 'cancelled', expires_at: PAST }), active, production, NOW),
    ).toMatchObject({
      code: 'license_cancelled',
    });
    expect(
      decideActivation(sampleLicense({ ...full, status: 'suspended', expires_at: PAST }), active, production, NOW),
    ).toMatchObject({
      code: 'license_suspended',
    });
  });

  test('names an expired license next, from the exact second of expiry, also for an active instance', () => {
    const license = sampleLicense({ ...full, expires_at: '2026-06-15T12:00:00Z' });
    expect(decideActivation(license, active, production, NOW - 1)).toEqual({ kind: 'already_active' });
    expect(decideActivation(license, active, production, NOW)).toEqual({
      kind: 'refused',
      code: 'license_expired',
      facts: { expires_at: '2026-06-15T12:00:00Z' },
    });
  });

  test('names exhausted seat moves before taken seats', () => {
    expect(decideActivation(sampleLicense(full), undefined, production, NOW)).toMatchObject({
      code: 'seat_moves_exhausted',
    });
    expect(decideActivation(sampleLicense({ ...full, vacated: 0 }), undefined, production, NOW)).toMatchObject({
      code: 'seat_limit_reached',
    });
  });

  test('does not apply during the grace period', () => {
    const license = sampleLicense({ expires_at: PAST, policy: { grace_days: 15 } });
    expect(taken(license, undefined, production).seats_used).toBe(1);
    expect(decideActivation({ ...license, policy: { grace_days: 14 } }, undefined, production, NOW)).toMatchObject({
      code: 'license_expired',
    });
  });

  test('applies to new instances of a maintained license but not to active ones', () => {
    const license = sampleLicense({ expires_at: PAST, policy: { expiration_strategy: 'maintain' } });
    expect(decideActivation(license, active, production, NOW)).toEqual({ kind: 'already_active' });
    expect(decideActivation(license, deactivated, production, NOW)).toMatchObject({ code: 'license_expired' });
    expect(decideActivation(license, undefined, local, NOW)).toMatchObject({ code: 'license_expired' });
  });
});

describe('development sites', () => {
  const policy = { development_sites_free: true };

  test('take seats like any other site unless the policy frees them', () => {
    expect(taken(sampleLicense(), undefined, local)).toMatchObject({ seats_used: 1, staging_used: 0 });
    expect(taken(sampleLicense(), undefined, staging)).toMatchObject({ seats_used: 1, staging_used: 0 });
  });

  test('never take a seat if they are local, even when all are taken', () => {
    expect(
      decideActivation(sampleLicense({ seat_limit: 1, seats_used: 1, policy }), undefined, local, NOW),
    ).toMatchObject({
      kind: 'taken',
      takes_seat: false,
      free_staging: false,
      license: { seats_used: 1, staging_used: 0 },
    });
  });

  test('take no seat if they are staging, up to as many as the seat limit, and then one each', () => {
    const license = sampleLicense({ seat_limit: 2, policy });
    const second = taken(taken(license, undefined, staging), undefined, staging);
    expect(second).toMatchObject({ seats_used: 0, staging_used: 2 });
    expect(decideActivation(second, undefined, staging, NOW)).toMatchObject({
      takes_seat: true,
      free_staging: false,
      license: { seats_used: 1, staging_used: 2 },
    });
  });

  test('never take a seat if they are staging and seats are unlimited', () => {
    expect(taken(sampleLicense({ seat_limit: null, staging_used: 5_000, policy }), undefined, staging)).toMatchObject({
      seats_used: 0,
      staging_used: 5_001,
    });
  });

  test('neither vacate a seat nor count as moves', () => {
    const license = sampleLicense({ vacated: 1, staging_used: 1, policy: { ...policy, seat_moves_per_30_days: 0 } });
    expect(taken(license, undefined, local)).toMatchObject({ vacated: 1, moves: [] });
    expect(taken(license, deactivated, staging)).toMatchObject({ vacated: 1, moves: [] });
    const free = sampleActivation({ takes_seat: false, free_staging: true });
    expect(decideDeactivation(license, free, 'product')).toMatchObject({
      license: { vacated: 1, staging_used: 0, seats_used: 0 },
    });
  });
});

describe('an expiry that starts with activation', () => {
  test('is set by the first activation only', () => {
    const first = taken(sampleLicense({ starts_on_activation: 'P1Y' }), undefined, production);
    expect(first).toMatchObject({ expires_at: '2027-06-15T12:00:00Z', starts_on_activation: null });
    expect(taken(first, undefined, production, NOW + 40 * DAY_MS).expires_at).toBe('2027-06-15T12:00:00Z');
  });

  test('is set by a free development site too', () => {
    const license = sampleLicense({ starts_on_activation: 'P30D', policy: { development_sites_free: true } });
    expect(taken(license, undefined, local).expires_at).toBe('2026-07-15T12:00:00Z');
  });

  test('is not set by a refused activation', () => {
    expect(
      isRefusal(
        decideActivation(sampleLicense({ seats_used: 3, starts_on_activation: 'P1Y' }), undefined, production, NOW),
      ),
    ).toBe(true);
  });
});

describe('a deactivation', () => {
  test('of a deactivated instance changes nothing', () => {
    expect(decideDeactivation(sampleLicense({ seats_used: 1 }), deactivated, 'product')).toEqual({
      kind: 'already_deactivated',
    });
  });

  test('is allowed in every license status', () => {
    for (const changes of [
      { status: 'suspended' as const },
      { status: 'cancelled' as const },
      { expires_at: PAST },
      { expires_at: FUTURE },
    ]) {
      const decision = decideDeactivation(sampleLicense({ seats_used: 2, ...changes }), active, 'product');
      expect(decision).toMatchObject({ kind: 'freed', license: { seats_used: 1 } });
    }
  });
});

test('the counters of a license always match its active instances, and seats never exceed the ceiling', () => {
  const kinds = fc.constantFrom('production' as const, 'staging' as const, 'local' as const);
  const instances = fc.array(kinds, { minLength: 6, maxLength: 6 });
  const step = fc.record({ instance: fc.nat({ max: 5 }), act: fc.constantFrom('activate', 'product', 'brand') });
  const policies = fc.record({
    development_sites_free: fc.boolean(),
    overage: fc.constantFrom('none' as const, '1.5x' as const),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      policies,
      instances,
      fc.array(step, { maxLength: 40 }),
      (seat_limit, policy, kindOf, steps) => {
        let license = sampleLicense({ seat_limit, policy });
        const items = new Map<number, Activation>();
        for (const { instance, act } of steps) {
          const current = items.get(instance);
          if (act === 'activate') {
            const kind = kindOf[instance] ?? 'production';
            const decision = decideActivation(license, current, { kind }, NOW);
            if (isRefusal(decision) || decision.kind === 'already_active') continue;
            license = decision.license;
            const { takes_seat, free_staging } = decision;
            items.set(instance, sampleActivation({ kind, takes_seat, free_staging }));
          } else if (current !== undefined) {
            const decision = decideDeactivation(license, current, act === 'brand' ? 'brand' : 'product');
            if (decision.kind === 'freed') license = decision.license;
            items.set(instance, { ...current, status: 'deactivated' });
          }
          const activeItems = [...items.values()].filter((item) => item.status === 'active');
          expect(license.seats_used).toBe(activeItems.filter((item) => item.takes_seat).length);
          expect(license.staging_used).toBe(activeItems.filter((item) => item.free_staging).length);
          expect(license.seats_used).toBeLessThanOrEqual(seatCeiling(seat_limit, policy));
        }
      },
    ),
  );
});
