import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { brokenAnswers } from '../support/table/broken-answers.ts';
import { faults, type FaultKind } from '../support/table/dynamo-errors.ts';

const page = readFileSync('docs/wires.md', 'utf8');
/** Each error and fault of the page's last table, with what its row says. */
const rows = page
  .slice(page.indexOf('| error or fault |'))
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| error or fault'))
  .flatMap((line) => {
    const [, names = '', attempts = '', outcome = ''] = line
      .split(' | ')
      .join('|')
      .split('|')
      .map((cell) => cell.trim());
    const each = names.replace('an answer that ', '').split(' · ');
    return each.map((name) => [name.replaceAll('`', ''), `${attempts}: ${outcome.split(',')[0] ?? ''}`] as const);
  });

const byKind: Record<FaultKind, string> = {
  passing: 'three attempts: `Unavailable`',
  contended: 'attempts until the deadline: `Contention`',
  ours: 'one attempt: the error',
};
const outcomes: Record<string, string> = { Unavailable: '`Unavailable`', answer: 'the answer' };

test('docs/wires.md says of each error and broken answer what the tests of both wires say', () => {
  const held = [
    ...faults.map(([name, kind]) => [name, byKind[kind]] as const),
    ...brokenAnswers.map(([name, { ends, requests }]) => {
      const attempts = requests === 3 ? 'three attempts' : 'one attempt';
      return [name, `${attempts}: ${outcomes[ends] ?? 'the error'}`] as const;
    }),
  ];
  expect(rows.toSorted()).toEqual(held.toSorted());
});

test('docs/wires.md names each function that uses the lean wire', () => {
  const isLean = (file: string): boolean =>
    /\bopen(?:Lean|Check)Runtime\b/.test(readFileSync(`functions/${file}`, 'utf8'));
  const lean = readdirSync('functions').filter(isLean);
  const [, list = ''] = /^These functions use the lean wire:([^.]*)\./m.exec(page) ?? [];
  const named = [...list.matchAll(/`([\w-]+)`/g)].map(([, name]) => `${String(name)}.ts`);
  expect(named).toEqual(lean.toSorted());
});
