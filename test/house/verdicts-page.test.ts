import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { copyText, verdictTexts } from '../../lib/domain/verdict-texts.ts';
import { VERDICT_CODES } from '../../lib/domain/verdict.ts';
import { problems } from '../../lib/http/problems.ts';

const page = readFileSync('docs/verdicts.md', 'utf8');
const [, everyCode = ''] = page.split(/^## Every code$/m);
const [tables = ''] = everyCode.split(/^## /m);
const listed = [...tables.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, codes = '']) =>
  [...codes.matchAll(/`(\w+)`/g)].map(([, code = '']) => code),
);

/** The facts of the license that the page sells. */
const facts = {
  expires_at: null,
  grace_until: null,
  products: ['wp-rocket'],
  seat_limit: 1,
  seats_used: 1,
  seat_moves_per_30_days: 1,
  next_move_at: null,
};
const textOf = (code: string): string =>
  (verdictTexts[code as keyof typeof verdictTexts] as (given: object) => string)(facts);

/** The answers that the page shows with a text for the owner of the site. */
const shown = [...page.matchAll(/^```json\n([\s\S]*?)^```$/gm)]
  .map(([, json = '']) => JSON.parse(json) as { code: string; detail?: string | null })
  .filter(({ detail }) => typeof detail === 'string');

describe('docs/verdicts.md', () => {
  test('lists every verdict, and every refusal that has a text for the owner of a site', () => {
    expect([...VERDICT_CODES, ...Object.keys(verdictTexts)].filter((code) => !listed.includes(code))).toEqual([]);
  });

  test('lists no code twice, and none that no answer has', () => {
    expect(new Set(listed).size).toBe(listed.length);
    const known: readonly string[] = [...VERDICT_CODES, ...Object.keys(problems)];
    expect(listed.filter((code) => !known.includes(code))).toEqual([]);
  });

  test('shows the texts of the catalog', () => {
    expect(shown.length).toBeGreaterThanOrEqual(6);
    expect(shown.map(({ code, detail }) => [code, detail])).toEqual(shown.map(({ code }) => [code, textOf(code)]));
  });
});

test.each([...Object.keys(verdictTexts), 'copy'])(
  'the text of %s is a whole sentence when its facts are not known',
  (code) => {
    const text = code === 'copy' ? copyText({ activation_id: 'a', instance: null }) : textOf(code);
    expect(text).toMatch(/^[A-Z][^]+\.$/);
    expect(text).not.toMatch(/null|undefined|NaN|Invalid/);
  },
);
