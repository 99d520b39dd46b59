// Bundles the TypeScript client with its checks, and runs them in Deno and in Cloudflare's workerd.
import { execFile, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const BIN = join(import.meta.dirname, 'node_modules/.bin');
const WITHIN_MS = 15_000;
const folder = mkdtempSync(join(tmpdir(), 'runtimes-'));

const tried = new Set();
const service = createServer((request, response) => {
  const answer = (status, body, headers = {}) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  const problem = (status, code, headers) => {
    const body = { type: 'about:blank', title: code, status, code, detail: `It is ${code}.`, request_id: 'request' };
    return answer(status, body, { 'content-type': 'application/problem+json', ...headers });
  };
  if (request.url.includes('/licenses/')) return problem(404, 'license_not_found');
  if (tried.has(service.runtime)) return answer(200, { status: 'ok' });
  tried.add(service.runtime);
  return problem(503, 'service_unavailable', { 'retry-after': '0' });
}).listen(0, '127.0.0.1');
await once(service, 'listening');

const bundle = async (name) => {
  const outfile = join(folder, `${name}.mjs`);
  const entryPoints = [join(import.meta.dirname, `${name}.mjs`)];
  await build({ entryPoints, outfile, bundle: true, format: 'esm', platform: 'neutral', target: 'es2022' });
  return outfile;
};

function signed() {
  const [body, id] = [JSON.stringify({ id: 'event' }), 'msg'];
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const signature = createHmac('sha256', 'a secret').update(`${id}.${timestamp}.${body}`).digest('base64');
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
  return { body, headers, secret: `whsec_${Buffer.from('a secret').toString('base64')}` };
}

const runtimes = {
  async deno(asked) {
    const flags = ['run', '--no-prompt', '--allow-net=127.0.0.1', await bundle('deno'), JSON.stringify(asked)];
    const { stdout } = await promisify(execFile)(join(BIN, 'deno'), flags);
    return JSON.parse(stdout);
  },
  async workerd(asked) {
    await bundle('worker');
    const { port } = await new Promise((resolve) => {
      const probe = createServer().listen(0, '127.0.0.1', () => {
        const found = probe.address();
        probe.close(() => resolve(found));
      });
    });
    writeFileSync(
      join(folder, 'config.capnp'),
      `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "client", worker = (
      modules = [(name = "worker", esModule = embed "worker.mjs")],
      compatibilityDate = "2026-01-01",
      globalOutbound = "network"
    )),
    (name = "network", network = (allow = ["local", "private"]))
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "client")]
);
`,
    );
    const server = spawn(join(BIN, 'workerd'), ['serve', join(folder, 'config.capnp')], { stdio: 'inherit' });
    try {
      for (let waited = 0; waited < WITHIN_MS; waited += 100) {
        const options = { method: 'POST', body: JSON.stringify(asked) };
        const response = await fetch(`http://127.0.0.1:${port}/`, options).catch(() => undefined);
        if (response !== undefined) return JSON.parse(await response.text());
        await pause(100);
      }
      throw new Error('workerd did not start');
    } finally {
      server.kill();
    }
  },
};

try {
  for (const [name, run] of Object.entries(runtimes)) {
    service.runtime = name;
    const { failures, proofs } = await run({ url: `http://127.0.0.1:${service.address().port}`, message: signed() });
    console.log(failures.length === 0 ? `${name}: all ${proofs} proofs, webhooks and calls hold` : `${name}: FAILED`);
    for (const failure of failures) console.log(`  ${failure}`);
    if (failures.length > 0) process.exitCode = 1;
  }
} finally {
  service.closeAllConnections();
  service.close();
  rmSync(folder, { recursive: true });
}
