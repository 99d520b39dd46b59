import { existsSync, globSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const ROOMS = 'lib|functions|local|bin|infra|test|bench|deploy-test|docs|\\.ci';
const FILE = new RegExp(`(?<![\\w./-])(?:${ROOMS})/[\\w./-]*\\.(?:ts|js|mjs|css|md)\\b`, 'g');

/** A part in capitals stands for any name. */
const isPlaceholder = (file: string): boolean => /\/[A-Z]+\.ts$/.test(file);

const pages = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md')];

test.each(pages)('every file that %s names exists', (page) => {
  const named = readFileSync(page, 'utf8').match(FILE) ?? [];
  expect([...new Set(named)].filter((file) => !isPlaceholder(file) && !existsSync(file))).toEqual([]);
});
