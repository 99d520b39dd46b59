import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const MOST = 120;
/** ESLint measures `.ts` and `.js`. The lock files, the golden vectors and the collection are made by tools. */
const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8', cwd: root })
  .split('\n')
  .filter((file) => /\.(?:md|ya?ml|json|mjs|php|py|css)$|^\.ci\/run$/.test(file))
  .filter((file) => !/package-lock\.json$|^clients\/(?:vectors|postman)\//.test(file));

/** Addresses cannot be broken, nor can the target of a link. */
const withoutAddresses = (line: string): string => line.replaceAll(/\]\([^)]*\)|https?:\/\/\S+/g, ']');

/** The lines of a document that are too long, without those of tables and of code. */
function longLinesIn(file: string, text: string): string[] {
  const prose = file.endsWith('.md') ? text.replaceAll(/^( *```)[\s\S]*?^\1.*$|^ *\|.*$/gm, '') : text;
  return prose
    .split('\n')
    .filter((line) => [...withoutAddresses(line)].length > MOST)
    .map((line) => `${file}: ${line}`);
}

test('no line of a document, a setting or a script is longer than 120 characters', () => {
  expect(files).toEqual(expect.arrayContaining(['README.md', '.github/workflows/ci.yml', '.ci/smoke.mjs', '.ci/run']));
  expect(files.flatMap((file) => longLinesIn(file, readFileSync(join(root, file), 'utf8')))).toEqual([]);
});

test('a long line is found in prose, and left alone in a table, in code and in an address', () => {
  const long = 'word '.repeat(30);
  const rest = [`| ${long} |`, '```sh', long, '```', `see [it](https://example.com/${'x'.repeat(120)})`];
  expect(longLinesIn('a.md', [long, ...rest].join('\n'))).toEqual([`a.md: ${long}`]);
  expect(longLinesIn('a.yml', `| ${long} |`)).toHaveLength(1);
});
