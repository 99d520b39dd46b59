import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { bundleFunctions, startBytes } from '../../infra/bundle.ts';

const outdir = mkdtempSync(join(tmpdir(), 'license-service-edd-bundle-'));
afterAll(() => rmSync(outdir, { recursive: true }));

test('the bundle for clients of Easy Digital Downloads is at most 120 KB', () => {
  expect(startBytes(bundleFunctions(['edd'], outdir), 'functions/edd.ts') / 1024).toBeLessThanOrEqual(120);
});
