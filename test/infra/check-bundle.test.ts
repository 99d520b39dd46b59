import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { bundleFunctions, listSources, listStartFiles, startBytes } from '../../infra/bundle.ts';

const outdir = mkdtempSync(join(tmpdir(), 'license-service-check-bundle-'));
afterAll(() => rmSync(outdir, { recursive: true }));

const bundle = bundleFunctions(['check-license'], outdir);
const packaged = listSources(bundle).filter((path) => path.includes('node_modules/'));

test('the bundle of the license check is at most 64 KB, so that it starts fast', () => {
  expect(startBytes(bundle, 'check-license') / 1024).toBeLessThanOrEqual(64);
});

test('a container loads one file of the license check before its first call, because each costs a millisecond', () => {
  expect(listStartFiles(bundle, 'check-license').map(({ file }) => file)).toEqual(['check-license.mjs']);
});

test.each([
  ['the texts for people', 'lib/domain/verdict-texts.ts'],
  ['the words of refusals', 'lib/http/common-problems.ts'],
  ['the reader of forms', 'lib/http/form.ts'],
  ['the rules of idempotency keys', 'lib/http/idempotency-key.ts'],
  ['the look-up of imported keys', 'lib/table/imported-address.ts'],
  ['what signs proofs', 'lib/process/signer.ts'],
])('the license check loads %s only for a call that needs it', (_, source) => {
  expect(listSources(listStartFiles(bundle, 'check-license'))).not.toContain(source);
  expect(listSources(bundle)).toContain(source);
});

test('the bundle of the license check contains no AWS client, no logging library and no full zod', () => {
  expect(packaged).not.toEqual([]);
  const unwanted = /@aws-sdk\/(?!util-dynamodb\/)|@smithy\/|@aws-lambda-powertools\/|zod\/v4\/(?:classic|locales)\//;
  expect(packaged.filter((path) => unwanted.test(path))).toEqual([]);
});
