import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const rooms = ['lib', 'local', 'bin', 'functions', 'infra'];

test('no folder has one file alone', () => {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', ...rooms], {
    encoding: 'utf8',
    cwd: root,
  });
  const files = listed.split('\n').filter((file) => file !== '');
  const entries = new Set(files.flatMap((file) => [file, dirname(file)]));
  const inFolders = Map.groupBy(entries, (entry) => dirname(entry));
  expect(inFolders.get('lib/commands')?.length).toBeGreaterThan(1);
  expect([...inFolders].filter(([, found]) => found.length === 1).map(([folder]) => folder)).toEqual([]);
});
