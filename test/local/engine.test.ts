import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createTable, localClient } from '../../local/create-table.ts';
import { startEngine } from '../../local/engine.ts';
import { engineEndpoint } from '../support/run/engine-endpoint.ts';

const engineModule = join(import.meta.dirname, '../../local/engine.ts');

/** Runs a module with access to `startEngine` in its own process. */
async function runParent(source: string, environment: Record<string, string> = {}) {
  const script = `import { startEngine } from ${JSON.stringify(engineModule)};\n${source}`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, ...environment },
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  parent.stdout.on('data', keep);
  parent.stderr.on('data', keep);
  await once(parent, 'close');
  return output.trim();
}

/** A process that has ended but was not yet collected by its parent does not count as running. */
function runs(pid: number): boolean {
  const status = `/proc/${pid}/stat`;
  if (existsSync(status)) return !/\) [ZX] /.test(readFileSync(status, 'utf8'));
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Long enough for a process that ends on a busy machine. */
const PATIENT_MS = 15_000;

async function endsSoon(pid: number): Promise<boolean> {
  for (let waited = 0; waited < PATIENT_MS && runs(pid); waited += 50) await pause(50);
  return !runs(pid);
}

test('the engine of the test run answers', async () => {
  const response = await fetch(engineEndpoint());
  expect(response.status).toBeLessThan(500);
});

test('a stopped engine has ended when stop() returns', async () => {
  const engine = await startEngine();
  expect(runs(engine.pid)).toBe(true);
  await engine.stop();
  expect(runs(engine.pid)).toBe(false);
});

test('the engine stops when its parent process is killed', async () => {
  const pid = Number(await runParent(`console.log((await startEngine()).pid); process.kill(process.pid, 'SIGKILL');`));
  expect(pid).toBeGreaterThan(1);
  expect(await endsSoon(pid)).toBe(true);
});

test('the engine stops when its parent process exits without stopping it', async () => {
  const pid = Number(await runParent(`console.log((await startEngine()).pid); process.exit();`));
  expect(pid).toBeGreaterThan(1);
  expect(await endsSoon(pid)).toBe(true);
});

test('a port in use is reported in one line', async () => {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(startEngine({ port })).rejects.toThrow(
    `Port ${port} is taken: the DynamoDB engine cannot listen there.`,
  );
  server.close();
});

test('a start without Java falls back to another engine, or explains in one line what to install', async () => {
  const output = await runParent(
    `try { const engine = await startEngine(); console.log(engine.name); await engine.stop(); }
    catch (error) { console.log(error.message); }`,
    { PATH: '/nowhere' },
  );
  expect([
    'dynoxide',
    'No DynamoDB engine can run here: install Java 17 or later (DynamoDB Local itself comes with npm ci).',
  ]).toContain(output);
});

test('dynoxide finds the next number of a stream record by an index, however many there are', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'engine-test-'));
  const engine = await startEngine({ only: 'dynoxide', dataDir });
  const client = localClient(engine.endpoint);
  await createTable(client, 'indexed');
  client.destroy();
  await engine.stop();
  const database = new DatabaseSync(join(dataDir, 'dynoxide.db'));
  const plan = database
    .prepare(
      'EXPLAIN QUERY PLAN SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1 ' +
        'FROM _stream_records WHERE table_name = ?',
    )
    .all('indexed');
  database.close();
  rmSync(dataDir, { recursive: true });
  expect(plan.map(({ detail }) => detail)).toEqual([
    expect.stringMatching(/^SEARCH _stream_records USING COVERING INDEX stream_records_in_order/),
  ]);
});

test('dynoxide without a data folder leaves no file behind, stopped or killed', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'engine-test-'));
  const start = `const engine = await startEngine({ only: 'dynoxide' });`;
  await runParent(`${start} await engine.stop();`, { TMPDIR: scratch });
  expect(readdirSync(scratch)).toEqual([]);
  await runParent(`${start} process.kill(process.pid, 'SIGKILL');`, { TMPDIR: scratch });
  for (let waited = 0; waited < PATIENT_MS && readdirSync(scratch).length > 0; waited += 50) await pause(50);
  expect(readdirSync(scratch)).toEqual([]);
  rmSync(scratch, { recursive: true });
});
