import { describe, expect, test } from '@jest/globals';
import { buildSigningInput, JWS_TYPES } from '../../lib/domain/compact-jws.ts';
import {
  buildKeySet,
  findCurrentKey,
  findSetFault,
  LIVES_S,
  NO_KEYS,
  renewRing,
  revokeInRing,
  rotateRing,
  type KeyRing,
} from '../../lib/domain/signing-keys.ts';
import { DAY_S } from '../../lib/domain/time.ts';

const START = 1_800_000_000;
let made = 0;
const make = () => {
  made += 1;
  return { kid: `kid-${made}`, x: `x-${made}` };
};
const renew = (ring: KeyRing, nowS: number, lost: readonly string[] = []): KeyRing =>
  renewRing(ring, nowS, { isHeld: (kid) => !lost.includes(kid), make });
const current = (ring: KeyRing, nowS: number): string => findCurrentKey(ring.keys, nowS)?.kid ?? 'none';
const kids = ({ keys }: KeyRing): string[] => keys.map(({ kid }) => kid);

describe('the ring of signing keys', () => {
  test('begins with a key in use and a standby that follows it', () => {
    const { keys } = renew(NO_KEYS, START);
    expect(keys.map(({ use_from, use_until }) => [use_from, use_until])).toEqual([
      [START, START + LIVES_S],
      [START + LIVES_S, START + 2 * LIVES_S],
    ]);
  });

  test('makes the next key 14 days before the present one ends, and not a day earlier', () => {
    const ring = renew(NO_KEYS, START);
    expect(renew(ring, START + 75 * DAY_S)).toEqual(ring);
    expect(renew(ring, START + 76 * DAY_S).keys).toHaveLength(3);
  });

  test('renewed daily for three years, always signs, always with a key published for 7 days', () => {
    let ring = renew(NO_KEYS, START);
    for (let day = 1; day < 3 * 365; day += 1) {
      const nowS = START + day * DAY_S;
      const signing = findCurrentKey(ring.keys, nowS);
      if (signing === undefined) throw new Error(`no key on day ${day}`);
      if (signing.use_from > START) expect(nowS - signing.published_at).toBeGreaterThanOrEqual(7 * DAY_S);
      ring = renew(ring, nowS);
      expect(ring.keys.some(({ use_from }) => use_from > nowS)).toBe(true);
      expect(ring.keys.length).toBeLessThanOrEqual(4);
    }
  });

  test('keeps a key for 90 days after its end, for the proofs that it signed', () => {
    const ring = renew(NO_KEYS, START);
    const [first = ''] = kids(ring);
    expect(kids(renew(ring, START + LIVES_S + 89 * DAY_S))).toContain(first);
    expect(kids(renew(ring, START + LIVES_S + 90 * DAY_S))).not.toContain(first);
  });

  test('uses the standby at once after a rotation, keeps the old key and has another standby', () => {
    const ring = renew(NO_KEYS, START);
    const [first, second] = kids(ring);
    const rotated = renew(rotateRing(ring, START + DAY_S), START + DAY_S);
    expect(current(rotated, START + DAY_S)).toBe(second);
    expect(kids(rotated)).toEqual([first, second, expect.any(String)]);
  });

  test('uses the standby at once after a revocation, and drops the revoked key', () => {
    const ring = renew(NO_KEYS, START);
    const [first = '', second] = kids(ring);
    const revoked = revokeInRing(ring, first);
    if (revoked === undefined) throw new Error('nothing was revoked');
    const renewed = renew(revoked, START + DAY_S);
    expect(current(renewed, START + DAY_S)).toBe(second);
    expect(kids(renewed)).not.toContain(first);
    expect(renewed.revoked).toEqual([{ kid: first, use_until: START + LIVES_S }]);
    expect(renewed.keys).toHaveLength(2);
  });

  test('forgets a revoked key 90 days after its end', () => {
    const ring = { ...renew(NO_KEYS, START), revoked: [{ kid: 'gone', use_until: START }] };
    expect(renew(ring, START + 89 * DAY_S).revoked).toHaveLength(1);
    expect(renew(ring, START + 90 * DAY_S).revoked).toEqual([]);
  });

  test('does not revoke a key that it does not have', () => {
    expect(revokeInRing(renew(NO_KEYS, START), 'nobody')).toBeUndefined();
  });

  test('replaces a lost key: one in use ends and stays published, one that waited is dropped', () => {
    const ring = renew(NO_KEYS, START);
    const [first = '', second = ''] = kids(ring);
    const withoutFirst = renew(ring, START + DAY_S, [first]);
    expect(current(withoutFirst, START + DAY_S)).toBe(second);
    expect(kids(withoutFirst)).toContain(first);
    expect(kids(renew(ring, START + DAY_S, [second]))).not.toContain(second);
  });
});

describe('a key set', () => {
  const faultOf = (ring: KeyRing): string | undefined => {
    const set = buildKeySet(ring);
    return findSetFault(set, buildSigningInput(JWS_TYPES.keySet, 'r'.repeat(22), set));
  };
  const full = (keys: number, revoked: number, kidLength = 22): KeyRing => ({
    version: 10_000,
    issued_at: START,
    keys: Array.from({ length: keys }, () => ({
      kid: 'k'.repeat(kidLength),
      x: 'x'.repeat(43),
      use_from: START,
      use_until: START + LIVES_S,
      published_at: START,
    })),
    revoked: Array.from({ length: revoked }, () => ({ kid: 'r'.repeat(kidLength), use_until: START })),
  });

  test('with 12 keys and 40 revoked ones can be signed by KMS', () => {
    expect(faultOf(full(12, 40))).toBeUndefined();
  });

  test.each([
    ['13 keys', full(13, 0)],
    ['41 revoked', full(1, 41)],
    ['the most', full(12, 40, 40)],
  ])('is refused before it is signed with too many or too long members: %s', (words, ring) => {
    expect(faultOf(ring)).toContain(words.replace(/^41 revoked/, '41 revoked keys'));
  });

  test('says nothing of when a key was published, and ends 30 days after it was issued', () => {
    const set = buildKeySet({ ...renew(NO_KEYS, START), version: 3, issued_at: START });
    expect(set).toMatchObject({ version: 3, issued_at: START, expires: START + 30 * DAY_S, revoked: [] });
    expect(Object.keys(set.keys[0] ?? {})).toEqual(['kid', 'x', 'use_from', 'use_until']);
  });
});
