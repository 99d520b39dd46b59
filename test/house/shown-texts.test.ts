import { globSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const sources = globSync('lib/**/*.ts').map((path) => ({ path, text: readFileSync(path, 'utf8') }));
const filesWith = (pattern: RegExp): string[] =>
  sources
    .filter(({ text }) => pattern.test(text))
    .map(({ path }) => path)
    .sort();

/** Each text that not everybody may see, the code that shows it, and the one file that may do so. */
const shown: [text: string, pattern: RegExp, file: string][] = [
  ['a masked secret', /(?<!function )\bmaskSecret\(/, 'lib/domain/shown-secret.ts'],
  ['a key text', /\bdecrypt\([^,)]*text_cipher/, 'lib/views/license-key-view.ts'],
  ['a key text as the caller sees it', /\bshownSecret\(ctx/, 'lib/views/license-key-view.ts'],
  ['an e-mail', /\bdecrypt\([^,)]*email_cipher/, 'lib/views/customer-view.ts'],
];

test.each(shown)('%s is decided on in one file', (_, pattern, file) => {
  expect(filesWith(pattern)).toEqual([file]);
});
