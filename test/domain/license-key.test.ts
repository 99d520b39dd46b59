import { describe, expect, test } from '@jest/globals';
import { newLicenseKey } from '../../lib/process/new-credentials.ts';
import { buildLicenseKey, hashLicenseKey, maskLicenseKey, parseLicenseKey } from '../../lib/domain/license-key.ts';
import { fc } from '../support/run/properties.ts';

const ALPHABET = [...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'];
const prefixes = fc.stringMatching(/^[A-Z0-9]{2,10}$/);
const randoms = fc.uint8Array({ minLength: 15, maxLength: 15 }).map((bytes) => Buffer.from(bytes));
const keys = fc.tuple(prefixes, randoms).map(([prefix, random]) => ({ prefix, text: buildLicenseKey(prefix, random) }));

/** The indexes of the 16 characters in a key's text. */
function bodyPlaces(text: string): number[] {
  const places = [...text].flatMap((character, place) => (character === '-' ? [] : [place]));
  return places.slice(-16);
}

function withCharacter(text: string, place: number, character: string): string {
  return text.slice(0, place) + character + text.slice(place + 1);
}

describe('a new license key', () => {
  test('has the form PREFIX-XXXX-XXXX-XXXX-XXXX in Crockford base 32', () => {
    expect(newLicenseKey('WPR')).toMatch(/^WPR(?:-[0-9A-HJKMNP-TV-Z]{4}){4}$/);
  });

  test('has the same checksum in every release, so that sold keys stay valid', () => {
    const key = buildLicenseKey('WPR', Buffer.from(Array.from({ length: 15 }, (_, place) => place * 17)));
    expect(key).toBe('WPR-0H2K-4N6Q-8SAV-CXES');
    expect(buildLicenseKey('WPR', Buffer.alloc(15))).toBe('WPR-0000-0000-0000-0000');
  });

  test('is different each time', () => {
    expect(new Set(Array.from({ length: 200 }, () => newLicenseKey('WPR'))).size).toBe(200);
  });

  test('cannot be built from fewer than 15 random bytes', () => {
    expect(() => buildLicenseKey('WPR', Buffer.alloc(14))).toThrow(RangeError);
  });

  test('parses to its own prefix and text', () => {
    fc.assert(
      fc.property(keys, ({ prefix, text }) => {
        expect(parseLicenseKey(text)).toEqual({ prefix, text });
      }),
    );
  });
});

describe('a mistyped license key', () => {
  test('is always refused if one of its 16 characters is wrong', () => {
    fc.assert(
      fc.property(keys, ({ text }) => {
        for (const place of bodyPlaces(text)) {
          for (const wrong of ALPHABET.filter((character) => character !== text[place])) {
            expect(parseLicenseKey(withCharacter(text, place, wrong))).toBeUndefined();
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  test('is always refused if two different characters are swapped', () => {
    fc.assert(
      fc.property(keys, fc.nat({ max: 15 }), fc.nat({ max: 15 }), ({ text }, first, second) => {
        const places = bodyPlaces(text);
        const [a = 0, b = 0] = [places[first], places[second]];
        fc.pre(text.charAt(a) !== text.charAt(b));
        const exchanged = withCharacter(withCharacter(text, a, text.charAt(b)), b, text.charAt(a));
        expect(parseLicenseKey(exchanged)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    '',
    'WPR',
    'WPR-',
    'WPR-0000-0000-0000-000',
    'WPR-0000-0000-0000-00000',
    'W-0000-0000-0000-0000',
    'ABCDEFGHIJK-0000-0000-0000-0000',
    '-0000-0000-0000-0000',
    '0000-0000-0000-0000',
    'WPR--0000-0000-0000-0000',
    'WPR-000-00000-0000-0000',
    'WPR-0000-0000-0000-0000-',
    'W-PR-0000-0000-0000-0000',
    'WPR-0000-0000-0000-000U',
    'WPR-0000-0000-0000-000!',
    'WÄR-0000-0000-0000-0000',
    'WPR-0000-0000-0000-000ſ',
    'WPR-0000-0000-0000-000ı',
    `${' '.repeat(300)}WPR-0000-0000-0000-0000`,
    'x'.repeat(100_000),
  ])('is refused: %.40j', (text) => {
    expect(parseLicenseKey(text)).toBeUndefined();
  });
});

describe('parseLicenseKey', () => {
  const key = buildLicenseKey('O1L', Buffer.from([0, 1, 0, 1, 31, 30, 29, 0, 1, 0, 1, 7, 8, 9, 0]));

  test('accepts lower case, surrounding blanks and missing dashes, including the dash after the prefix', () => {
    fc.assert(
      fc.property(
        keys,
        fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
        fc.boolean(),
        ({ prefix, text }, kept, lower) => {
          const [first, ...groups] = text.split('-');
          const typed = [first, ...groups.map((group, i) => `${kept[i] === true ? '-' : ''}${group}`)].join('');
          expect(parseLicenseKey(` ${lower ? typed.toLowerCase() : typed}\n`)).toEqual({ prefix, text });
        },
      ),
    );
  });

  test.each([
    ['a blank at a line’s end', (text: string) => text.replace(/-(?=[^-]*$)/, '- ')],
    ['blanks for dashes', (text: string) => text.replaceAll('-', ' ')],
    ['line breaks', (text: string) => text.replaceAll('-', '-\r\n')],
    ['tabs and no-break spaces', (text: string) => `\t\u00a0${text}\u2007\u3000`],
    ['quotes', (text: string) => `“${text}”`],
    ['straight quotes and a backtick', (text: string) => `'"\`${text}\`"'`],
    ['guillemets', (text: string) => `«\u202f${text}\u202f»`],
    ['a zero-width space', (text: string) => `${text.slice(0, 7)}\u200b${text.slice(7)}\u200b`],
    ['a byte order mark and marks of direction', (text: string) => `\ufeff\u202a${text}\u202c\u200e`],
    ['a soft hyphen instead of a dash', (text: string) => text.replace('-', '\u00ad')],
    ['a NUL', (text: string) => `${text}\u0000`],
    ...[
      '\u2010',
      '\u2011',
      '\u2012',
      '\u2013',
      '\u2014',
      '\u2015',
      '\u2212',
      '\ufe58',
      '\ufe63',
      '\uff0d',
      '\u2043',
    ].map((dash): [string, (text: string) => string] => [
      `the dash U+${dash.charCodeAt(0).toString(16)}`,
      (text) => text.replaceAll('-', dash),
    ]),
  ])('accepts a key pasted with %s', (_what, pasted) => {
    fc.assert(
      fc.property(keys, ({ prefix, text }) => {
        expect(parseLicenseKey(pasted(text))).toEqual({ prefix, text });
      }),
      { numRuns: 20 },
    );
  });

  test('accepts O for 0 and I or L for 1 in the 16 characters', () => {
    const [prefix = '', ...groups] = key.split('-');
    const body = groups.join('-');
    for (const one of ['I', 'L', 'i', 'l']) {
      for (const zero of ['O', 'o']) {
        const typed = `${prefix}-${body.replaceAll('0', zero).replaceAll('1', one)}`;
        expect(typed).not.toBe(key);
        expect(parseLicenseKey(typed)).toEqual({ prefix: 'O1L', text: key });
      }
    }
  });

  test('does not replace letters in the prefix: O1L is not 011', () => {
    expect(parseLicenseKey(key)?.prefix).toBe('O1L');
    expect(parseLicenseKey(key.toLowerCase())?.prefix).toBe('O1L');
    expect(parseLicenseKey(`011${key.slice(3)}`)?.prefix).toBe('011');
  });

  test('separates a prefix of letters and digits from the body without a dash', () => {
    expect(parseLicenseKey('A0B1C2D3E40000000000000000')).toEqual({
      prefix: 'A0B1C2D3E4',
      text: 'A0B1C2D3E4-0000-0000-0000-0000',
    });
    expect(parseLicenseKey('000000000000000000')).toEqual({ prefix: '00', text: '00-0000-0000-0000-0000' });
  });
});

describe('a masked license key', () => {
  test('shows only the prefix and the last four characters', () => {
    fc.assert(
      fc.property(keys, ({ prefix, text }) => {
        expect(maskLicenseKey(text)).toBe(`${prefix}-****-****-****-${text.slice(-4)}`);
      }),
    );
  });

  test('shows at most a third of a key in another format', () => {
    expect(maskLicenseKey('A1B2-C3D4-E5F6')).toBe('****-E5F6');
    expect(maskLicenseKey('abcdefghijkl')).toBe('****-ijkl');
    expect(maskLicenseKey('abcdefghijk')).toBe('****');
  });
});

test('the hash of a license key is SHA-256 in base64url', () => {
  expect(hashLicenseKey('WPR-0000-0000-0000-0000')).toBe('V01pIgLBP8tjyYH34pzczlRA29_R0avWHElou85uV20');
  expect(hashLicenseKey('WPR-0000-0000-0000-0000')).not.toBe(hashLicenseKey('WPR-0000-0000-0000-0001'));
});
