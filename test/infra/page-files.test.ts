import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { packFunction } from '../../infra/bundle.ts';
import { PAGE_FILES } from '../../lib/api/page-files.ts';
import { openAssets, openFiles } from '../../lib/http/api-page/assets.ts';

const outdir = mkdtempSync(join(tmpdir(), 'license-service-docs-'));
afterAll(() => rmSync(outdir, { recursive: true }));

/** The function of the API page as the stack bundles it, far from the repository. */
beforeAll(() => {
  packFunction('docs', outdir, PAGE_FILES);
});

test('a file beside the code comes before the one of the repository', () => {
  const type = 'text/plain';
  const { 'assets.ts': packed } = openFiles({ 'assets.ts': { from: 'package.json', type } }, '/of');
  const { 'none.ts': unpacked } = openFiles({ 'none.ts': { from: 'package.json', type } }, '/of');
  expect(packed.path).not.toBe(unpacked.path.replace('none', 'assets'));
});

test('the function of the API page serves the files packed beside its bundle', () => {
  const program = `
    import { handler } from ${JSON.stringify(join(outdir, 'index.mjs'))};
    const statuses = [];
    for (const path of process.argv.slice(1)) {
      const asset = path.split('/').at(-1);
      const { statusCode } = await handler({
        routeKey: 'ANY /api/docs/{asset}', rawPath: path, headers: {}, pathParameters: { asset },
        requestContext: { http: { method: 'GET', path, sourceIp: '203.0.113.7' } },
      }, {});
      statuses.push(statusCode);
    }
    console.log(JSON.stringify(statuses));`;
  const paths = Object.values(openAssets()).map(({ path }) => path);
  const env = { PATH: process.env['PATH'], TABLE_NAME: 'none', AWS_REGION: 'eu-west-1', LOG_LEVEL: 'SILENT' };
  const args = ['--input-type=module', '--eval', program, ...paths];
  const printed = execFileSync(process.execPath, args, { cwd: outdir.replace(/[^/]+$/, ''), env, encoding: 'utf8' });
  expect(JSON.parse(printed)).toEqual(paths.map(() => 200));
});
