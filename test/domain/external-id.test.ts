import { describe, expect, test } from '@jest/globals';
import { foldExternalId } from '../../lib/domain/external-id.ts';

/** Every character that has a case or can be decomposed. */
const letters = Array.from({ length: 0x20000 }, (_, code) => String.fromCodePoint(code)).filter(
  (letter) =>
    letter.isWellFormed() &&
    [letter.toLowerCase(), letter.toUpperCase(), letter.normalize('NFD')].some((form) => form !== letter),
);

describe('equal order numbers', () => {
  test.each([
    ['order-1001', 'ORDER-1001'],
    ['Bestellung-Straße', 'BESTELLUNG-STRASSE'],
    ['STRAẞE', 'strasse'],
    ['ΟΔΥΣΣΕΥΣ', 'Οδυσσευς'],
    ['ΟΔΥΣΣΕΥΣ', 'οδυσσευσ'],
    ['İstanbul-1', 'i̇STANBUL-1'],
    ['é-1', 'E\u0301-1'],
    ['ﬁnal', 'FINAL'],
    [' order-1001\u00a0', 'order-1001'],
    ['\u200border-1001\ufeff', 'order-1001'],
  ])('%s and %s fold to the same text', (one, other) => {
    expect(foldExternalId(one)).toBe(foldExternalId(other));
  });

  test('fold to the same text in upper case, in lower case, decomposed and already folded, for every letter', () => {
    const wrong = letters.filter((letter) => {
      const number = `a${letter}b`;
      const forms = [
        number.toUpperCase(),
        number.toLowerCase(),
        number.normalize('NFD'),
        number.toUpperCase().normalize('NFD'),
        foldExternalId(number),
      ];
      return forms.some((form) => foldExternalId(form) !== foldExternalId(number));
    });
    expect(letters.length).toBeGreaterThan(2000);
    expect(wrong.map((letter) => letter.codePointAt(0)?.toString(16))).toEqual([]);
  });
});

describe('different order numbers', () => {
  test.each([
    ['order-1001', 'order1001'],
    ['order 1001', 'order1001'],
    ['order-1001', 'order–1001'],
    ['order-O', 'order-0'],
    ['e-1', 'é-1'],
    ['１', '1'],
  ])('%s and %s fold to different texts', (one, other) => {
    expect(foldExternalId(one)).not.toBe(foldExternalId(other));
  });

  test('fold to different texts, even if they consist of invisible characters', () => {
    expect(foldExternalId('\u200b')).not.toBe(foldExternalId('\u200c'));
  });
});
