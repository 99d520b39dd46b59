import { expect, test } from '@jest/globals';
import { readPairs, writePairs } from '../../lib/console/pairs.ts';

test('lines of names and values are read as a person means them, and come back as they were', () => {
  const policy = {
    seat_limit: 3,
    duration: 'P1Y',
    max_version: '2',
    overage: '1.5x',
    grace_days: null,
    hosts: ['*.a'],
  };
  expect(readPairs('values', writePairs('values', policy))).toEqual(policy);
  const metadata = {
    plan: '2',
    note: 'a = b',
    truth: 'true',
    lines: 'call back\nvip = yes\r\n',
    'a = b': 'c',
    '"q"': '"x" and y',
    ' lead': ' blanks ',
    nothing: 'null',
    none: '',
    back: 'C:\\"new',
  };
  expect(readPairs('texts', writePairs('texts', metadata))).toEqual(metadata);
  expect(readPairs('texts', ' plan = plus \r\n\r\nold = null\nempty')).toEqual({ plan: 'plus', old: null, empty: '' });
  const half = { half: '"open', words: '"a" and "b"' };
  expect(readPairs('texts', 'half = "open\nwords = "a" and "b"')).toEqual(half);
  const several = { text: 'a\nb', '=': true, list: ['a'], quoted: '"a"', none: null };
  expect(readPairs('values', writePairs('values', several))).toEqual(several);
});
