import { describe, expect, test } from '@jest/globals';
import {
  compareAnswers,
  compareVersions,
  isUnknownToBoth,
  readEddAnswer,
  readEddVersion,
  readNativeAnswer,
  readNativeVersion,
  summarize,
} from '../../bin/admin/comparison.ts';
import { CannotAsk } from '../../bin/admin/failures.ts';

const edd = (changes: Record<string, unknown> = {}) =>
  readEddAnswer({ license: 'valid', expires: '2099-01-31 23:59:59', license_limit: 3, ...changes }, true);
const here = (license: Record<string, unknown> | null = {}, more: Record<string, unknown> = {}) =>
  readNativeAnswer(
    {
      is_activated: true,
      license: license && { status: 'valid', expires_at: '2099-01-31T23:59:59Z', seat_limit: 3, ...license },
      ...more,
    },
    true,
  );

describe('a comparison', () => {
  test('finds no difference between two servers that say the same in their own words', () => {
    expect(compareAnswers(edd(), here())).toEqual([]);
    expect(compareAnswers(edd({ license_limit: 0 }), here({ seat_limit: null }))).toEqual([]);
    expect(compareAnswers(edd({ expires: 'lifetime' }), here({ expires_at: null }))).toEqual([]);
    expect(compareAnswers(edd({ license: 'invalid' }), here(null))).toEqual([]);
    expect(compareAnswers(edd({ license: 'site_inactive' }), here({}, { is_activated: false }))).toEqual([]);
  });

  test.each([
    ['status', edd({ license: 'disabled' }), here(), ['status: suspended there, valid here']],
    ['expiry', edd({ expires: '2099-01-30 23:59:59' }), here(), ['expiry by a day or less']],
    ['expiry for life', edd({ expires: 'lifetime' }), here(), ['expiry: for life there, 2099-01-31T23:59:59Z here']],
    ['seats', edd({ license_limit: 5 }), here(), ['seats: 5 there, 3 here']],
    ['a site', edd({ license: 'site_inactive' }), here(), ['the site is active here only']],
    ['a key that is missing', edd(), here(null), ['is not here']],
    ['a key that is new', edd({ license: 'invalid' }), here(), ['is not there']],
  ])('names a difference in %s', (_, old, present, differences) => {
    expect(compareAnswers(old, present)).toEqual(differences);
  });

  const there = (new_version: string, link = 'https://shop.example/x') =>
    readEddVersion({ new_version, package: link });
  const offered = (version: string | null, link: object | null = {}) =>
    readNativeVersion({ release: version === null ? null : { version }, package: link });

  test.each([
    ['the same version and link', there('2.0'), offered('2.0'), true, []],
    ['another version', there('2.0'), offered('2.1'), true, ['version: 2.0 there, 2.1 here']],
    ['a link there only', there('2.0'), offered('2.0', null), true, ['the download is allowed there only']],
    ['a link here only', there('2.0', ''), offered('2.0'), true, ['the download is allowed here only']],
    ['a link for a license that is not valid at both', there('2.0'), offered('2.0', null), false, []],
    ['no version here', there('2.0'), offered(null), true, []],
    ['no version there', there(''), offered('2.0'), true, []],
  ])('compares offers of %s', (_, old, present, isValidAtBoth, differences) => {
    expect(compareVersions(old, present, isValidAtBoth)).toEqual(differences);
  });

  test('counts a key that neither server knows, and takes no other answer for one about a key', () => {
    const lost = { license: null, code: 'license_key_not_found' };
    expect(isUnknownToBoth(readEddAnswer({ license: 'invalid' }, true), readNativeAnswer(lost, true))).toBe(true);
    expect(summarize([{ differences: [] }, { differences: [], isUnknownToBoth: true }])).toBe(
      '2 of 2 agree; 1 of those that agree is at neither',
    );
    for (const read of [readEddAnswer, readNativeAnswer])
      for (const answer of [{ success: false }, { code: 'route_not_found', status: 404 }, {}])
        expect(() => read(answer, true)).toThrow(CannotAsk);
    expect(readNativeAnswer({ code: 'license_key_not_found', status: 404 }, true).status).toBeUndefined();
  });

  test('sums up whether to switch', () => {
    const agreeing = Array.from({ length: 997 }, () => ({ differences: [] }));
    const byADay = 'expiry by a day or less';
    const differing = [[byADay], [byADay], ['is not here']].map((differences) => ({ differences }));
    expect(summarize([...agreeing, ...differing])).toBe(
      '997 of 1,000 agree; 2 differ in expiry by a day or less; 1 is not here',
    );
  });
});
