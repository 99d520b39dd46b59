import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { newApiKey, newUnmarkedPlatformKey } from '../../lib/process/new-credentials.ts';
import { addressAllowed, buildApiKey, isMadeUpApiKey, parseCidr, readApiKeyOwner } from '../../lib/domain/api-key.ts';
import { fc } from '../support/run/properties.ts';

const markBy =
  (key: string) =>
  (text: string): string =>
    createHmac('sha256', key).update(text).digest('base64url');
const mark = markBy('ours');
const owner = fc.oneof(fc.stringMatching(/^[A-Z0-9]{2,10}$/), fc.constant('platform'));
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

describe('the text of an API key', () => {
  test('is made of 32 random bytes, and of no fewer', () => {
    expect(() => buildApiKey('WPR', Buffer.alloc(31), mark)).toThrow('is drawn from 32 bytes');
  });

  test('names its owner and is not detected as made up', () => {
    fc.assert(
      fc.property(owner, (of) => {
        const text = newApiKey(of, mark);
        expect(text).toMatch(/^cls_\w+_[0-9a-hjkmnp-tv-z]{40}$/);
        expect([readApiKeyOwner(text), isMadeUpApiKey(text, mark)]).toEqual([of, false]);
      }),
    );
  });

  test('is detected as made up if a character is changed or another stage issued it', () => {
    fc.assert(
      fc.property(owner, fc.nat(39), fc.nat(30), (of, at, step) => {
        const text = newApiKey(of, mark);
        const index = text.length - 40 + at;
        const letter = ALPHABET[(ALPHABET.indexOf(text.charAt(index)) + 1 + step) % 32] ?? '';
        expect(isMadeUpApiKey(text.slice(0, index) + letter + text.slice(index + 1), mark)).toBe(true);
        expect(isMadeUpApiKey(text, markBy('theirs'))).toBe(true);
      }),
    );
  });

  test('is detected as made up if its prefix is replaced by another brand’s', () => {
    expect(isMadeUpApiKey(newApiKey('WPR', mark).replace('WPR', 'IMG'), mark)).toBe(true);
  });
});

test('an API key without a mark is accepted for the platform but not for a brand', () => {
  const text = newUnmarkedPlatformKey();
  expect([readApiKeyOwner(text), isMadeUpApiKey(text, mark)]).toEqual(['platform', false]);
  expect(readApiKeyOwner(newApiKey('WPR', mark).slice(0, -8))).toBeUndefined();
});

test.each([
  '',
  'x',
  'cls_',
  'cls_WPR_',
  'cls_wpr_'.padEnd(48, '0'),
  'cls_WPR_'.padEnd(47, '0'),
  'cls_WPR_'.padEnd(49, '0'),
  'cls_WPR_'.padEnd(48, 'u'),
  ` ${'cls_WPR_'.padEnd(48, '0')}`,
])('%j is not an API key', (text) => {
  expect([readApiKeyOwner(text), isMadeUpApiKey(text, mark)]).toEqual([undefined, false]);
});

describe('the addresses that a key allows', () => {
  test.each(['10.0.0.0', '10.0.0.0/8/8', '10.0.0.0/x', 'fe80::%1/64', 'host/8', '/8', '10.0.0.0/33'])(
    'cannot be %s',
    (text) => expect(parseCidr(text)).toBeUndefined(),
  );

  test('are those of every block that can be read, and none else', () => {
    expect(addressAllowed(['nonsense', '10.0.0.0/8'], '10.1.2.3')).toBe(true);
    expect(addressAllowed(['nonsense'], '10.1.2.3')).toBe(false);
    expect(addressAllowed(['2001:db8::/32'], '2001:db8::1')).toBe(true);
  });
});
