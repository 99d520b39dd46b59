import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { bundling } from '../../infra/service-function.ts';

type Output = { bytes: number; inputs: Record<string, { bytesInOutput: number }> };

const outdir = mkdtempSync(join(tmpdir(), 'license-service-check-bundle-'));
afterAll(() => rmSync(outdir, { recursive: true }));

/** Bundles the license check as the service stack does, and lists the files in the bundle. */
function bundleOfCheck(): Output {
  const { format, target, mainFields, banner } = bundling;
  const metafile = join(outdir, 'meta.json');
  const options = [
    '--bundle',
    '--minify',
    '--platform=node',
    `--format=${format}`,
    `--target=${target}`,
    `--main-fields=${mainFields.join()}`,
  ];
  const files = [
    `--banner:js=${banner}`,
    `--outfile=${join(outdir, 'check-license.mjs')}`,
    `--metafile=${metafile}`,
    '--log-level=error',
  ];
  execFileSync('node_modules/.bin/esbuild', ['functions/check-license.ts', ...options, ...files]);
  const [output] = Object.values(
    (JSON.parse(readFileSync(metafile, 'utf8')) as { outputs: Record<string, Output> }).outputs,
  );
  if (output === undefined) throw new Error('esbuild wrote no bundle');
  return output;
}

const { bytes, inputs } = bundleOfCheck();
const packaged = Object.entries(inputs).flatMap(([path, { bytesInOutput }]) =>
  bytesInOutput > 0 && path.includes('node_modules/') ? [path] : [],
);

test('the bundle of the license check is at most 64 KB, so that it starts fast', () => {
  expect(bytes / 1024).toBeLessThanOrEqual(64);
});

test('the bundle of the license check contains no AWS client, no logging library and no full zod', () => {
  expect(packaged).not.toEqual([]);
  const unwanted = /@aws-sdk\/(?!util-dynamodb\/)|@smithy\/|@aws-lambda-powertools\/|zod\/v4\/(?:classic|locales)\//;
  expect(packaged.filter((path) => unwanted.test(path))).toEqual([]);
});
