import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const MOST = 300;
const LONGER: Readonly<Record<string, string>> = {
  'clients/php/license-service-client.php':
    'clients/php/build.php joins it from clients/php/src, as a plugin takes one file',
  'clients/typescript/src/openapi.ts': 'npm run docs:api writes it from the OpenAPI document',
  'test/browser/drive.mjs': 'it is one visit to the console, in the order of its steps',
  'test/clients/wordpress/stand-in.php': 'it stands for the functions of WordPress, which are all global',
};

/** ESLint's own limit leaves out blank lines and comments, and reads no styles, PHP, Python or shell. */
const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8', cwd: root })
  .split('\n')
  .filter((file) => existsSync(join(root, file)))
  .filter((file) => /\.(?:ts|js|mjs|css|php|py|sh)$|^\.ci\/[a-z]+$/.test(file));
const isTooLong = (text: string): boolean => text.trimEnd().split('\n').length > MOST;

test('no file of code or styles has more than 300 lines, counting all, except those with a reason', () => {
  const long = files.filter((file) => isTooLong(readFileSync(join(root, file), 'utf8')));
  expect(long.filter((file) => !(file in LONGER))).toEqual([]);
  expect(files).toEqual(expect.arrayContaining([...Object.keys(LONGER), 'lib/console/browser/console.css', '.ci/run']));
});

test('a file of 301 lines is too long, blank ones among them, and one of 300 is not', () => {
  expect([300, 301].map((count) => isTooLong(`a${'\n'.repeat(count - 1)}b\n`))).toEqual([false, true]);
});
