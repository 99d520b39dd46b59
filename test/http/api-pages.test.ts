import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { routes } from '../../lib/api/routes.ts';
import { BRAND_SCOPES, PLATFORM_SCOPES } from '../../lib/domain/scopes.ts';
import { catalog } from '../../lib/events/catalog.ts';
import { apiPages } from './api-pages.ts';

const files = Object.entries(apiPages);

test.each(files)('%s is up to date with `npm run docs:api`', (file, page) => {
  expect(readFileSync(file, 'utf8')).toBe(page());
});

describe('the page of scopes', () => {
  const page = readFileSync('docs/scopes.md', 'utf8');

  test('lists every scope, with its routes or its effect', () => {
    for (const scope of [...BRAND_SCOPES, ...PLATFORM_SCOPES])
      expect(page).toMatch(new RegExp(`\n### \`${scope}\`\n\n(?:\\| route|No route requires this scope\\.)`));
  });

  test('lists every route under the scope that it needs', () => {
    for (const { method, path, scope } of routes.filter((route) => route.scope !== undefined))
      expect(page.split(`\n### \`${String(scope)}\`\n`)[1]?.split('\n### ')[0]).toContain(`| \`${method} ${path}\` |`);
  });
});

test('the page of events lists every event type once', () => {
  const page = readFileSync('docs/events.md', 'utf8');
  expect([...page.matchAll(/^## `(.+)`$/gm)].map(([, type]) => type)).toEqual(Object.keys(catalog));
});
