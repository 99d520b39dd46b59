import { describe, expect, test } from '@jest/globals';
import { readReadme } from '../../lib/domain/readme.ts';
import { cleanHtml } from '../../lib/domain/rich-text.ts';

const readme = (...lines: string[]) => readReadme(lines.join('\n'), '1.2');

describe('a readme', () => {
  test('gives its head, its known sections and the notice of its version', () => {
    const found = readme(
      '\uFEFF=== Rocket ===',
      'Requires at least: 6.0',
      'tested up to: 6.8',
      'Requires PHP: 7.4',
      '',
      'Short text.',
      '== Description ==',
      'Loads **fast** and `<b>` *well*, see [us](https://a.example).',
      '== Other ==',
      'gone',
      '== Frequently Asked Questions ==',
      '= Why? =',
      '1. First',
      '2. Second',
      'Text',
      '== Upgrade Notice ==',
      '= 1.3 =',
      'Later.',
      '= 1.2 =',
      'Now',
      'please.',
    );
    expect(found).toMatchObject({ requires: '6.0', tested: '6.8', requires_php: '7.4', upgrade_notice: 'Now please.' });
    expect(Object.keys(found.sections).sort()).toEqual(['description', 'faq', 'upgrade_notice']);
    expect(found.sections.description).toBe(
      '<p>Loads <strong>fast</strong> and <code>&lt;b&gt;</code> <em>well</em>, see <a href="https://a.example">us</a>.</p>',
    );
    expect(found.sections.faq).toBe('<h4>Why?</h4>\n<ol>\n<li>First</li>\n<li>Second</li>\n</ol>\n<p>Text</p>');
  });

  test('that is empty or has no sections gives nothing', () => {
    expect(readme('')).toEqual({
      requires: null,
      tested: null,
      requires_php: null,
      sections: {},
      upgrade_notice: null,
    });
  });

  test('gives the notice of its version alone, and none that is empty or missing', () => {
    const notice = (...lines: string[]) => readme('== Upgrade Notice ==', ...lines).upgrade_notice;
    expect(notice('= 1.2 =', 'Now.', '= 1.1 =', 'Before.')).toBe('Now.');
    expect([notice('= 1.1 =', 'Before.'), notice('= 1.2 =', '= 1.1 =', 'Before.')]).toEqual([null, null]);
  });

  test('with a very long section loses its end', () => {
    const { sections } = readme('== Changelog ==', ...Array.from({ length: 20_000 }, (_, i) => `* Change ${i}`));
    expect(Buffer.byteLength(sections.changelog ?? '')).toBeLessThanOrEqual(36_000);
    expect(sections.changelog).toMatch(/^<ul>\n<li>Change 0<\/li>[^]*<\/ul>$/);
  });
});

describe('cleaned HTML', () => {
  test.each([
    ['<script>alert(1)</script>a', 'a'],
    ['<ScRiPt src=x>', ''],
    ['<img src=x onerror=alert(1)>b', 'b'],
    ['<p style="x" onclick=y>c', '<p>c</p>'],
    ['<a href="javascript:alert(1)">d</a>', '<a>d</a>'],
    [`<a title=x href='https://a.example/"><b>'>e</a>`, /^<a/],
    ['<a href="https://a.example/?a=1&b=2">f</a>', '<a href="https://a.example/?a=1&amp;b=2">f</a>'],
    ['</p></p>g', 'g'],
    ['<strong><em>h</strong>', '<strong><em>h</em></strong>'],
    ['1 < 2 & 3 > 2 &amp; &#8211;', '1 &lt; 2 &amp; 3 &gt; 2 &amp; &#8211;'],
    ['<br/><BR>', '<br><br>'],
    ['<!-- <script> --><p>i</p>', '<p>i</p>'],
    ['<<p>script>', '&lt;<p>script&gt;</p>'],
  ] as [string, string | RegExp][])('of %j', (html, expected) => {
    const cleaned = cleanHtml(html);
    if (typeof expected === 'string') expect(cleaned).toBe(expected);
    else expect(cleaned).toMatch(expected);
    expect(cleaned).not.toMatch(/<(?!\/?(?:p|br|ul|ol|li|strong|em|a|span|h4|code)\b)/);
    expect(cleaned.replaceAll(/<a href="https?:\/\/[^"<>]*">/g, '')).not.toMatch(/<[^>]*\s/);
  });
});
