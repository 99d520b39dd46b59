import { expect, test } from '@jest/globals';
import { CONTROLS, isPrintableAscii, unicodePattern, unprintable } from '../../lib/domain/unicode-pattern.ts';
import { unpastedKey } from '../../lib/domain/pasted.ts';
import { dropInvisible } from '../../lib/domain/visible-text.ts';

const range = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i));

test('the written-out control characters are those of Unicode', () => {
  const written = new RegExp(`[${CONTROLS}]`);
  const differing = range(0, 0xffff).filter((character) => written.test(character) !== /\p{Cc}/u.test(character));
  expect(differing).toEqual([]);
});

test('printable ASCII has no character that a rule removes, so texts of it skip the rules', () => {
  const printable = range(0, 0xff).filter(isPrintableAscii);
  expect(printable).toEqual(range(0x20, 0x7e));
  for (const character of printable) {
    // The letter beside it makes the long way necessary.
    expect(dropInvisible(`${character}é`)).toBe(`${character}é`);
    expect(unpastedKey(`${character}é`)).toBe(`${unpastedKey(character)}é`);
    expect(character.search(unprintable())).toBe(-1);
  }
});

test('a pattern is made once, at its first use', () => {
  const letters = unicodePattern('\\p{L}', 'gu');
  expect(letters()).toBe(letters());
  expect('aé1'.replaceAll(letters(), '-')).toBe('--1');
  expect(() => unicodePattern('(', 'u')).not.toThrow();
});
