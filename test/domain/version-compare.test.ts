import { describe, expect, test } from '@jest/globals';
import { compareVersions } from '../../lib/domain/version-compare.ts';

/** Answers of `version_compare` in PHP 8.2. The tier script adds more, from PHP itself. */
const ORDERS: readonly (readonly [string, string, -1 | 0 | 1])[] = [
  ['1.0', '1.0', 0],
  ['1.0', '1.0.0', -1],
  ['1.9', '1.10', -1],
  ['1.10', '1.9.9', 1],
  ['5.2', '5.10', -1],
  ['1.0-dev', '1.0-alpha', -1],
  ['1.0-alpha', '1.0-beta', -1],
  ['1.0a1', '1.0alpha1', 0],
  ['1.0-beta', '1.0-RC1', -1],
  ['1.0-RC1', '1.0-rc1', 0],
  ['1.0-RC1', '1.0', -1],
  ['1.0rc', '1.0', -1],
  ['1.0', '1.0pl1', -1],
  ['1.0-p1', '1.0-pl1', 0],
  ['1.0-unknown', '1.0-dev', -1],
  ['1.0+1', '1.0', 1],
  ['1.0+1', '1.0-1', 0],
  ['1..0', '1.0', 0],
  ['1.0.', '1.0', -1],
  ['.1', '1', -1],
  ['+0', '+RC', 1],
  ['01.2', '1.2', 0],
  ['9007199254740993', '9007199254740992', 1],
  ['3.17.1', '3.17', 1],
  ['6.5-beta1-57000', '6.5', -1],
  ['8.1.2-1ubuntu2.14', '8.1.2', 1],
  ['', '', 0],
  ['', '1', -1],
  ['1', '', 1],
];

describe('two versions compare as in PHP', () => {
  test.each(ORDERS)('%s and %s: %i', (one, other, order) => {
    expect(compareVersions(one, other)).toBe(order);
    expect(compareVersions(other, one) + order).toBe(0);
  });
});
