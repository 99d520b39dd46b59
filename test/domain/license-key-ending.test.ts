import { describe, expect, test } from '@jest/globals';
import { newLicenseKey } from '../../lib/process/new-credentials.ts';
import { readLastFour, parseKeyEnding } from '../../lib/domain/license-key-ending.ts';

describe('parseKeyEnding', () => {
  test.each([
    ['B3N1'],
    ['b3n1'],
    ['B3NI'],
    ['b3nl'],
    [' B3N1\n'],
    ['“B3N1”'],
    ['\u200bB3N1'],
    ['-B3N1'],
    ['B3-N1'],
    ['****-B3N1'],
    ['••••B3N1'],
  ])('reads the last four characters of a key from %j', (typed) => {
    expect(parseKeyEnding(typed)).toEqual({ lastFour: 'B3N1' });
  });

  test.each([
    ['WPR-****-****-****-B3N1'],
    ['wpr-****-****-****-b3n1'],
    ['WPR – **** – **** – **** – B3N1'],
    ['"WPR************B3N1"'],
    ['WPR-••••-••••-••••-B3N1'],
  ])('reads the prefix and the last four characters from %j', (typed) => {
    expect(parseKeyEnding(typed)).toEqual({ prefix: 'WPR', lastFour: 'B3N1' });
  });

  test.each([
    [''],
    ['B3N'],
    ['B3N12'],
    ['B3NU'],
    ['****'],
    ['WPR-B3N1'],
    ['W-****-B3N1'],
    ['WPR-****-B3N1-****'],
    ['a@b.c'],
    [newLicenseKey('WPR')],
    [`${'*'.repeat(300)}B3N1`],
  ])('refuses %j', (typed) => {
    expect(parseKeyEnding(typed)).toBeUndefined();
  });

  test('reads the same four characters from a masked key as lastFourOf from the key itself', () => {
    const text = newLicenseKey('WPR');
    expect(parseKeyEnding(text.replace(/-.{4}-.{4}-.{4}-/, '-****-****-****-'))?.lastFour).toBe(readLastFour(text));
    expect(readLastFour('abc-0oIl')).toBe('0011');
  });
});
