import { describe, expect, test } from '@jest/globals';
import { describeEddBatch, MAX_EDD_ANSWER_BYTES } from '../../lib/domain/edd-answer-size.ts';
import type { EddVersion } from '../../lib/domain/edd-version-answer.ts';

const LONG = 'x'.repeat(MAX_EDD_ANSWER_BYTES);
const version = (sections: Record<string, string>): EddVersion => ({
  ...{ new_version: '2.0', stable_version: '2.0', name: 'Rocket', slug: 'rocket', url: '', homepage: '' },
  ...{ last_updated: '', package: 'https://a.example/p.zip', banners: {}, icons: {} },
  ...{ requires: '', tested: '', requires_php: '', sections },
});
/** The sections of an answer, as PHP's serialized text. */
const sectionsOf = (sections: Record<string, string>): string =>
  String(describeEddBatch(new Map([['rocket', version(sections)]]))['rocket']?.sections);

describe('a version that is too long', () => {
  test('keeps its short changelog, and shows that the description goes on', () => {
    const kept = sectionsOf({ changelog: '<p>Fixed.</p>', description: LONG });
    expect(kept).toContain('<p>Fixed.</p>');
    expect(kept).toContain('<p>…</p>');
    expect(kept).not.toContain('xxx');
  });

  test('keeps its other sections that fit, and leaves out those that do not', () => {
    const kept = sectionsOf({ faq: '<p>Why?</p>', installation: LONG });
    expect(kept).toContain('<p>Why?</p>');
    expect(kept).not.toContain('installation');
    expect(kept.split('<p>…</p>')).toHaveLength(3);
  });

  test('loses the end of a long section behind its last whole block', () => {
    const kept = sectionsOf({ changelog: '<p>Fixed.</p>'.repeat(100_000), description: '<p>Fast.</p>' });
    expect(kept).toMatch(/<p>Fixed\.<\/p><p>…<\/p>/);
    expect(kept).toContain('<p>Fast.</p>');
    expect(Buffer.byteLength(kept)).toBeLessThan(MAX_EDD_ANSWER_BYTES);
  });
});
