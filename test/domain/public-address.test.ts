import { expect, test } from '@jest/globals';
import { isLoopbackAddress, isPublicAddress } from '../../lib/domain/public-address.ts';
import { fc } from '../support/run/properties.ts';

/** The first and last address of each range, and their neighbors if those are public. */
const NOT_PUBLIC = {
  'this network': ['0.0.0.0', '0.255.255.255'],
  'private use': ['10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.0', '192.168.255.255'],
  'carrier-grade NAT': ['100.64.0.0', '100.127.255.255'],
  loopback: ['127.0.0.1', '127.255.255.255', '::1'],
  'link-local': ['169.254.0.0', '169.254.255.255', 'fe80::1', 'febf:ffff::1'],
  'metadata of clouds': [
    '169.254.169.254',
    '169.254.170.2',
    'fd00:ec2::254',
    '100.100.100.200',
    '192.0.0.192',
    '168.63.129.16',
  ],
  'protocol assignments': ['192.0.0.0', '192.0.0.255', '2001::', '2001:1ff:ffff::', '2001:20::1'],
  documentation: ['192.0.2.1', '198.51.100.1', '203.0.113.255', '2001:db8::1', '3fff::1', '3fff:fff::1'],
  'AS112 and AMT': ['192.31.196.1', '192.52.193.1', '192.175.48.1', '2620:4f:8000::1'],
  benchmarking: ['198.18.0.0', '198.19.255.255', '2001:2::1'],
  multicast: ['224.0.0.0', '239.255.255.255', 'ff02::1'],
  'reserved and broadcast': ['240.0.0.0', '255.255.255.254', '255.255.255.255'],
  'unspecified IPv6': ['::'],
  'IPv4 inside IPv6, mapped or compatible': [
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:a9fe:a9fe',
    '::127.0.0.1',
    '::8.8.8.8',
  ],
  NAT64: ['64:ff9b::7f00:1', '64:ff9b::8.8.8.8', '64:ff9b:1::1'],
  '6to4, also of a private IPv4 address': ['2002:7f00:1::', '2002:a00:1::1', '192.88.99.1'],
  Teredo: ['2001:0:4136:e378:8000:63bf:3fff:fdd2'],
  'unique local': ['fc00::1', 'fdff:ffff::1'],
  'deprecated site-local': ['fec0::1'],
  'discard-only': ['100::1'],
  'segment routing': ['5f00::1'],
  'unassigned ranges': ['4000::1', '1fff::1', 'e000::1'],
  'an address with a zone': ['fe80::1%eth0', '2606:4700::1%eth0'],
  'text that is not an address': [
    '',
    'localhost',
    'example.com',
    '1.2.3',
    '0x7f000001',
    '2130706433',
    '127.1',
    '8.8.8.8:443',
    '[::1]',
    '1.2.3.4 ',
  ],
};

const PUBLIC = [
  ...[
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '169.253.255.255',
  ],
  ...[
    '169.255.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '191.255.255.255',
    '192.0.1.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
  ],
  ...['198.20.0.0', '223.255.255.255', '168.63.129.15', '168.63.129.17'],
  ...[
    '2606:4700:4700::1111',
    '2a00:1450:4001:81b::200e',
    '2001:200::1',
    '2001:4860:4860::8888',
    '2003::1',
    '2620:4f:8001::1',
    '3ffe::1',
  ],
];

test.each(
  Object.entries(NOT_PUBLIC).flatMap(([range, addresses]) => addresses.map((address) => [range, address] as const)),
)('isPublicAddress rejects %s: %p', (_, address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(PUBLIC)('isPublicAddress accepts %s', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test('isPublicAddress rejects every IPv4 address embedded in IPv6', () => {
  const byte = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(
      fc.tuple(byte, byte, byte, byte),
      fc.constantFrom('::ffff:', '::', '64:ff9b::', '64:ff9b:1::'),
      (bytes, prefix) => {
        expect(isPublicAddress(`${prefix}${bytes.join('.')}`)).toBe(false);
      },
    ),
  );
});

test.each(['127.0.0.1', '127.255.0.3', '::1'])('isLoopbackAddress accepts %s', (address) => {
  expect(isLoopbackAddress(address)).toBe(true);
});
test.each(['126.255.255.255', '128.0.0.0', '::2', '0.0.0.0', '::', 'localhost', '::1%lo', '10.0.0.1'])(
  'isLoopbackAddress rejects %s',
  (address) => {
    expect(isLoopbackAddress(address)).toBe(false);
  },
);
