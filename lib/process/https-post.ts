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
type Connection = { begin: (exchange: Exchange) => void };

/**
 * POSTs to one address over kept connections, by HTTP/1.1. Node's own client costs three times the CPU time of a socket
 * (docs/decisions/0229-own-http-exchange.md).
 */
export function openPost(address: URL, keepAlive: boolean): Post {
  const connect = openSockets(address);
  const idle: Connection[] = [];
  const waiting = new Set<Exchange>();
  let open = 0;

  const pool: Pool = {
    keepAlive,
    onIdle: (connection) => {
      const [next] = waiting;
      if (next === undefined) idle.push(connection);
      else {
        waiting.delete(next);
        connection.begin(next);
      }
    },
    onClosed: (connection) => {
      const at = idle.indexOf(connection);
      if (at >= 0) idle.splice(at, 1);
      open -= 1;
      const [next] = waiting;
      if (next === undefined) return;
      waiting.delete(next);
      start(next);
    },
  };

  const start = (exchange: Exchange): void => {
    // The last one: the others may close, if they are not needed.
    const kept = idle.pop();
    if (kept !== undefined) kept.begin(exchange);
    else if (open < MAX_CONNECTIONS) {
      open += 1;
      openConnection(connect(), pool).begin(exchange);
    } else {
      waiting.add(exchange);
      exchange.giveUp = (error) => {
        waiting.delete(exchange);
        settle(exchange).reject(error);
      };
    }
  };

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

type Pool = {
  keepAlive: boolean;
  onIdle: (connection: Connection) => void;
  onClosed: (connection: Connection) => void;
};

function openConnection(socket: Socket, { keepAlive, onIdle, onClosed }: Pool): Connection {
  let current: Exchange | undefined;
  const take = (): Exchange | undefined => {
    const taken = current;
    current = undefined;
    return taken === undefined ? undefined : settle(taken);
  };
  const fail = (error: Error): void => {
    socket.destroy();
    take()?.reject(error);
  };
  const finish = (answer: HttpAnswer | undefined): void => {
    if (answer === undefined) return;
    const done = take();
    if (keepAlive && done?.reader.keeps() === true && socket.writableLength === 0) {
      // A process may end while its connections are idle.
      socket.unref();
      onIdle(connection);
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
  };
  socket
    .on('data', (bytes: Buffer) => {
      try {
        // Nobody waits for bytes that come over an idle connection.
        if (current === undefined) socket.destroy();
        else finish(current.reader.take(bytes));
      } catch (error) {
        fail(error as Error);
      }
    })
    .on('error', fail)
    .on('close', () => {
      onClosed(connection);
      finish(current?.reader.end());
      fail(hangUp());
    });
  return connection;
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

/** Opens connections to one address. The last session of TLS is resumed, which saves a round trip and certificates. */
function openSockets({ protocol, hostname, port }: URL): () => Socket {
  const options = { host: hostname, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_AFTER_MS };
  // Not imported: an import reads each of the module's exports, which costs time at the start.
  const net = process.getBuiltinModule('node:net');
  if (protocol !== 'https:') {
    return () => net.connect({ ...options, port: Number(port || 80) });
  }
  // An address has no name that a certificate could be asked for by.
  const named = net.isIP(hostname) === 0 ? { servername: hostname } : {};
  const tls = process.getBuiltinModule('node:tls');
  let session: Buffer | undefined;
  return () =>
    tls
      .connect({ ...options, port: Number(port || 443), ...named, ...(session && { session }) })
      .on('session', (latest: Buffer) => {
        session = latest;
      });
}
