import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { makeCertificate } from './certificate.ts';
import type { Outside } from './emulator.ts';
import { until } from './wait.ts';

export type Received = { headers: Record<string, string>; body: string };

/** A brand's webhook receiver, on HTTPS under a public host name. */
export type Receiver = {
  url: string;
  outside: Outside;
  received: readonly Received[];
  /** Waits for a request that fits. */
  receive: (what: string, withinMs: number, fits: (received: Received) => boolean) => Promise<Received>;
  stop: () => void;
};

const HOST = 'hooks.shop.example';
/** A public address, to which no connection is made. */
const ADDRESS = '93.184.215.14';

export async function startReceiver(folder: string): Promise<Receiver> {
  const { certificate, key } = await makeCertificate(folder, 'receiver', [`DNS:${HOST}`]);
  const received: Received[] = [];
  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (request, response) => {
    void text(request).then((body) => {
      const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
      received.push({ headers: Object.fromEntries(headers), body });
      response.writeHead(204).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the receiver has no port');
  return {
    url: `https://${HOST}/webhooks`,
    outside: {
      certificate,
      env: {
        NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, 'outside.mjs')).href}`,
        TEST_DEPLOY_HOST: HOST,
        TEST_DEPLOY_ADDRESS: ADDRESS,
        TEST_DEPLOY_PORT: String(address.port),
      },
    },
    received,
    receive: (what, withinMs, fits) =>
      until(`${what} at the receiver of webhooks`, withinMs, () => Promise.resolve(received.find(fits))),
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
