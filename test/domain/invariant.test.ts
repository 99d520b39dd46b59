import { expect, test } from '@jest/globals';
import { assertThat, required } from '../../lib/domain/invariant.ts';

test('a value that an invariant promises is returned, and its absence is named', () => {
  expect([required(0, 'a number'), required('', 'a text'), required(null, 'a null')]).toEqual([0, '', null]);
  expect(() => required(undefined, 'a list has a first')).toThrow('a list has a first');
});

test('a broken invariant is named', () => {
  expect(() => assertThat(true, 'one is one')).not.toThrow();
  expect(() => assertThat(false, 'one is one')).toThrow('one is one');
});
