import { describe, expect, test } from '@jest/globals';
import { instanceHash, parseInstance } from '../../lib/domain/instance.ts';
import { fc } from '../support/run/properties.ts';

function normalised(raw: string): string | undefined {
  return parseInstance('url', raw)?.normalised;
}

describe('parseInstance for a URL', () => {
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
  ])('normalizes %j to example.com', (raw) => {
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
  ])('normalizes %s to %s', (raw, expected) => {
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
    'https:\\\\example.com',
    'https:/example',
    'http:8080',
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
    'https://1..',
    'https://www.1..',
    'https://@https://x.example',
    'https://example.com/\u0000',
    'https://exam\nple.com',
    'https://example.com/\ud800',
    '1234',
  ])('refuses %j', (raw) => {
    expect(parseInstance('url', raw)).toBeUndefined();
  });

  test('returns the identifier as it was given, without credentials, query, fragment and surrounding blanks', () => {
    expect(parseInstance('url', ' https://user:secret@WWW.example.com/?token=secret#secret ')).toEqual({
      type: 'url',
      identifier: 'https://WWW.example.com/',
      normalised: 'example.com',
      host: 'example.com',
    });
  });

  test('accepts 1024 characters and refuses 1025', () => {
    const longest = `example.com/${'a'.repeat(1012)}`;
    expect(normalised(` ${longest} `)).toBe(longest);
    expect(normalised(`${longest}a`)).toBeUndefined();
  });

  test('leaves a normalized site unchanged', () => {
    const host = fc.domain().map((name) => (name.length % 2 === 0 ? `www.${name}` : name.toUpperCase()));
    const path = fc.string({ unit: fc.constantFrom(...'/aB.~%é ?#27eE:@;'), maxLength: 20 });
    const port = fc.constantFrom('', ':80', ':443', ':8080');
    fc.assert(
      fc.property(fc.constantFrom('', 'http://', 'https://', '//'), host, port, path, (scheme, name, number, rest) => {
        const first = normalised(`${scheme}${name}${number}/${rest}`);
        // Between a user name and an @, a port could be the beginning of a password.
        const isSite = number === '' || !rest.includes('@');
        expect(first !== undefined).toBe(isSite);
        if (!isSite) return;
        expect(normalised(first ?? '')).toBe(first);
        expect(normalised(`https://www.${first ?? ''}/`)).toBe(first);
      }),
    );
  });

  test('never throws for any type, and parses a returned identifier to the same instance', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('url' as const, 'hostname' as const, 'machine_id' as const),
        fc.string({ unit: 'binary' }),
        (type, raw) => {
          const found = parseInstance(type, raw);
          expect(found && parseInstance(type, found.identifier)).toEqual(found);
        },
      ),
    );
  });
});

describe('parseInstance for a hostname', () => {
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
    ['"web-01"', 'web-01'],
    ['\u200bweb\u00ad-01\ufeff', 'web-01'],
    ['ｗｅｂ-01', 'web-01'],
    ['web-01..', 'web-01'],
    ['Bu\u0308cher', 'xn--bcher-kva'],
  ])('normalizes %s to %s', (raw, expected) => {
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
    'user:secret@web-01',
    '//user:secret@web-01',
    'web-01?token=secret',
    '%41',
    'ü%41',
    'a\tb',
  ])('refuses %j', (raw) => {
    expect(parseInstance('hostname', raw)).toBeUndefined();
  });
});

describe('parseInstance for a machine id', () => {
  test('trims the id and changes nothing else', () => {
    expect(parseInstance('machine_id', ' Ab:/ localhost? ')).toEqual({
      type: 'machine_id',
      identifier: 'Ab:/ localhost?',
      normalised: 'Ab:/ localhost?',
      host: undefined,
    });
  });

  test.each([
    ['\ufeffab\u200b-1\u00ad', 'ab-1'],
    ['Bu\u0308ro-7', 'B\u00fcro-7'],
    ['"quoted"', '"quoted"'],
    ['urn:uuid:1?', 'urn:uuid:1?'],
    ['joe@laptop', 'joe@laptop'],
    ['00:1A:2B:3C:4D:5E joe@laptop', '00:1A:2B:3C:4D:5E joe@laptop'],
    ['C:/builds#7', 'C:/builds#7'],
    ['rack 4 #7', 'rack 4 #7'],
    ['//server/share', '//server/share'],
    ['https://shop.example/a', 'https://shop.example/a'],
  ])('returns %j as %j', (raw, expected) => {
    expect(parseInstance('machine_id', raw)).toMatchObject({ identifier: expected, normalised: expected });
  });

  test.each([
    'https://user:secret@shop.example',
    'https://shop.example/?token=secret',
    'https://shop.example#secret',
    'app://token@host/a',
    'admin:hunter2@shop.example/?token=abc',
    '//admin:hunter2@shop.example/',
    '//token@shop.example/',
    '//shop.example/?secret',
    'https:/user:pw@h/',
    'https:/token@h/',
    'https:/h/?secret',
    'jdbc:mysql://u:p@h/db',
    'jdbc:mysql://h/db?password=p',
    'mailto:user:pw@x',
    'host?token=abc',
    'host#token=abc',
    '<https://shop.example/?secret>',
    'admin：hunter2＠shop.example',
    'https://shop.example/a b?secret',
    '\u200b',
  ])('refuses %j, which is empty or may contain a secret', (raw) => {
    expect(parseInstance('machine_id', raw)).toBeUndefined();
  });

  test('refuses an empty id, control characters and 10 KB of text', () => {
    expect(parseInstance('machine_id', ' ')).toBeUndefined();
    expect(parseInstance('machine_id', 'a\u0000b')).toBeUndefined();
    expect(parseInstance('machine_id', 'a\u009bb')).toBeUndefined();
    expect(parseInstance('machine_id', 'a'.repeat(10_240))).toBeUndefined();
  });
});

test('the hash of an instance depends on its type, its identifier and the salt', () => {
  const hash = instanceHash('url', 'example.com', 'salt');
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(instanceHash('url', 'example.com', 'salt')).toBe(hash);
  expect(instanceHash('hostname', 'example.com', 'salt')).not.toBe(hash);
  expect(instanceHash('url', 'example.com', 'pepper')).not.toBe(hash);
  expect(instanceHash('url', 'example.org', 'salt')).not.toBe(hash);
});
