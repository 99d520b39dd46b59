import { expect, test } from '@jest/globals';
import { readSource } from '../../lib/domain/source.ts';

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::FFFF:203.0.113.7', '203.0.113.7'],
])('sourceOf reads %s as the IPv4 address %s', (address, source) => {
  expect(readSource(address)).toBe(source);
});

test.each([
  ['2001:db8:1:2:3:4:5:6', '2001:DB8:1:2::'],
  ['2001:db8::7', '2001:db8:0:0:ffff:ffff:ffff:ffff'],
  ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
  ['::1', '0:0:0:0:0:0:0:1'],
  ['1::2:3:4:5:6', '1:0:0:2:ffff::'],
])('sourceOf puts %s and %s into the same /64 network', (one, other) => {
  expect(readSource(one)).toBe(readSource(other));
});

test.each([
  ['203.0.113.7', '203.0.113.8'],
  ['2001:db8:1:2::1', '2001:db8:1:3::1'],
  ['2001:db8::1', '2001:db8:0:1::1'],
  ['::1', '1::'],
  ['2001:db8::1', '203.0.113.7'],
])('sourceOf gives %s and %s different sources', (one, other) => {
  expect(readSource(one)).not.toBe(readSource(other));
});

test.each(['', ':', ':::::::::', '1:2:3:4:5:6:7:8:9', 'unknown', 'fe80::1%eth0', ':zz::'])(
  'sourceOf returns some text for %j, which is not an address',
  (address) => {
    expect(typeof readSource(address)).toBe('string');
  },
);
