// Starts the service as `npm start` does, and calls its API for the things that the console's pages show.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const READY_WITHIN_MS = 90_000;

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** The running service, its credentials and a way to call it. */
export async function startWholeService() {
  const port = await freePort();
  const child = spawn('npm', ['start'], {
    cwd: ROOT,
    detached: true,
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  for (let waited = 0; !printed.includes('is ready after'); waited += 250) {
    if (waited > READY_WITHIN_MS || child.exitCode !== null) throw new Error(`the service did not start:\n${printed}`);
    await pause(250);
  }
  const credentials = JSON.parse(readFileSync(`${ROOT}/.local/credentials.json`, 'utf8'));
  const { base_url: baseUrl } = credentials;
  const send = async (method, path, { body, apiKey } = {}) => {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: {
        ...(apiKey === undefined ? {} : { 'x-api-key': apiKey }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = await response.json();
    if (response.status >= 500) throw new Error(`${method} ${path} answered ${response.status}`);
    return answer;
  };
  return {
    baseUrl,
    credentials,
    send,
    stop: async () => {
      process.kill(-child.pid, 'SIGINT');
      await new Promise((resolve) => child.once('exit', resolve));
    },
  };
}

/** Sells licenses of the first demo brand, and one of the second, and uses them. */
export async function sellLicenses({ credentials, send }) {
  const [rocket, rankmath] = credentials.brands;
  const buy = (brand, body) =>
    send('POST', '/api/v1/brand/licenses/provision', { apiKey: brand.api_key, body: { license_key: 'new', ...body } });
  const activate = (key, site) =>
    send('POST', '/api/v1/product/licenses/activate', { body: { license_key: key, instance_identifier: site } });
  const full = await buy(rocket, {
    customer_email: 'ann@example.com',
    products: ['wp-rocket'],
    max_seats: 2,
    external_id: 'order-1001',
    metadata: { plan: 'plus', note: '<b>bold</b>' },
  });
  await activate(full.license_key.key, 'https://shop.example');
  await activate(full.license_key.key, 'https://shop-old.example');
  await activate(full.license_key.key, 'https://new.example');
  const short = await buy(rocket, { customer_email: 'ben@example.com', products: ['rocketcdn'] });
  await activate(short.license_key.key, 'https://cdn.example');
  const foreign = await buy(rankmath, { customer_email: 'eve@example.com', products: ['content-ai'] });
  return {
    full: { id: full.licenses[0].id, key: full.license_key.key, keyId: full.license_key.id },
    short: { id: short.licenses[0].id, key: short.license_key.key },
    foreign: { id: foreign.licenses[0].id },
  };
}
