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
  const client = protocol === 'https:' ? process.getBuiltinModule('node:https') : process.getBuiltinModule('node:http');
  const agent = new client.Agent({ keepAlive, maxSockets: MAX_CONNECTIONS });
  const address = { method: 'POST', hostname, port, path: '/', agent };
  return (headers, body, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(abortError());
        return;
      }
      const request = client.request({ ...address, headers: listHeaders(headers, body) });
      let answer: IncomingMessage | undefined;
      const stopTimes = limitTime(request, signal);
      request.on('response', (response) => {
        answer = response;
        readAnswer(response, resolve, reject);
      });
      request.on('error', (error) => {
        // Of a complete answer, nothing else that comes over its connection matters.
        if (answer?.complete !== true) reject(error);
      });
      request.on('close', () => {
        stopTimes();
        // An answer that switches the protocol closes the request and tells nothing else.
        if (answer === undefined) reject(new Error('socket hang up'));
      });
      request.end(body);
    });
}

const abortError = (): DOMException => new DOMException('the call was aborted', 'AbortError');

/** A list, which Node writes as it is: from an object, it would build one with checks and copies of its own. */
function listHeaders(headers: Readonly<Record<string, string>>, body: string): string[] {
  const list = ['content-length', String(Buffer.byteLength(body))];
  for (const name of Object.keys(headers)) list.push(name, headers[name] ?? '');
  return list;
}

function readAnswer(response: IncomingMessage, resolve: (answer: HttpAnswer) => void, reject: (error: Error) => void) {
  const { statusCode = 0, headers } = response;
  const errorType = headers['x-amzn-errortype'];
  let text = '';
  response.setEncoding('utf8');
  response.on('error', reject).on('data', (chunk: string) => {
    text += chunk;
  });
  response.on('end', () => resolve({ status: statusCode, date: headers.date, errorType: errorType?.toString(), text }));
}

/**
 * Gives up a connection that is not open in time, a request whose whole answer is not there in time, and one whose
 * caller gives up. The signal is listened to here: Node's own option watches all ends of the request for it.
 */
function limitTime(request: ClientRequest, signal: AbortSignal): () => void {
  const giveUp = (): void => void request.destroy(new DOMException('no answer in time', 'TimeoutError'));
  const abort = (): void => void request.destroy(abortError());
  const stops = [() => signal.removeEventListener('abort', abort)];
  signal.addEventListener('abort', abort);
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
