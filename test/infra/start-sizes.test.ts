import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { bundleFunctions, startBytes } from '../../infra/bundle.ts';

const outdir = mkdtempSync(join(tmpdir(), 'license-service-start-sizes-'));
afterAll(() => rmSync(outdir, { recursive: true }));

test.each([
  ['an activation', 'activate-license', 100],
  ['a deactivation', 'deactivate-license', 100],
  ['a purchase', 'provision-license', 180],
  ['a search for licenses', 'list-licenses', 180],
  ['clients of Easy Digital Downloads', 'edd', 120],
  ['those clients where they add a slash', 'not-found', 140],
])('a container for %s loads at most that many KB before its first call: %s, %i', (_, name, most) => {
  const bundle = bundleFunctions([name], join(outdir, name));
  expect(startBytes(bundle, name) / 1024).toBeLessThanOrEqual(most);
});
