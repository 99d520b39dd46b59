import { describe, expect, test } from '@jest/globals';
import { printReport, type AuditReport } from '../../lib/audit/report.ts';
import type { Violation } from '../../lib/audit/rule.ts';

const violation = (changes: Partial<Violation> = {}): Violation => ({
  ...{ rule: 'seat-counter', what: 'seats_used is 3, and 2 sites take a seat', pk: 'WPR#seats#a', sk: 'license' },
  ...{ ids: { license_id: '01' }, since: '2026-11-28T00:00:00Z', repair: 'Compare the sites with the counter.' },
  ...changes,
});
const report = (violations: Violation[], changes: Partial<AuditReport> = {}): string =>
  printReport({
    audited_at: '2026-11-28T00:00:00Z',
    segments: { from: 0, to: 0, total: 1 },
    secrets_opened: false,
    items: 1_204,
    rules: ['seat-counter', 'orders'].map((name) => ({
      ...{ name, promise: `The promise of ${name}.` },
      violations: violations.filter(({ rule }) => rule === name).length,
    })),
    suspects_cleared: 0,
    unknown_items: {},
    violations,
    ...changes,
  });

describe('the report of an audit', () => {
  test('says in one line that every promise is kept', () => {
    expect(report([])).toBe('1,204 items read: all 2 promises are kept.');
    expect(report([], { items: 1, suspects_cleared: 1 })).toBe(
      '1 item read: all 2 promises are kept. 1 suspect changed while it was read, and is whole.',
    );
  });

  test('names the broken promise, its item, ids, the time and the next step', () => {
    expect(report([violation(), violation({ ids: {}, since: null })]).split('\n')).toEqual([
      'BROKEN  seat-counter: The promise of seat-counter.',
      '  seats_used is 3, and 2 sites take a seat',
      '    item:  pk WPR#seats#a  sk license',
      '    ids:   license_id 01',
      '    since: 2026-11-28T00:00:00Z at the latest',
      '  seats_used is 3, and 2 sites take a seat',
      '    item:  pk WPR#seats#a  sk license',
      '  next: Compare the sites with the counter.',
      '',
      '1,204 items read: 2 violations of 1 of 2 promises.',
    ]);
  });

  test('shows twenty items of a promise and counts the rest, and items that no rule knows', () => {
    const lines = report(
      Array.from({ length: 22 }, () => violation()),
      { unknown_items: { 'thing/new': 2 } },
    ).split('\n');
    expect(lines.filter((line) => line.startsWith('    item:'))).toHaveLength(20);
    expect(lines).toContain('  and 2 more: --json FILE has them all');
    expect(lines).toContain('No rule knows 2 items of thing/new.');
  });
});
