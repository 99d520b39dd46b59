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
  return (headers, body, signal) =>
    new Promise((resolve, reject) => {
      const request = client.request(
        { method: 'POST', hostname, port, path: '/', agent, headers, signal },
        (response) => {
          // Of a complete answer, nothing else that comes over its connection matters.
          const rejectUnlessComplete = (error: Error): void => (response.complete ? undefined : reject(error));
          request.off('error', reject).off('close', rejectClosed).on('error', rejectUnlessComplete);
          readAnswer(response, resolve, reject);
        },
      );
      // An answer that switches the protocol closes the request and tells nothing else.
      const rejectClosed = (): void => reject(new Error('socket hang up'));
      limitTime(request);
      request.on('error', reject).on('close', rejectClosed).end(body);
    });
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

/** Gives up a connection that is not open in time, and a request whose whole answer is not there in time. */
function limitTime(request: ClientRequest): void {
  const giveUp = (): void => void request.destroy(new DOMException('no answer in time', 'TimeoutError'));
  request.once('socket', (socket) => {
    request.once('close', callLater(ROUTE_PATIENCE.answerMs, giveUp));
    if (!socket.connecting) return;
    const stop = callLater(ROUTE_PATIENCE.connectMs, giveUp);
    socket.once('connect', stop);
    request.once('close', stop);
  });
}
