import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { routes } from '../../lib/api/routes.ts';
import { buildOpenApi } from '../../lib/http/openapi.ts';

test('package, contract and changelog name one version', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const [, newest] = /^## (\d+\.\d+\.\d+)$/m.exec(readFileSync('CHANGELOG.md', 'utf8')) ?? [];
  expect(buildOpenApi(routes).info.version).toBe(version);
  expect(newest).toBe(version);
});
