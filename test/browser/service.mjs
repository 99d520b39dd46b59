// Starts the service as `npm start` does, and calls its API for the things that the console's pages show.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
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

const sleepUntil = async (isDone) => {
  for (let waited = 0; !(await isDone()); waited += 200) {
    if (waited > READY_WITHIN_MS) throw new Error('it took too long');
    await pause(200);
  }
};

const daysFromNow = (days) => {
  const date = new Date();
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
};

/** A past of the first demo brand: sales, renewals, an import with a bad row, and webhooks that fail and arrive. */
export async function liveOn({ baseUrl, credentials, send }) {
  const [{ api_key: apiKey }] = credentials.brands;
  const receiver = createHttpServer((request, response) => {
    request.resume();
    response.writeHead(receiver.status ?? 200).end();
  });
  await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${receiver.address().port}/hooks`;
  const endpoint = await send('POST', '/api/v1/brand/webhook-endpoints', {
    apiKey,
    body: { url, description: 'Shop', event_types: ['license.*'] },
  });
  for (let n = 0; n < 24; n += 1) {
    receiver.status = n % 6 === 5 ? 500 : 200;
    const { licenses, license_key } = await send('POST', '/api/v1/brand/licenses/provision', {
      apiKey,
      body: {
        customer_email: `buyer-${n}@example.com`,
        products: [n % 3 === 0 ? 'rocketcdn' : 'wp-rocket'],
        license_key: 'new',
        expiration_date: daysFromNow(1 + ((n * 7) % 88)),
      },
    });
    await send('POST', '/api/v1/product/licenses/activate', {
      body: { license_key: license_key.key, instance_identifier: `https://site-${n}.example` },
    });
    if (n % 5 === 0)
      await send('POST', `/api/v1/brand/licenses/${licenses[0].id}/renew`, { apiKey, body: { extend_by: 'P1Y' } });
    if (n % 8 === 7)
      await send('POST', `/api/v1/brand/licenses/${licenses[0].id}/cancel`, { apiKey, body: { reason: 'refunded' } });
    if (n % 6 === 5) await fetch(`${baseUrl}/__local/tick`, { method: 'POST' });
  }
  receiver.status = 200;
  await fetch(`${baseUrl}/__local/tick`, { method: 'POST' });
  const rows = [
    { license_key: 'OLD-1111-2222', customer_email: 'old-1@example.com', licenses: [{ product: 'wp-rocket' }] },
    { license_key: 'OLD-3333-4444', customer_email: 'nobody', licenses: [{ product: 'wp-rocket' }] },
    { license_key: 'OLD-5555-6666', customer_email: 'old-3@example.com', licenses: [{ product: 'wp-rokket' }] },
  ];
  const made = await send('POST', '/api/v1/brand/imports', {
    apiKey,
    body: {
      name: 'Old shop',
      format: 'ndjson',
      mode: 'dry_run',
      file: rows.map((row) => JSON.stringify(row)).join('\n'),
    },
  });
  await sleepUntil(async () => {
    const { state } = await send('GET', `/api/v1/brand/imports/${made.id}`, { apiKey });
    return state === 'tried' || state === 'failed';
  });
  await send('POST', '/api/v1/brand/bundles', {
    apiKey,
    body: { name: 'Everything', slug: 'everything', products: ['wp-rocket'] },
  });
  await send('POST', '/api/v1/brand/exports', { apiKey, body: {} });
  return { slug: credentials.brands[0].slug, endpointId: endpoint.id, importId: made.id, stop: () => receiver.close() };
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
  const site = { license_key: full.license_key.key, instance_identifier: 'https://shop.example' };
  await send('POST', '/api/v1/product/licenses/check', { body: site });
  const short = await buy(rocket, { customer_email: 'ben@example.com', products: ['rocketcdn'] });
  await activate(short.license_key.key, 'https://cdn.example');
  for (let n = 0; n < 26; n += 1) await buy(rocket, { customer_email: 'many@example.com', products: ['wp-rocket'] });
  const foreign = await buy(rankmath, { customer_email: 'eve@example.com', products: ['content-ai'] });
  return {
    full: { id: full.licenses[0].id, key: full.license_key.key, keyId: full.license_key.id },
    short: { id: short.licenses[0].id, key: short.license_key.key },
    foreign: { id: foreign.licenses[0].id },
  };
}
