import type { Socket } from 'node:net';
import { ROUTE_PATIENCE } from './aws-client.ts';
import { hangUp, openAnswer, type AnswerReader, type HttpAnswer } from './http-answer.ts';
import { callLater } from './timers.ts';

/** The SDK opens as many. Further calls wait for one of them. */
const MAX_CONNECTIONS = 50;
const KEEP_ALIVE_AFTER_MS = 1_000;

/** Sends one request once. Rejects with the error of the connection, or when time is up. */
export type Post = (headers: Record<string, string>, body: string, signal: AbortSignal) => Promise<HttpAnswer>;

/** A request, and what becomes of it. */
type Exchange = {
  request: string;
  reader: AnswerReader;
  resolve: (answer: HttpAnswer) => void;
  reject: (error: Error) => void;
  /** Ends what waits for the exchange. */
  stops: (() => void)[];
  /** Gives up, wherever the request is by then. */
  giveUp: (error: Error) => void;
};

/** One connection, which has one exchange at a time. */
type Connection = { begin: (exchange: Exchange) => void; close: () => void };

/**
 * POSTs to one address over kept connections, by HTTP/1.1. Node's own client costs three times the CPU time of a socket
 * (docs/decisions/0229-own-http-exchange.md).
 */
export function openPost(address: URL, keepAlive: boolean): Post {
  const start = openConnections(openSockets(address), keepAlive);
  return (headers, body, signal) =>
    new Promise((resolve, reject) => {
      const request = writeRequest(headers, body);
      const exchange: Exchange = { request, reader: openAnswer(), resolve, reject, stops: [], giveUp: reject };
      const onAbort = (): void => exchange.giveUp(noAnswerInTime());
      signal.addEventListener('abort', onAbort);
      exchange.stops.push(() => signal.removeEventListener('abort', onAbort));
      if (signal.aborted) onAbort();
      else start(exchange);
    });
}

/** Returns what starts an exchange over a connection that is kept, or a new one, or lets it wait for one. */
function openConnections(sockets: Sockets, keepAlive: boolean): (exchange: Exchange) => void {
  const idle: Connection[] = [];
  const waiting = new Set<Exchange>();
  let open = 0;
  const startNext = (begin: (next: Exchange) => void): boolean => {
    const [next] = waiting;
    if (next === undefined) return false;
    waiting.delete(next);
    begin(next);
    return true;
  };
  const pool: Pool = {
    keepAlive,
    onIdle: (connection) => {
      if (!startNext(connection.begin)) idle.push(connection);
    },
    onEnded: (connection) => {
      const at = idle.indexOf(connection);
      if (at >= 0) idle.splice(at, 1);
    },
    onFailed: (isUsed) => {
      // The other side may break off because of the session, which would be offered to it again and again.
      if (!isUsed) sockets.forgetSession();
      // The others may have died with it, for instance while the container slept.
      else for (const connection of idle.splice(0)) connection.close();
    },
    onClosed: () => {
      open -= 1;
      startNext(start);
    },
  };
  const start = (exchange: Exchange): void => {
    // The last one: the others may close, if they are not needed.
    const kept = idle.pop();
    if (kept !== undefined) kept.begin(exchange);
    else if (open < MAX_CONNECTIONS) {
      open += 1;
      openConnection(sockets.open(), pool).begin(exchange);
    } else {
      waiting.add(exchange);
      exchange.giveUp = (error) => {
        waiting.delete(exchange);
        settle(exchange).reject(error);
      };
    }
  };
  return start;
}

type Pool = {
  keepAlive: boolean;
  onIdle: (connection: Connection) => void;
  /** The other side sends nothing more. */
  onEnded: (connection: Connection) => void;
  /** An exchange has failed over a connection that had an answer before, or over one that had none. */
  onFailed: (isUsed: boolean) => void;
  onClosed: () => void;
};

