import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { routes } from '../../lib/api/routes.ts';
import { bundleFunctions } from '../../infra/bundle.ts';

const names = [...new Set(routes.map((route) => route.function)), 'not-found'];
const outdir = mkdtempSync(join(tmpdir(), 'license-service-bundles-'));
const environment = {
  PATH: process.env['PATH'],
  TABLE_NAME: 'none',
  DATA_KEY_SECRET_ARN: 'none',
  AWS_REGION: 'eu-west-1',
};

beforeAll(() => {
  bundleFunctions(names, outdir);
});
afterAll(() => rmSync(outdir, { recursive: true }));

/** The type of the handler of a bundle that is loaded far from node_modules, as in Lambda. */
function typeOfHandler(name: string, folder = outdir): unknown {
  const probe = join(folder, 'probe.mjs');
  writeFileSync(
    probe,
    `const loaded = await import('./${name}.mjs');
    console.log(typeof loaded.handler);`,
  );
  return execFileSync('node_modules/.bin/node', [probe], { env: environment, encoding: 'utf8' }).trim();
}

describe('the bundle', () => {
  test.each(names)('of %s loads on its own and exports a handler', (name) => {
    expect(typeOfHandler(name)).toBe('function');
  });

  test('of a function with CommonJS packages loads as it is deployed, by itself', () => {
    const folder = join(outdir, 'alone');
    bundleFunctions(['inspect-package'], folder);
    expect(typeOfHandler('inspect-package', folder)).toBe('function');
  });
});
