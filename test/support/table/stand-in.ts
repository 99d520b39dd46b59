import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { text } from 'node:stream/consumers';

export type ReceivedRequest = { operation: string; body: string; headers: IncomingMessage['headers'] };
/** Answers one request. `count` is its number, from 1 on. */
export type Answer = (outgoing: ServerResponse, received: ReceivedRequest, count: number) => unknown;
export type StandIn = { endpoint: string; received: ReceivedRequest[]; stop: () => Promise<void> };

/** A service of AWS whose answers a test writes byte by byte. With `tls` it speaks HTTPS. */
export async function startStandIn(answer: Answer, tls?: { cert: string; key: string }): Promise<StandIn> {
  const received: ReceivedRequest[] = [];
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    void text(incoming).then(
      (body) => {
        const operation = String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '';
        received.push({ operation, body, headers: incoming.headers });
        answer(outgoing, { operation, body, headers: incoming.headers }, received.length);
      },
      () => undefined,
    );
  };
  const server = tls ? createHttpsServer(tls, listener) : createHttpServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    endpoint: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    received,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Answers as DynamoDB does. */
export const answerJson = (outgoing: ServerResponse, status: number, body: object, headers = {}): unknown =>
  outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...headers }).end(JSON.stringify(body));

/** Writes an answer as it is, and closes the connection unless it should stay open. */
export function answerRaw(outgoing: ServerResponse, raw: string, staysOpen = false): void {
  const { socket } = outgoing;
  if (staysOpen) socket?.write(raw);
  else socket?.end(raw);
}
