import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { routes } from '../../lib/api/routes.ts';
import { BRAND_SCOPES, PLATFORM_SCOPES } from '../../lib/domain/scopes.ts';
import { catalog } from '../../lib/events/catalog.ts';
import { apiPages } from './api-pages.ts';

const files = Object.entries(apiPages);

test.each(files)('%s is what `npm run docs:api` writes', (file, page) => {
  expect(readFileSync(file, 'utf8')).toBe(page());
});

describe('the page of scopes', () => {
  const page = readFileSync('docs/scopes.md', 'utf8');

  test('has every scope, with its routes or what it changes', () => {
    for (const scope of [...BRAND_SCOPES, ...PLATFORM_SCOPES])
      expect(page).toMatch(new RegExp(`\n### \`${scope}\`\n\n(?:\\| route|No route requires this scope\\.)`));
  });

  test('has every route that needs a scope', () => {
    for (const { method, path, scope } of routes.filter((route) => route.scope !== undefined))
      expect(page.split(`\n### \`${String(scope)}\`\n`)[1]?.split('\n### ')[0]).toContain(`| \`${method} ${path}\` |`);
  });
});

test('the page of events has every type once', () => {
  const page = readFileSync('docs/events.md', 'utf8');
  expect([...page.matchAll(/^## `(.+)`$/gm)].map(([, type]) => type)).toEqual(Object.keys(catalog));
});
