import { hash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Credentials } from '../../../local/credentials.ts';
import { buildZip } from '../../../local/zip.ts';
import { localStart } from '../../support/service/local-start.ts';
import { startBrokenServer } from './broken-server.ts';
import { openSite, removeSites, type LicensedSite } from './sites.ts';

type Bought = { key: string; id: string };

/** The service as `npm start` runs it, the shop that sells licenses of wp-rocket, and a server that is broken. */
export async function openShop() {
  const localDir = mkdtempSync(join(tmpdir(), 'php-client-'));
  const service = localStart('node', localDir);
  const [url, broken] = await Promise.all([service.ready(), startBrokenServer()]);
  const { root_keys, brands } = Credentials.parse(JSON.parse(readFileSync(join(localDir, 'credentials.json'), 'utf8')));
  const config = { url, brand: 'wp-rocket', product: 'wp-rocket', root_keys };

  async function ask(method: string, path: string, body: object): Promise<Record<string, unknown>> {
    const headers = { 'x-api-key': brands[0]?.api_key ?? '', 'content-type': 'application/json' };
    const response = await fetch(`${url}/api/v1/brand${path}`, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as Record<string, unknown>;
  }
  async function buy(terms: object = {}): Promise<Bought> {
    const bought = { customer_email: 'ann@example.com', products: ['wp-rocket'], license_key: 'new', ...terms };
    const sold = await ask('POST', '/licenses/provision', bought);
    const { license_key, licenses } = sold as { license_key: { key: string }; licenses: [{ id: string }] };
    return { key: license_key.key, id: licenses[0].id };
  }
  async function activeSite(name: string, terms: object = {}): Promise<Bought & { site: LicensedSite }> {
    const bought = await buy(terms);
    const site = openSite(name, config);
    const { ok, detail } = await site.activate(bought.key);
    if (!ok) throw new Error(detail);
    return { site, ...bought };
  }
  /** Publishes a version, and moves the clock of the service on until sites see it. Returns the SHA-256. */
  async function publish(version: string, seconds: number): Promise<string> {
    const path = '/products/wp-rocket/releases';
    const made = (await ask('POST', path, { version })) as { id: string; upload: { url: string; headers: object } };
    const content = `<?php\n/**\n * Plugin Name: WP Rocket\n * Version: ${version}\n */\n`;
    const zip = buildZip([{ path: 'wp-rocket/wp-rocket.php', content }]);
    const headers = { ...made.upload.headers, 'content-type': 'application/zip' };
    await fetch(made.upload.url, { method: 'PUT', headers, body: new Uint8Array(zip) });
    await ask('POST', `${path}/${made.id}/publish`, {});
    const now = new Date(Date.now() + seconds * 1_000).toISOString().replace(/\.\d+/, '');
    await fetch(`${url}/__local/tick?now=${now}`, { method: 'POST' });
    return hash('sha256', zip);
  }
  /** A server between site and service that takes fields out of each release. */
  async function startStripping(fields: readonly string[]): Promise<{ url: string; stop: () => void }> {
    const server = createServer((request, response) => {
      void forward(request, url).then(({ status, answer }) => {
        for (const field of fields) if (answer.release) answer.release[field] = null;
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${String(port)}`, stop: () => void server.close() };
  }
  const stop = async (): Promise<void> => {
    await service.signal('SIGINT', 'group');
    broken.server.closeAllConnections();
    broken.server.close();
    removeSites();
    rmSync(localDir, { recursive: true });
  };
  return { url, config, broken, ask, buy, publish, activeSite, startStripping, stop };
}

type Answer = { release?: Record<string, unknown> };

/** Sends a request on, and returns the answer, which is JSON. */
async function forward(request: IncomingMessage, url: string): Promise<{ status: number; answer: Answer }> {
  const headers = { 'content-type': request.headers['content-type'] ?? 'application/json' };
  const { method = 'GET' } = request;
  const body = method === 'POST' ? await text(request) : undefined;
  const reply = await fetch(`${url}${request.url ?? '/'}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  return { status: reply.status, answer: (await reply.json()) as Answer };
}
