import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttp, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer as createTcp, type AddressInfo, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { selfSigned } from './self-signed.ts';

/** One request as received. */
export type Received = { path: string; headers: Record<string, string>; body: string };
/** A receiver's answer. `nth` counts its requests from 1. */
export type Answering = (response: ServerResponse, received: Received, nth: number) => void | Promise<void>;

export type Receiver = {
  url: string;
  port: number;
  received: Received[];
  /** The number of open connections. */
  open: () => number;
  /** May be set at any time. */
  answer: Answering;
  stop: () => Promise<void>;
};

export const ok: Answering = (response) => void response.writeHead(200).end('thanks');
export const status =
  (code: number, headers: Record<string, string> = {}, body = ''): Answering =>
  (response) =>
    void response.writeHead(code, headers).end(body);
export const hang: Answering = () => undefined;

/** A real receiver on loopback that keeps its requests. */
export async function startReceiver(
  answer: Answering = ok,
  { tls = false, host = '127.0.0.1', port = 0 } = {},
): Promise<Receiver> {
  const received: Received[] = [];
  const listener: RequestListener = (incoming, response) => {
    void keep(incoming).then((one) => {
      received.push(one);
      return receiver.answer(response, one, received.length);
    });
  };
  const server = tls ? createHttps(selfSigned, listener) : createHttp(listener);
  const { port: listensOn, open, stop } = await listen(server, host, port);
  const receiver: Receiver = {
    url: `${tls ? 'https' : 'http'}://${host}:${listensOn}/hooks?of=shop`,
    port: listensOn,
    received,
    open,
    answer,
    stop,
  };
  return receiver;
}

/** A server that does not speak proper HTTP: `talk` has the connection. */
export async function startRawReceiver(
  talk: (socket: Socket) => void,
): Promise<Pick<Receiver, 'url' | 'port' | 'open' | 'stop'>> {
  const server = createTcp((socket) => {
    socket.on('error', () => undefined);
    talk(socket);
  });
  const { port, open, stop } = await listen(server, '127.0.0.1', 0);
  return { url: `http://127.0.0.1:${port}/hooks`, port, open, stop };
}

/** Verifies a request with the package that receivers use: returns its payload; throws for an invalid signature. */
export function verified(secret: string, { body, headers }: Received): Record<string, unknown> {
  return new Webhook(secret).verify(body, headers) as Record<string, unknown>;
}

async function keep(incoming: IncomingMessage): Promise<Received> {
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  return { path: incoming.url ?? '', headers, body: await text(incoming) };
}

/**
 * Each worker gives out ports of its own, each one once, so that nobody else is given the port of a receiver that is
 * down for a while. They lie below those that the system gives out for any free port.
 */
const PORTS_PER_WORKER = 1_500;
const firstPort = 20_000 + (Number(process.env['JEST_WORKER_ID'] ?? 0) % 8) * PORTS_PER_WORKER;
let portsGiven = randomInt(PORTS_PER_WORKER);
const nextPort = (): number => firstPort + (portsGiven++ % PORTS_PER_WORKER);

async function listenOn(server: Server, host: string, port: number): Promise<void> {
  for (;;) {
    try {
      server.listen(port || nextPort(), host);
      await once(server, 'listening');
      return;
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (port !== 0 || !isTaken) throw error;
    }
  }
}

async function listen(
  server: Server,
  host: string,
  port: number,
): Promise<{ port: number; open: () => number; stop: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await listenOn(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    open: () => sockets.size,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
