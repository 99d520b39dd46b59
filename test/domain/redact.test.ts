import { expect, test } from '@jest/globals';
import { newLicenseKey } from '../../lib/process/new-credentials.ts';
import { redact } from '../../lib/domain/redact.ts';
import { fc } from '../support/run/properties.ts';

test.each([
  ['a license key', 'WPR-7K2M-9QX4-ABCD-EFGH'],
  ['a license key in lower case without dashes', 'wpr-7k2m9qx4abcdefgh'],
  ['a license key without any dash', 'WPR9B5CBCB2VTHY2H82'],
  ['an API key', 'cls_WPR_xrr7d0z9q5wgfvy8sjar2bsp37g9xp46'],
  ['the platform’s API key', 'cls_platform_xrr7d0z9q5wgfvy8sjar2bsp37g9xp46'],
  ['an access token', 'eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJsb2NhbCJ9.iarOfmaQD_AH4f6VgA1dr5wc6jwmxlALpXp-VLtchno'],
  ['a webhook secret', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  ['an e-mail', 'ann.o’neill+shop@mail.example.co.uk'],
  ['an e-mail in a URL', 'ann%2Bshop%40mail.example.com'],
])('redact removes %s at any position in a text', (_, secret) => {
  for (const text of [
    secret,
    `"${secret}"`,
    `<${secret}>`,
    `at ${secret}, or so`,
    `email=${secret}&a=1`,
    `[${secret}]`,
  ]) {
    expect(redact(text)).toBe(text.replace(secret, '[redacted]'));
  }
});

test('redact truncates a long text and keeps no part of a secret at the cut', () => {
  const secret = 'cls_WPR_xrr7d0z9q5wgfvy8sjar2bsp37g9xp46';
  for (let before = 8192 - secret.length; before <= 8192; before += 1) {
    const text = redact(`${'a '.repeat(before / 2).padEnd(before, ' ')}${secret} and more`);
    expect(text.length).toBeLessThanOrEqual(8192);
    expect(text).toMatch(/^[a ]+…$/);
  }
});

test.each(['a', '@', 'a@', 'eyJ', '%40', 'WPR-'])(
  'redact truncates a million repetitions of %j to 8192 characters',
  (part) => {
    expect(redact(part.repeat(1_000_000)).length).toBeLessThanOrEqual(8192);
  },
);

test('redact removes license keys with any prefix', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Z0-9]{2,10}$/), (prefix) => {
      expect(redact(`Unexpected token in ${newLicenseKey(prefix)}`)).toBe('Unexpected token in [redacted]');
    }),
  );
});

test.each([
  '0190abcd-1234-7abc-8def-0123456789ab',
  'arn:aws:sqs:eu-west-1:123456789012:queue',
  'ECONNREFUSED 127.0.0.1:8000',
  'at serve (/var/task/index.mjs:12:34)',
  'node_modules/@middy/core/index.js:1:2',
  'node_modules/.pnpm/core@7.9.2/node_modules/core/index.js:1:2',
])('redact leaves %s unchanged', (text) => {
  expect(redact(text)).toBe(text);
});

test('redact removes a webhook secret that is URL-encoded', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      const secret = `whsec_${Buffer.from(bytes).toString('base64')}`;
      expect(redact(`not found: <${encodeURIComponent(secret)}>, "${secret}"`)).toBe(
        'not found: <[redacted]>, "[redacted]"',
      );
    }),
  );
});
