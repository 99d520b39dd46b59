import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { bundling } from '../../infra/service-function.ts';

test('the bundle for clients of Easy Digital Downloads is at most 120 KB', () => {
  const { format, target, mainFields } = bundling;
  const options = [`--format=${format}`, `--target=${target}`, `--main-fields=${mainFields.join()}`];
  const fixed = ['functions/edd.ts', '--bundle', '--minify', '--platform=node', '--log-level=error'];
  const bundle = execFileSync('node_modules/.bin/esbuild', [...fixed, ...options]);
  expect(bundle.length / 1024).toBeLessThanOrEqual(120);
});
