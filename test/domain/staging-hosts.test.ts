import { describe, expect, test } from '@jest/globals';
import { findStoredKind } from '../../lib/domain/seat-costs.ts';
import { isStagingHost } from '../../lib/domain/staging-hosts.ts';
import { sampleActivation } from '../support/service/sample-license.ts';

describe('a pattern of staging hosts', () => {
  test.each([
    ['*.wpsc.site', 'shop.wpsc.site'],
    ['preview-*.host.com', 'preview-1.host.com'],
    ['*-preview.host.com', 'a-preview.host.com'],
    ['pre*view.host.com', 'pre-x-view.host.com'],
    ['demo.host.com', 'demo.host.com'],
  ])('%s covers %s', (pattern, host) => {
    expect(isStagingHost(['other.host.com', pattern], host)).toBe(true);
  });

  test.each([
    // `*` is one character at least, and no dot.
    ['*.wpsc.site', 'wpsc.site'],
    ['*.wpsc.site', '.wpsc.site'],
    ['*.wpsc.site', 'a.b.wpsc.site'],
    ['preview-*.host.com', 'preview-.host.com'],
    ['preview-*.host.com', 'preview-a.b.host.com'],
    ['pre*eview.host.com', 'preview.host.com'],
    ['demo.host.com', 'xdemo.host.com'],
    ['demo.host.com', 'demo.host.com.evil.example'],
    ['d.mo.host.com', 'demo.host.com'],
  ])('%s does not cover %s', (pattern, host) => {
    expect(isStagingHost([pattern], host)).toBe(false);
  });

  test.each([
    ['staging', '*.com'],
    ['production', '*.org'],
    ['production', undefined],
  ])('makes a stored site without a kind one of kind %s if it is %s', (kind, pattern) => {
    const site = sampleActivation({ kind: null, instance_identifier: 'https://example.com' });
    expect(findStoredKind(pattern === undefined ? {} : { staging_hosts: [pattern] }, site)).toBe(kind);
  });

  test('is compared in time that grows with its length only', () => {
    const host = `${'a'.repeat(63)}.${'a'.repeat(63)}.${'a'.repeat(63)}.example`;
    expect(isStagingHost([`a*${'a'.repeat(60)}.host.example`], host)).toBe(false);
  });
});
