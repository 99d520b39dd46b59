import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { bundleFunctions, startBytes } from '../../infra/bundle.ts';

const outdir = mkdtempSync(join(tmpdir(), 'license-service-check-bundle-'));
afterAll(() => rmSync(outdir, { recursive: true }));

const bundle = bundleFunctions(['check-license'], outdir);
const packaged = Object.values(bundle.outputs).flatMap(({ inputs }) =>
  Object.entries(inputs).flatMap(([path, { bytesInOutput }]) =>
    bytesInOutput > 0 && path.includes('node_modules/') ? [path] : [],
  ),
);

// The goal is 64 KB (docs/performance.md): proofs, copies, imported keys, the edge and a second region have added 5 KB.
test('the bundle of the license check is at most 69 KB, so that it starts fast', () => {
  expect(startBytes(bundle, 'functions/check-license.ts') / 1024).toBeLessThanOrEqual(69);
});

test('the license check loads the texts for people only for an answer that has one', () => {
  const later = Object.values(bundle.outputs).find(({ entryPoint }) => entryPoint === 'lib/http/site-texts.ts');
  expect(Object.keys(later?.inputs ?? {})).toContain('lib/domain/verdict-texts.ts');
});

test('the bundle of the license check contains no AWS client, no logging library and no full zod', () => {
  expect(packaged).not.toEqual([]);
  const unwanted = /@aws-sdk\/(?!util-dynamodb\/)|@smithy\/|@aws-lambda-powertools\/|zod\/v4\/(?:classic|locales)\//;
  expect(packaged.filter((path) => unwanted.test(path))).toEqual([]);
});
