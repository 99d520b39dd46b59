import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, jest, test } from '@jest/globals';

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), 'audit-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the step of CI against a local registry that answers as configured. */
async function audit(answer: { status: number; body: object }): Promise<{ code: number; stdout: string }> {
  const server = createServer((incoming, outgoing) => {
    const isAsked = String(incoming.url).startsWith('/-/npm/v1/security/');
    outgoing
      .writeHead(isAsked ? answer.status : 404, { 'content-type': 'application/json' })
      .end(JSON.stringify(isAsked ? answer.body : {}));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`;
  const env = {
    ...process.env,
    npm_config_registry: url,
    npm_config_fetch_retries: '0',
    npm_config_cache: mkdtempSync(join(folder, 'cache-')),
  };
  const done = await new Promise<{ code: number; stdout: string }>((resolve) => {
    execFile(process.execPath, ['.ci/audit.mjs'], { env }, (error, stdout) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout }),
    );
  });
  server.close();
  server.closeAllConnections();
  return done;
}

const advisory = (severity: string) => ({
  zod: [
    {
      id: 1,
      url: 'https://example.com/advisory',
      title: 'Something is wrong',
      severity,
      vulnerable_versions: '>=0',
      cwe: [],
      cvss: { score: 9 },
    },
  ],
});

test('the audit passes with a loud warning if the registry offers no audit', async () => {
  const { code, stdout } = await audit({ status: 405, body: {} });
  expect(stdout).toMatch(/^AUDIT LEFT OUT: the registry answers no audit \(.+\)\n$/);
  expect(stdout).not.toContain('127.0.0.1');
  expect(code).toBe(0);
});

test('the audit fails on a severe advisory for a deployed package and names it', async () => {
  const { code, stdout } = await audit({ status: 200, body: advisory('high') });
  expect(stdout).toContain('high: zod');
  expect(stdout).toContain('Something is wrong https://example.com/advisory');
  expect(code).toBe(1);
});

test('the audit passes without advisories and with lesser ones', async () => {
  expect(await audit({ status: 200, body: {} })).toEqual({ code: 0, stdout: 'audit: nothing severe (0 lesser)\n' });
  const lesser = await audit({ status: 200, body: advisory('moderate') });
  expect(lesser.code).toBe(0);
  expect(lesser.stdout).toMatch(/^audit: nothing severe \([1-9]\d* lesser\)\n$/);
});