function openConnection(socket: Socket, pool: Pool): Connection {
  let current: Exchange | undefined;
  let isUsed = false;
  const take = (): Exchange | undefined => {
    const taken = current;
    current = undefined;
    return taken === undefined ? undefined : settle(taken);
  };
  const fail = (error: Error): void => {
    socket.destroy();
    const failed = take();
    if (failed === undefined) return;
    pool.onFailed(isUsed);
    failed.reject(error);
  };
  const finish = (answer: HttpAnswer | undefined): void => {
    if (answer === undefined) return;
    const done = take();
    isUsed = true;
    if (pool.keepAlive && done?.reader.keeps() === true && socket.writableLength === 0) {
      // A process may end while its connections are idle.
      socket.unref();
      pool.onIdle(connection);
    } else socket.destroy();
    done?.resolve(answer);
  };
  const connection: Connection = {
    begin: (exchange) => {
      current = exchange;
      exchange.giveUp = fail;
      limitTime(socket, exchange);
      socket.ref();
      socket.write(exchange.request);
    },
    close: () => socket.destroy(),
  };
  listen(socket, {
    onBytes: (bytes) => {
      // Nobody waits for bytes that come over an idle connection.
      if (current === undefined) socket.destroy();
      else finish(current.reader.take(bytes));
    },
    onError: fail,
    onEnd: () => {
      pool.onEnded(connection);
      finish(current?.reader.end());
      fail(hangUp());
    },
    onClosed: pool.onClosed,
  });
  return connection;
}

type Listeners = {
  /** An error that it throws goes to `onError`. */
  onBytes: (bytes: Buffer) => void;
  onError: (error: Error) => void;
  /** Called once or twice. */
  onEnd: () => void;
  onClosed: () => void;
};

function listen(socket: Socket, { onBytes, onError, onEnd, onClosed }: Listeners): void {
  socket
    .on('data', (bytes: Buffer) => {
      try {
        onBytes(bytes);
      } catch (error) {
        onError(error as Error);
      }
    })
    .on('error', onError)
    .on('end', onEnd)
    .on('close', () => {
      onEnd();
      onClosed();
    });
}

/** Gives up a connection that is not open in time, and an exchange whose whole answer is not there in time. */
function limitTime(socket: Socket, { stops, giveUp }: Exchange): void {
  const onTimeUp = (): void => giveUp(noAnswerInTime());
  stops.push(callLater(ROUTE_PATIENCE.answerMs, onTimeUp));
  if (!socket.connecting) return;
  const stop = callLater(ROUTE_PATIENCE.connectMs, onTimeUp);
  stops.push(stop);
  socket.once('connect', stop);
}

function settle(exchange: Exchange): Exchange {
  for (const stop of exchange.stops) stop();
  return exchange;
}

const noAnswerInTime = (): DOMException => new DOMException('no answer in time', 'TimeoutError');

function writeRequest(headers: Readonly<Record<string, string>>, body: string): string {
  let head = `POST / HTTP/1.1\r\ncontent-length: ${String(Buffer.byteLength(body))}\r\n`;
  for (const [name, value] of Object.entries(headers)) head += `${name}: ${value}\r\n`;
  return `${head}\r\n${body}`;
}

type Sockets = { open: () => Socket; forgetSession: () => void };

/** Opens connections to one address. The last session of TLS is resumed, which saves a round trip and certificates. */
function openSockets({ protocol, hostname, port }: URL): Sockets {
  // An address of IPv6 has brackets in a URL only.
  const host = hostname.replace(/^\[|\]$/g, '');
  const options = { host, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_AFTER_MS };
  // Not imported: an import reads each of the module's exports, which costs time at the start.
  const net = process.getBuiltinModule('node:net');
  if (protocol !== 'https:') {
    return { open: () => net.connect({ ...options, port: Number(port || 80) }), forgetSession: () => undefined };
  }
  // An address has no name that a certificate could be asked for by.
  const named = net.isIP(host) === 0 ? { servername: host } : {};
  const tls = process.getBuiltinModule('node:tls');
  let session: Buffer | undefined;
  return {
    open: () =>
      tls
        .connect({ ...options, port: Number(port || 443), ...named, ...(session && { session }) })
        .on('session', (latest: Buffer) => {
          session = latest;
        }),
    forgetSession: () => {
      session = undefined;
    },
  };
}
