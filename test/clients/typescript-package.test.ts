import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { build } from 'esbuild';

jest.setTimeout(60_000);

const MOST_BYTES = 12 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'client-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function bundle(entry: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    // Nothing of Node: the same file runs in browsers and workers.
    platform: 'neutral',
    target: 'es2022',
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

describe('the package of the TypeScript client', () => {
  test('has at most 12 KB, minified and compressed, and imports nothing', async () => {
    const contents = await bundle('clients/typescript/src/index.ts');
    expect(contents.length).toBeGreaterThan(1_000);
    expect(gzipSync(contents).length).toBeLessThanOrEqual(MOST_BYTES);
    expect(new TextDecoder().decode(contents)).not.toMatch(/\bimport\b|\brequire\b|\bprocess\.|\bBuffer\b/);
    expect(JSON.parse(readFileSync('clients/typescript/package.json', 'utf8'))).not.toHaveProperty('dependencies');
  });

  test('compiles with the types of browsers alone, and works as JavaScript in the oldest Node', () => {
    execFileSync('node_modules/.bin/tsc', ['-p', 'clients/typescript', '--outDir', folder]);
    const script = `import { createClient, webhooks } from '${folder}/index.js';
      const client = createClient({ url: 'http://127.0.0.1:1', attempts: 1 });
      const error = await client.service.health().catch((caught) => caught);
      console.log(error.name, error.reason, typeof webhooks.verify);`;
    const printed = execFileSync('node', ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(printed).toBe('NoAnswer network function\n');
  });
});
