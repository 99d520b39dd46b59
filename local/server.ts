import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { uptimeMs } from '../lib/process/clock.ts';
import { callLater } from '../lib/process/timers.ts';
import type { GatewayRequest } from './event.ts';
import { MAX_PAYLOAD_BYTES, type Gateway, type GatewayResponse } from './gateway.ts';

export type Served = { method: string; target: string; response: GatewayResponse; ms: number };
export type ServerOptions = {
  port: number;
  host: string;
  /** Requests wait until it is there, so that the port is ours before the slow part of a start begins. */
  gateway: Promise<Gateway>;
  onServed: (served: Served) => void;
};
export type LocalServer = { baseUrl: string; stop: () => Promise<void> };

/** A running call gets as long at shutdown as the slowest route may take. */
const DRAIN_MS = 10_000;

/** Listens, or rejects with an error of one line that says what to do. */
export async function startServer({ port, host, gateway, onServed }: ServerOptions): Promise<LocalServer> {
  let stopping = false;
  const server = createServer((incoming, outgoing) => {
    outgoing.once('close', () => {
      if (stopping) server.closeIdleConnections();
    });
    serveOne(incoming, outgoing, { gateway, onServed, isStopping: () => stopping }).catch(() => outgoing.destroy());
  });
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new Error(cannotListen(error, port, host), { cause: error });
  }
  return {
    baseUrl: baseUrlOf(server, host),
    stop: async () => {
      stopping = true;
      const closed = once(server, 'close');
      server.close();
      const cancel = callLater(DRAIN_MS, () => server.closeAllConnections());
      await closed;
      cancel();
    },
  };
}

type Serving = Pick<ServerOptions, 'gateway' | 'onServed'> & { isStopping: () => boolean };

async function serveOne(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { gateway, onServed, isStopping }: Serving,
): Promise<void> {
  const { method = '', url: target = '' } = incoming;
  const body = await bodyOf(incoming);
  const answer = await gateway;
  const started = uptimeMs();
  const request: GatewayRequest = {
    method,
    target,
    headers: pairsOf(incoming.rawHeaders),
    body,
    sourceIp: addressOf(incoming),
  };
  const response = await answer(request);
  onServed({ method, target, response, ms: uptimeMs() - started });
  if (isStopping()) outgoing.setHeader('connection', 'close');
  if (response.cookies.length > 0) outgoing.setHeader('set-cookie', response.cookies);
  // The length in the answer to a HEAD would be that of the GET's body, which is not made here (RFC 9110 §8.6).
  const length = method === 'HEAD' ? {} : { 'content-length': response.body.length };
  outgoing.writeHead(response.statusCode, { ...response.headers, ...length });
  outgoing.end(response.body);
}

/**
 * The body. Of a body that is too large, it keeps only as much as shows that. The rest is read too: a client that is
 * still sending would miss the answer.
 */
async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let kept = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    if (kept > MAX_PAYLOAD_BYTES) continue;
    chunks.push(chunk);
    kept += chunk.length;
  }
  return Buffer.concat(chunks);
}

function pairsOf(rawHeaders: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) pairs.push([rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '']);
  return pairs;
}

/** A server that listens on IPv6 too sees IPv4 callers in IPv6 notation. */
function addressOf({ socket }: IncomingMessage): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
}

/** An address to call: a server on all addresses can be reached on this machine's own. */
function baseUrlOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

function cannotListen(error: unknown, port: number, host: string): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (code === 'EADDRINUSE')
    return (
      `Port ${port} is taken. Stop what listens there, or choose another:` +
      ` PORT=${port === 65_535 ? 3000 : port + 1} npm start`
    );
  if (code === 'EACCES') return `Port ${port} needs more rights than yours. Choose another: PORT=3000 npm start`;
  return `Cannot listen on ${host}: set HOST to an address of this machine, such as 127.0.0.1 (${code}).`;
}
