import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const UNITS = 'lib/domain/time.ts';
const files = execFileSync('git', ['ls-files', '*.ts', '*.js', '*.mjs'], { encoding: 'utf8', cwd: root })
  .split('\n')
  .filter((file) => file !== '' && file !== UNITS);

/** Declarations of a unit of time, and lengths of an hour or a day that are written as a number. */
const unitsIn = (text: string): string[] =>
  text.match(/\bconst (?:SECOND|MINUTE|HOUR|DAY)_(?:MS|S)\b|\b(?:3_?600|86_?400)_?000\b/g) ?? [];

test('the units of time are declared once, and nobody writes them as numbers', () => {
  expect(files).toContain('lib/domain/due.ts');
  expect(files.flatMap((file) => unitsIn(readFileSync(join(root, file), 'utf8')).map((unit) => [file, unit]))).toEqual(
    [],
  );
});

test('a unit that is declared or written as a number is found', () => {
  const [day, hour] = [['const', 'DAY_MS'].join(' '), ['3600', '000'].join('')];
  expect(unitsIn(`${day} = 24 * ${hour};`)).toEqual([day, hour]);
  expect(unitsIn('const DAYS_MS = 24 * HOUR_MS;')).toEqual([]);
});
