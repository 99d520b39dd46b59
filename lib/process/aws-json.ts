import type { ClientRequest, IncomingMessage } from 'node:http';
import { ROUTE_PATIENCE } from './aws-client.ts';
import { machineTime } from './clock.ts';
import { jitter } from './jitter.ts';
import { isRetryable } from './outage.ts';
import { requestSigner, type Credentials, type JsonService } from './signature.ts';
import { callLater } from './timers.ts';

export type AwsJsonConfig = {
  region: string;
  /** Set on one machine only; otherwise the region's own endpoint. */
  endpoint: string | undefined;
  /** Read for each attempt, so that new credentials are used at once. */
  credentials: () => Credentials;
  /** False for a client whose next request comes when a kept connection would be long dead. */
  keepsConnections?: boolean;
};

/**
 * Sends one request, up to three times while its errors may pass. Rejects with the error of AWS under its own name, or
 * with that of the connection. `signal` ends all of it.
 */
export type AwsJson = (operation: string, input: unknown, signal: AbortSignal) => Promise<unknown>;

/** The difference to the clock of AWS from which on a request is signed with the latter: AWS refuses 15 minutes. */
const SKEW_MS = 5 * 60_000;

/**
 * A client of one AWS service over Node's own HTTP client. It is a tenth of the SDK's size and does a fraction of its
 * work. Its rules are in docs/wires.md, and tests hold it to the SDK's behavior.
 */
export function openAwsJson(
  service: JsonService,
  { region, endpoint, credentials, keepsConnections = true }: AwsJsonConfig,
): AwsJson {
  const address = new URL(endpoint ?? `https://${service.name}.${region}.${chooseDomain(region)}`);
  const send = openPost(address, keepsConnections);
  const sign = requestSigner(service, region, address.host);
  let skewMs = 0;
  /** Errors that a second attempt may not meet: the clock or the credentials are others now. */
  const passing = new WeakSet();

  /** Learns by how much this machine's clock is wrong, unless the machine slept while the answer waited. */
  const learnSkew = ({ date }: Answer, sentMs: number): void => {
    const nowMs = machineTime().getTime();
    const differsMs = Date.parse(date ?? '') - nowMs - skewMs;
    if (Math.abs(differsMs) >= SKEW_MS && nowMs - sentMs < SKEW_MS) skewMs += differsMs;
  };

  const sendOnce = async (operation: string, body: string, signal: AbortSignal): Promise<unknown> => {
    const used = { credentials: credentials(), skewMs };
    const sentMs = machineTime().getTime();
    const answer = await send(sign(operation, body, new Date(sentMs + skewMs), used.credentials), body, signal);
    learnSkew(answer, sentMs);
    if (answer.status === 200) return parseAnswer(answer);
    const error = readError(answer);
    const isRenewed = EXPIRED.has(error.name) && credentials().secretAccessKey !== used.credentials.secretAccessKey;
    // Another call may have learned the difference meanwhile.
    if (skewMs !== used.skewMs || isRenewed) passing.add(error);
    throw error;
  };

  return async (operation, input, signal) => {
    const body = JSON.stringify(input);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await sendOnce(operation, body, signal);
      } catch (error) {
        const mayPass = isRetryable(error) || passing.has(error as object);
        if (signal.aborted || !mayPass || attempt === ROUTE_PATIENCE.attempts) throw error;
      }
      await jitter(attempt, signal);
    }
  };
}

/** The SDK opens as many. Further calls wait for one of them. */
const MAX_CONNECTIONS = 50;

/** The errors that say that the credentials ended. */
const EXPIRED = new Set(['ExpiredTokenException', 'ExpiredToken', 'UnrecognizedClientException']);

/** China's regions have a domain of their own. */
const chooseDomain = (region: string): string => (region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com');

type Answer = { status: number; date: string | undefined; errorType: string | undefined; text: string };
type Post = (headers: Record<string, string>, body: string, signal: AbortSignal) => Promise<Answer>;

/** POSTs to one address over kept connections. */
function openPost({ protocol, hostname, port }: URL, keepAlive: boolean): Post {
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

function readAnswer(response: IncomingMessage, resolve: (answer: Answer) => void, reject: (error: Error) => void) {
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

/** The members of an error. The others are what a transaction was cancelled for, and the item of a guard. */
type NamedError = { __type?: unknown; code?: unknown; message?: unknown; Message?: unknown };

/** The service's own error, with the name and message that the SDK gives it and all of its members. */
function readError(answer: Answer): Error {
  const { __type, code, message, Message, ...members }: NamedError = answer.text === '' ? {} : parseAnswer(answer);
  const error = new Error(firstText(message, Message) ?? 'UnknownError');
  const type = firstText(__type, code, answer.errorType) ?? 'Unknown';
  // A name may be qualified by its namespace, and followed by an address.
  const name = type.split(/[,:]/)[0]?.split('#').at(-1);
  const { stack } = error;
  return Object.assign(error, members, { name, stack, $metadata: { httpStatusCode: answer.status } });
}

const firstText = (...values: readonly unknown[]): string | undefined =>
  values.find((value): value is string => typeof value === 'string');

/** Rejects an answer that is not a JSON object as the SDK does: a proxy may have answered with a page. */
function parseAnswer({ status, text }: Answer): object {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch {
    // The same as any other text.
  }
  throw Object.assign(new SyntaxError('the answer is not JSON'), { $metadata: { httpStatusCode: status } });
}
