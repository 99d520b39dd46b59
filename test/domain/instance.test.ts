import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { instanceHash, parseInstance } from '../../lib/domain/instance.ts';

function normalised(raw: string): string | undefined {
  return parseInstance('url', raw)?.normalised;
}

describe('a site', () => {
  test.each([
    'https://example.com',
    'http://example.com',
    'example.com',
    '//example.com',
    'https://www.example.com/',
    'HTTPS://WWW.Example.COM',
    'http://example.com:80',
    'https://example.com:443/',
    'http://example.com:443',
    'example.com:80',
    'example.com:443',
    'https://example.com/?utm=1',
    'https://example.com#top',
    'https://example.com///',
    'https://user:secret@example.com/',
    'https://example.com./',
    'https://example.com/a/..',
    '  https://example.com\n',
  ])('%j is example.com', (raw) => {
    expect(normalised(raw)).toBe('example.com');
  });

  test.each([
    ['https://example.com/Blog/', 'example.com/Blog'],
    ['https://example.com/blog', 'example.com/blog'],
    ['example.com/a/./b/../c//', 'example.com/a/c'],
    ['https://example.com:8080/a', 'example.com:8080/a'],
    ['https://sub.example.com', 'sub.example.com'],
    ['https://bücher.example/é', 'xn--bcher-kva.example/%C3%A9'],
    ['https://xn--bcher-kva.example/%c3%a9', 'xn--bcher-kva.example/%C3%A9'],
    ['https://example.com/%7Ejoe', 'example.com/~joe'],
    ['https://example.com/a%2fb', 'example.com/a%2Fb'],
    ['localhost:3000', 'localhost:3000'],
    ['http://intranet/wiki', 'intranet/wiki'],
    ['wordpress:8000', 'wordpress:8000'],
    ['[2001:DB8:0::1]:8080/x', '[2001:db8::1]:8080/x'],
    ['http://127.1', '127.0.0.1'],
    ['http://a_b.example.com', 'a_b.example.com'],
    ['example.com/@me', 'example.com/@me'],
  ])('%s is %s', (raw, expected) => {
    expect(normalised(raw)).toBe(expected);
  });

  test.each([
    '',
    '   ',
    'not-a-url',
    'foo/bar.php',
    'a@example.com',
    'mailto:a@example.com',
    'ftp://example.com',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https:/example.com',
    'https:\\\\example.com',
    'http://',
    'http://?x',
    'https://exa mple.com',
    'http://a..b',
    'http://-a.com',
    'http://300.1.1.1',
    'example.com:99999',
    'http://[::1',
    'http://[fe80::1%25eth0]',
    'http://a$b.com',
    'https://example.com/\u0000',
    'https://exam\nple.com',
    'https://example.com/\ud800',
    '1234',
  ])('refuses %j', (raw) => {
    expect(parseInstance('url', raw)).toBeUndefined();
  });

  test('is shown back as it was given, blanks around it apart', () => {
    expect(parseInstance('url', ' https://WWW.example.com/ ')).toEqual({
      type: 'url',
      identifier: 'https://WWW.example.com/',
      normalised: 'example.com',
      kind: 'production',
    });
  });

  test('may have 1024 characters and no more', () => {
    const longest = `example.com/${'a'.repeat(1012)}`;
    expect(normalised(` ${longest} `)).toBe(longest);
    expect(normalised(`${longest}a`)).toBeUndefined();
  });

  test('normalising twice changes nothing more', () => {
    const host = fc.domain().map((name) => (name.length % 2 === 0 ? `www.${name}` : name.toUpperCase()));
    const path = fc.string({ unit: fc.constantFrom(...'/aB.~%é ?#27eE:@;'), maxLength: 20 });
    const port = fc.constantFrom('', ':80', ':443', ':8080');
    fc.assert(
      fc.property(fc.constantFrom('', 'http://', 'https://', '//'), host, port, path, (scheme, name, number, rest) => {
        const first = normalised(`${scheme}${name}${number}/${rest}`);
        expect(first).toBeDefined();
        expect(normalised(first ?? '')).toBe(first);
        expect(normalised(`https://www.${first ?? ''}/`)).toBe(first);
      }),
    );
  });

  test('never throws, whatever comes in', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('url' as const, 'hostname' as const, 'machine_id' as const),
        fc.string({ unit: 'binary' }),
        (type, raw) => {
          const found = parseInstance(type, raw);
          expect(found === undefined || found.identifier === raw.trim()).toBe(true);
        },
      ),
    );
  });
});

