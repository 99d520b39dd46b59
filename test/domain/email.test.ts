import { describe, expect, test } from '@jest/globals';
import { normaliseEmail } from '../../lib/domain/email.ts';
import { fc } from '../support/run/properties.ts';

describe('normaliseEmail', () => {
  test.each([
    ['Customer@Example.COM', 'customer@example.com'],
    ['  a.b+tag@example.co.uk\n', 'a.b+tag@example.co.uk'],
    ["o'neil@example.com", "o'neil@example.com"],
    ['Jörg@Bücher.example', 'jörg@xn--bcher-kva.example'],
    ['jo\u0308rg@example.com', 'j\u00f6rg@example.com'],
    ['用户@例子.公司', '用户@xn--fsqu00a.xn--55qx5d'],
    ['a@example。com', 'a@example.com'],
    ['a@xn--bcher-kva.example', 'a@xn--bcher-kva.example'],
  ])('normalizes %j to %s', (raw, email) => {
    expect(normaliseEmail(raw)).toEqual({ email, shown: raw.trim() });
  });

  test.each([
    ['\u200ba@example.com\u200b', 'a@example.com'],
    ['a\ufeff@exam\u00adple.com', 'a@example.com'],
    ['\u00a0“a@example.com”\r\n', 'a@example.com'],
    ['<a@example.com>', 'a@example.com'],
    ['mailto:a@example.com', 'a@example.com'],
    ['a.b@ex\u2011ample.com', 'a.b@ex-ample.com'],
    ['o\u2019neil@example.com', "o'neil@example.com"],
  ])('normalizes the pasted text %j to %s', (raw, email) => {
    expect(normaliseEmail(raw)).toEqual({ email, shown: email });
  });

  test.each([
    '',
    ' ',
    'example.com',
    '@example.com',
    'a@',
    'a@localhost',
    'a@@example.com',
    'a b@example.com',
    'a@exam ple.com',
    '.a@example.com',
    'a.@example.com',
    'a..b@example.com',
    'a@.example.com',
    'a@example.com.',
    'a@example..com',
    'a@-example.com',
    'a@example-.com',
    'a@127.0.0.1',
    'a@[127.0.0.1]',
    'a@ex%41mple.com',
    'a@exa_mple.com',
    'a@example.123',
    '"a b"@example.com',
    'Name <a@example.com>',
    'a@example.com,b@example.com',
    'a\u0000@example.com',
    'a\nb@example.com',
    'a@example.com\u0007x.com',
    'a\ud800@example.com',
    `${'a'.repeat(65)}@example.com`,
    `${'ö'.repeat(33)}@example.com`,
    `a@${'b'.repeat(64)}.com`,
    `a@${'b.'.repeat(126)}com`,
  ])('refuses %j', (raw) => {
    expect(normaliseEmail(raw)).toBeUndefined();
  });

  test('accepts 254 characters and refuses 255', () => {
    const local = 'a'.repeat(64);
    const domain = `${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(57)}.com`;
    expect(`${local}@${domain}`).toHaveLength(254);
    expect(normaliseEmail(`${local}@${domain}`)?.email).toBe(`${local}@${domain}`);
    expect(normaliseEmail(`${local}@x${domain}`)).toBeUndefined();
  });

  test('applies the limit of 254 characters after the domain is converted to punycode', () => {
    const raw = `a@${`${'ü'.repeat(45)}.`.repeat(5)}de`;
    expect(raw.length).toBeLessThan(254);
    expect(normaliseEmail(raw)).toBeUndefined();
  });

  test.each([
    [
      'its domain in punycode',
      `${'a'.repeat(60)}@${'ü'.repeat(40)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(22)}.de`,
    ],
    ['what was pasted around it', `${' '.repeat(400)}a@example.com`],
  ])('refuses an address that is too long with %s', (_, raw) => {
    expect(normaliseEmail(raw)).toBeUndefined();
  });

  test('leaves a normalized e-mail unchanged', () => {
    const name = fc.string({
      unit: fc.constantFrom(...'aAzZ09.+-_İßΣσſÅÖéＡ用\u0301\u0307\u0308K'),
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(name, name, (local, label) => {
        const first = normaliseEmail(`${local}@${label}.example`);
        fc.pre(first !== undefined);
        expect(normaliseEmail(first.email)?.email).toBe(first.email);
      }),
    );
  });

  test('never throws, whatever the input', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (raw) => {
        const found = normaliseEmail(`${raw}@example.com`);
        expect(found === undefined || found.email.endsWith('@example.com')).toBe(true);
      }),
    );
  });
});
