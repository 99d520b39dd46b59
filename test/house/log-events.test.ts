import { globSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { FAULTS } from '../../lib/process/data-key.ts';

/** The event names in the calls of a logger. Its type requires one in each. */
const named = globSync('lib/**/*.ts').flatMap((path) =>
  [...readFileSync(path, 'utf8').matchAll(/logger\.(?:info|error)\(\{\s*event: '([^']+)'/g)].map(
    ([, name = '']) => name,
  ),
);
const events = [...new Set([...named, ...Object.values(FAULTS).map(({ event }) => event)])];

test('every log line has an event of the form noun.past_tense, and the list of them is complete', () => {
  expect(events.filter((event) => !/^[a-z_]+\.[a-z_]+$/.test(event))).toEqual([]);
  const page = readFileSync('docs/decisions/0075-log-lines.md', 'utf8');
  const rows = [...page.matchAll(/^\| (`.+`) \|/gm)].flatMap(([, cell = '']) => cell.match(/[a-z_]+\.[a-z_]+/g) ?? []);
  expect(rows.sort()).toEqual([...events].sort());
});