describe('a hostname', () => {
  test.each([
    ['WEB-01', 'web-01'],
    ['web-01.', 'web-01'],
    ['Web.Example.com.', 'web.example.com'],
    ['www.example.com', 'www.example.com'],
    ['123456789012', '123456789012'],
    ['bücher', 'xn--bcher-kva'],
    ['WIN_SRV', 'win_srv'],
    ['10.0.0.1', '10.0.0.1'],
    ['2001:DB8::1', '[2001:db8::1]'],
    ['[2001:db8:0::1]', '[2001:db8::1]'],
  ])('%s is %s', (raw, expected) => {
    expect(parseInstance('hostname', raw)?.normalised).toBe(expected);
  });

  test.each([
    '',
    '.',
    'a b',
    'a/b',
    'https://a.com',
    'a.com:80',
    'a..b',
    '-a',
    'a'.repeat(64),
    'fe80::1%eth0',
    'a@b',
    '%41',
    'ü%41',
    'a\tb',
  ])('refuses %j', (raw) => {
    expect(parseInstance('hostname', raw)).toBeUndefined();
  });
});

describe('a machine id', () => {
  test('is taken as it is, trimmed, and always production', () => {
    expect(parseInstance('machine_id', ' Ab:/ localhost? ')).toEqual({
      type: 'machine_id',
      identifier: 'Ab:/ localhost?',
      normalised: 'Ab:/ localhost?',
      kind: 'production',
    });
  });

  test('refuses nothing at all, control characters and 10 KB', () => {
    expect(parseInstance('machine_id', ' ')).toBeUndefined();
    expect(parseInstance('machine_id', 'a\u0000b')).toBeUndefined();
    expect(parseInstance('machine_id', 'a\u009bb')).toBeUndefined();
    expect(parseInstance('machine_id', 'a'.repeat(10_240))).toBeUndefined();
  });
});

describe('the kind of a host', () => {
  test.each([
    ['local', 'localhost:8080'],
    ['local', 'https://www.localhost'],
    ['local', 'shop.localhost'],
    ['local', 'https://shop.test/path'],
    ['local', 'shop.local'],
    ['local', '127.0.0.1'],
    ['local', '127.255.255.255'],
    ['local', '10.0.0.0'],
    ['local', '10.255.255.255:8080'],
    ['local', '172.16.0.0'],
    ['local', '172.31.255.255'],
    ['local', '192.168.0.1'],
    ['local', '169.254.1.1'],
    ['local', '[::1]'],
    ['local', '[fc00::1]'],
    ['local', '[fdff::1]'],
    ['local', '[fe80::1]'],
    ['local', '[febf::1]'],
    ['local', '[::ffff:192.168.0.1]'],
    ['local', 'staging.shop.test'],
    ['staging', 'staging.example.com'],
    ['staging', 'https://www.staging.example.com'],
    ['staging', 'dev.example.com'],
    ['staging', 'shop.staging.example.com'],
    ['staging', 'shop.wpengine.com'],
    ['staging', 'shop.kinsta.cloud'],
    ['production', 'example.com'],
    ['production', 'test.com'],
    ['production', 'shop.tests'],
    ['production', 'mylocalhost.com'],
    ['production', 'localhost.com'],
    ['production', 'wpengine.com'],
    ['production', 'notwpengine.com'],
    ['production', 'mystaging.com'],
    ['production', 'shop.dev.example.com'],
    ['production', 'devices.example.com'],
    ['production', '9.255.255.255'],
    ['production', '11.0.0.0'],
    ['production', '126.255.255.255'],
    ['production', '128.0.0.0'],
    ['production', '172.15.255.255'],
    ['production', '172.32.0.0'],
    ['production', '192.169.0.0'],
    ['production', '[::2]'],
    ['production', '[fbff::1]'],
    ['production', '[fec0::1]'],
    ['production', '[::ffff:8.8.8.8]'],
    ['production', '8.8.8.8'],
  ])('is %s for %s', (kind, raw) => {
    expect(parseInstance('url', raw)?.kind).toBe(kind);
  });

  test('is known of hostnames too', () => {
    expect(parseInstance('hostname', 'mac.local')?.kind).toBe('local');
    expect(parseInstance('hostname', '::1')?.kind).toBe('local');
    expect(parseInstance('hostname', 'staging.example.com.')?.kind).toBe('staging');
    expect(parseInstance('hostname', '999.1.1.1')?.kind).toBe('production');
  });
});

test('the type is part of an instance’s identity, and the salt of its hash', () => {
  const hash = instanceHash('url', 'example.com', 'salt');
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(instanceHash('url', 'example.com', 'salt')).toBe(hash);
  expect(instanceHash('hostname', 'example.com', 'salt')).not.toBe(hash);
  expect(instanceHash('url', 'example.com', 'pepper')).not.toBe(hash);
  expect(instanceHash('url', 'example.org', 'salt')).not.toBe(hash);
});
