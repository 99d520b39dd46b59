import { describe, expect, test } from '@jest/globals';
import { isBrandSlug, isKeyPrefix, isSlug } from '../../lib/domain/brand.ts';
import { BrandSettings } from '../../lib/domain/brand-settings.ts';

describe('a slug', () => {
  test.each(['a', '0', 'wp-rocket', 'a--b', 'a'.repeat(64)])('may be %s', (slug) => {
    expect(isSlug(slug)).toBe(true);
    expect(isBrandSlug(slug)).toBe(true);
  });

  test.each(['', '-a', 'a-', 'A', 'a_b', 'a b', 'a.b', 'ü', 'a\n', 'a'.repeat(65)])('may not be %j', (slug) => {
    expect(isSlug(slug)).toBe(false);
    expect(isBrandSlug(slug)).toBe(false);
  });

  test('may not have the form of an id', () => {
    expect(isSlug('01900000-0000-7000-8000-000000000001')).toBe(false);
  });

  test('of a brand may not be a reserved word of the platform', () => {
    expect(isSlug('all')).toBe(true);
    expect(isBrandSlug('all')).toBe(false);
    expect(isBrandSlug('platform')).toBe(false);
    expect(isBrandSlug('admin')).toBe(false);
  });
});

describe('a key prefix', () => {
  test('has 2 to 10 characters of A–Z and 0–9', () => {
    for (const prefix of ['WP', '00', 'WPR', 'ABCDEFGHIJ']) expect(isKeyPrefix(prefix)).toBe(true);
    for (const prefix of ['', 'W', 'ABCDEFGHIJK', 'wpr', 'WP-R', 'WP\n', 'WÄ']) expect(isKeyPrefix(prefix)).toBe(false);
  });

  test('may not be PLATFORM', () => {
    expect(isKeyPrefix('PLATFORM')).toBe(false);
  });
});

test('brand settings refuse unknown fields and values', () => {
  expect(BrandSettings.parse({ license_key: 'new' })).toEqual({ license_key: 'new' });
  expect(BrandSettings.safeParse({ license_key: 'old' }).success).toBe(false);
  expect(BrandSettings.safeParse({ license_keys: 'new' }).success).toBe(false);
});
