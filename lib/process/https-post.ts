import type { ClientRequest, IncomingMessage } from 'node:http';
import { ROUTE_PATIENCE } from './aws-client.ts';
import { callLater } from './timers.ts';

/** The SDK opens as many. Further calls wait for one of them. */
const MAX_CONNECTIONS = 50;

/** The parts of an answer that a client of AWS reads. */
export type HttpAnswer = { status: number; date: string | undefined; errorType: string | undefined; text: string };

/** Sends one request once. Rejects with the error of the connection, or when time is up. */
export type Post = (headers: Record<string, string>, body: string, signal: AbortSignal) => Promise<HttpAnswer>;

/** POSTs to one address over kept connections. */
export function openPost({ protocol, hostname, port }: URL, keepAlive: boolean): Post {
  // Not imported: an import reads each of the module's exports, and one of them loads undici, 15 ms of a cold start.
  const client = process.getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http');
  const agent = new client.Agent({ keepAlive, maxSockets: MAX_CONNECTIONS });
  return (headers, body, signal) =>
    new Promise((resolve, reject) => {
      let answer: IncomingMessage | undefined;
      const sent = { method: 'POST', hostname, port, path: '/', agent, headers: listHeaders(headers, body) };
      const request = client.request(sent);
      const stopTimes = limitTime(request, signal);
      request
        .on('response', (response) => {
          answer = response;
          readAnswer(response, resolve, reject);
        })
        .on('error', (error) => {
          // After a complete answer, nothing else that comes over its connection matters.
          if (answer?.complete !== true) reject(error);
        })
        .on('close', () => {
          stopTimes();
          // An answer that switches the protocol closes the request and tells nothing else.
          if (answer === undefined) reject(new Error('socket hang up'));
        })
        .end(body);
    });
}

/** A list, which Node writes as it is: from an object, it would build one with checks and copies of its own. */
function listHeaders(headers: Readonly<Record<string, string>>, body: string): string[] {
  const list = ['content-length', String(Buffer.byteLength(body))];
  for (const name of Object.keys(headers)) list.push(name, headers[name] ?? '');
  return list;
}

function readAnswer(response: IncomingMessage, resolve: (answer: HttpAnswer) => void, reject: (error: Error) => void) {
  const { statusCode: status = 0, headers } = response;
  let text = '';
  response
    .setEncoding('utf8')
    .on('error', reject)
    .on('data', (chunk: string) => {
      text += chunk;
    })
    .on('end', () => resolve({ status, date: headers.date, errorType: headers['x-amzn-errortype']?.toString(), text }));
}

/**
 * Gives up a connection that is not open in time, a request whose whole answer is not there in time, and one whose
 * caller gives up. The signal is listened to here: Node's own option watches all ends of the request for it.
 */
function limitTime(request: ClientRequest, signal: AbortSignal): () => void {
  const giveUp = (): void => void request.destroy(new DOMException('no answer in time', 'TimeoutError'));
  const stops = [() => signal.removeEventListener('abort', giveUp)];
  signal.addEventListener('abort', giveUp);
  if (signal.aborted) giveUp();
  request.once('socket', (socket) => {
    stops.push(callLater(ROUTE_PATIENCE.answerMs, giveUp));
    if (!socket.connecting) return;
    const stop = callLater(ROUTE_PATIENCE.connectMs, giveUp);
    stops.push(stop);
    socket.once('connect', stop);
  });
  return () => {
    for (const stop of stops) stop();
  };
}
