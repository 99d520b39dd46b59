import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { provisionLicenses, searchLicenses } from '../../lib/api/licenses.ts';
import { SeatLimit } from '../../lib/domain/policy.ts';
import { bundleFunctions, listStartFiles } from '../../infra/bundle.ts';
import * as z from 'zod/mini';

const outdir = mkdtempSync(join(tmpdir(), 'license-service-lean-modules-'));
afterAll(() => rmSync(outdir, { recursive: true }));

/** The code that a container of the function loads before its first call. */
function startOf(name: string): string {
  const folder = join(outdir, name);
  const bundle = bundleFunctions([name], folder);
  return listStartFiles(bundle, name)
    .map(({ file }) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
}

const purchase = startOf('provision-license');

test('a function holds nothing that its routes and schemas say for the documents alone', () => {
  const { description, summary, success, operation, scope } = provisionLicenses;
  const seatLimit = String(z.globalRegistry.get(SeatLimit)?.description);
  const documents = startOf('docs');

  for (const text of [description.slice(0, 60), summary, success[0].description, seatLimit]) {
    expect(documents).toContain(text);
    expect(purchase).not.toContain(text);
  }
  for (const text of [operation, scope]) expect(purchase).toContain(text);
});

test('a function makes no constant of a shared file that it does not use', () => {
  // Each has a schema of its own in the file of the route that it serves.
  expect(purchase).not.toContain(searchLicenses.path);
  expect(purchase).not.toContain('must not be given together with product');
  expect(startOf('list-licenses')).toContain('must not be given together with product');
});
