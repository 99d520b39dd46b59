import { describe, expect, test } from '@jest/globals';
import { describeSeatTaker } from '../../lib/domain/plain-description.ts';
import { describeActivation } from '../../lib/domain/instance-description.ts';
import { maskInstance } from '../../lib/domain/masked-instance.ts';
import { readRegistrableDomain } from '../../lib/domain/public-suffix.ts';
import { parseInstance, type InstanceType } from '../../lib/domain/instance.ts';
import { sampleActivation } from '../support/service/sample-license.ts';

function masked(text: string, type: InstanceType = 'url'): string | undefined {
  const instance = parseInstance(type, text);
  return instance && maskInstance(instance, readRegistrableDomain);
}

describe('a masked instance', () => {
  test.each([
    ['https://www.shop.example', 'sh••.example'],
    ['shop.example.co.uk', 'ex••.co.uk'],
    ['https://staging.my-shop.com:8443/blog/secret', 'my••.com'],
    ['http://abc.de', 'a••.de'],
    ['ab.de', 'a••.de'],
    ['abcd.de', 'ab••.de'],
    ['localhost:8080', 'lo••'],
    ['shop.test', 'sh••.test'],
    ['https://münchen.de', 'mü••.de'],
    ['https://日本.jp', '日••.jp'],
    ['co.uk', 'c••.uk'],
    ['192.168.1.10', '••'],
    ['http://[2001:db8::1]', '[••]'],
  ])('of %s is %s', (text, expected) => {
    expect(masked(text)).toBe(expected);
  });

  test('of a hostname is masked like a site, and of a machine keeps its last four characters', () => {
    expect(masked('web-01.shop.example.', 'hostname')).toBe('sh••.example');
    expect(masked('web-01', 'hostname')).toBe('we••');
    expect(masked('4c4c4544-0051-3510', 'machine_id')).toBe('••3510');
    expect(masked('abcd', 'machine_id')).toBe('••d');
  });

  test('never contains the path, the port or a label beside the registrable domain', () => {
    const text = masked('https://customer-name.secret-project.example.org:8443/private?token=1');
    expect(text).toBe('ex••.org');
  });
});

describe('a seat that an older version stored', () => {
  test('gets its kind and masked spelling when it is shown', () => {
    const older = { kind: null, masked_identifier: null };
    expect(
      describeActivation({ ...sampleActivation({ instance_identifier: 'https://staging.shop.com' }), ...older }),
    ).toEqual({ kind: 'staging', masked_identifier: 'sh••.com' });
  });

  test('is an ordinary site without a spelling once its instance has been erased', () => {
    const older = { instance_identifier: '[erased]', kind: null, masked_identifier: null };
    expect(describeActivation({ ...sampleActivation(), ...older })).toEqual({
      kind: 'production',
      masked_identifier: null,
    });
  });
});

test.each([
  ['a site in production keeps what its seat says', 'production', 'as stored', 'production', 'as stored'],
  ['a kind that a site had declared gives way to its name', 'staging', 'as stored', 'production', 'sh••.example'],
  ['a seat of an older version gets a description', null, null, 'production', 'sh••.example'],
] as const)('%s', async (_, kind, masked_identifier, ...expected) => {
  const instance = parseInstance('url', 'https://shop.example');
  if (instance === undefined) throw new Error('the site is no instance');
  const described = await describeSeatTaker(instance, sampleActivation({ kind, masked_identifier }));
  expect([described.kind, described.masked_identifier]).toEqual(expected);
});
