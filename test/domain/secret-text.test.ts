import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { buildLicenseKey } from '../../lib/domain/license-key.ts';
import { newLicenseKey, newApiKey } from '../../lib/process/new-credentials.ts';
import { newId } from '../../lib/process/ids.ts';
import { holdsCredential, repeatsCredential } from '../../lib/domain/secret-text.ts';
import { mayHoldCredential } from '../../lib/domain/secret-word.ts';
import { fc } from '../support/run/properties.ts';

const mark = (text: string): string => createHmac('sha256', 'test').update(text).digest('base64url');

const KEY = 'WPR-7K2M';
const prefixes = fc.stringMatching(/^[A-Z0-9]{1,9}[G-Z]$/);

describe('the credential check of a request id', () => {
  test('finds a license key of any prefix, wherever its separators are', () => {
    const spelled = fc.constantFrom<(key: string) => string>(
      (key) => key,
      (key) => key.replaceAll('-', ''),
      (key) => key.toLowerCase().replaceAll('-', ''),
      (key) => key.replaceAll('-', '.'),
      (key) => key.replaceAll('-', '_'),
      (key) => key.replaceAll('-', '').replace(/.{5}/g, '$&-'),
      (key) => `req-${key}`,
      (key) => `req-${key.replaceAll('-', '')}`,
      (key) => `order42${key.replaceAll('-', '')}`,
      (key) => `${key.replaceAll('-', '')}-2`,
      (key) => `a.${key.replaceAll('-', '')}_b`,
      (key) => `${key}x`,
      (key) => `${key.toLowerCase()}retry2`,
      (key) => `req.${key.replaceAll('-', '_')}x`,
      (key) => `${key.replace('-', '.').replaceAll('-', '')}abc`,
      (key) => `L${key.replaceAll('-', '').slice(1)}1`,
      (key) => `req-L${key.replaceAll('-', '').slice(1)}abc.2`,
    );
    fc.assert(
      fc.property(prefixes, spelled, (prefix, spell) => {
        // A prefix and body of hex digits alone would be an id: see the next test.
        const key = buildLicenseKey(prefix, Buffer.from(randomBytes(15).map((byte, i) => (i === 0 ? 31 : byte))));
        expect({ id: spell(key), held: mayHoldCredential(spell(key)) }).toEqual({ id: spell(key), held: true });
      }),
    );
  });

  test('finds an API key or webhook secret, whole or in part', () => {
    for (const key of [newApiKey('WPR', mark), newApiKey('platform', mark)]) {
      const ids = [
        key,
        key.replaceAll('_', ''),
        key.replaceAll('_', '-'),
        key.slice(0, 20),
        `a-${key}`,
        key.toUpperCase(),
      ];
      for (const id of ids) expect({ id, held: mayHoldCredential(id) }).toEqual({ id, held: true });
    }
    for (const id of ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_abc', 'whsec-MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'])
      expect({ id, held: mayHoldCredential(id) }).toEqual({ id, held: true });
  });

  test('never matches a UUID, a trace id, a number or hex', () => {
    const hex = (bytes: number): string => randomBytes(bytes).toString('hex');
    for (let i = 0; i < 2000; i += 1)
      for (const id of [
        randomUUID(),
        newId(Date.now()).toUpperCase(),
        hex(16),
        hex(10),
        `00-${hex(16)}-${hex(8)}-01`,
        `1-${hex(4)}-${hex(12)}`,
        `req-${randomUUID()}`,
        String(Date.now() * 1_000_000),
      ])
        expect({ id, held: mayHoldCredential(id) }).toEqual({ id, held: false });
  });

  test.each(['WPRKRFVAYHX4HH21YST1', 'WPR-KRFV-AYHX-4HH2-1YSTx', 'WPRP48FGPRN90X3WYN0abc', '42-KRFV-AYHX-4HH2-1YSTx'])(
    'finds a license key that is followed by more characters: %s',
    (id) => {
      expect(mayHoldCredential(id)).toBe(true);
    },
  );

  const lostOf = (first: string, length: number): number => {
    const words = Array.from(
      { length: 4000 },
      () =>
        first +
        Array.from(randomBytes(length), (byte) => '0123456789abcdefghjkmnpqrstvwxyz'.charAt(byte & 31)).join(''),
    );
    return words.filter(mayHoldCredential).length / words.length;
  };

  test('wrongly matches one in 32 ids that begin with a digit, such as a ULID', () => {
    expect(lostOf('01j', 23)).toBeGreaterThan(0.015);
    expect(lostOf('01j', 23)).toBeLessThan(0.05);
  });

  test('wrongly matches one in 32 ids that begin with a letter, for each possible prefix', () => {
    expect(lostOf('x', 21)).toBeGreaterThan(0.1);
    expect(lostOf('x', 21)).toBeLessThan(0.2);
  });

  test.each([
    'order-42',
    'cls-7',
    'class_a',
    'a'.repeat(64),
    'shop-7_a.b.C',
    'WPR-7K2M-9QXT-4HVD',
    'e2e.checkout_run-17',
  ])('does not match %s', (id) => {
    expect(mayHoldCredential(id)).toBe(false);
  });
});

describe('the credential check of free text', () => {
  test('finds a license key of the brand’s own prefix, however it is spelled', () => {
    fc.assert(
      fc.property(prefixes, (prefix) => {
        const key = buildLicenseKey(prefix, Buffer.from(randomBytes(15).map((byte, i) => (i === 0 ? 31 : byte))));
        for (const spelled of [
          key,
          key.toLowerCase(),
          key.replaceAll('-', ''),
          key.replaceAll('-', ' '),
          key.replaceAll('-', '–'),
        ])
          for (const text of [spelled, `moved from ${spelled}, as asked`, `code-${spelled}-2`, `key:${spelled}`])
            expect({ text, held: holdsCredential(text, prefix) }).toEqual({ text, held: true });
        expect(holdsCredential(`moved from ${key}`)).toBe(true);
      }),
    );
  });

  test('never matches an id, although one UUID in 32 has the checksum of a key', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        expect({ id, held: holdsCredential(id) || holdsCredential(`of ${id.toUpperCase()}`) }).toEqual({
          id,
          held: false,
        });
      }),
      { numRuns: 1_000 },
    );
  });

  test('finds API keys and webhook secrets', () => {
    for (const secret of [
      newApiKey('WPR', mark),
      newApiKey('platform', mark),
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    ])
      expect(holdsCredential(`Shop ${secret}`, 'WPR')).toBe(true);
  });

  test.each([
    'WP Rocket for the big sites of our best customers',
    'ch_3MqLiJLkdIwHu7ix0snN0B15',
    'txn_01h04vsc0qhwtsbsxh3422wjs4',
    'the customer pasted cls_ and whsec_ into the chat',
    'order-1001',
    randomUUID(),
    'GIFT-1234-5678-9012-3456',
  ])('does not match %s', (text) => {
    expect(holdsCredential(text, 'WP')).toBe(false);
  });

  test('finds the license key of the call itself, and no other', () => {
    const key = newLicenseKey('WPR');
    for (const text of [key, key.toLowerCase(), `site-${key.replaceAll('-', '')}`, `https://shop.example/${key}`])
      expect(repeatsCredential(['a', text], ` ${key.toLowerCase()} `)).toBe(true);
    expect(repeatsCredential([newLicenseKey('WPR'), 'cls_WPR', 'a whsec_'], key)).toBe(false);
    expect(repeatsCredential([''], '')).toBe(false);
    expect(repeatsCredential([KEY], KEY)).toBe(false);
    for (const secret of [newApiKey('WPR', mark), 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'])
      expect(repeatsCredential(['a', `m ${secret}`], key)).toBe(true);
  });
});
