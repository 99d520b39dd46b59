import { request as requestHttp, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIPv6, type LookupFunction, type TcpNetConnectOpts } from 'node:net';
import { callLater } from '../process/timers.ts';
import type { AttemptOutcome } from '../domain/webhook.ts';
import { readHost, type Target } from './target.ts';

/** A receiver's answer, its body up to `KEPT_BYTES`. */
export type Answer = { kind: 'answered'; status: number; retryAfter: string | undefined; body: Buffer };
export type Failure = { kind: 'failed'; outcome: Extract<AttemptOutcome, 'connection_failed' | 'tls_failed'> };

/** The bytes that are read of an answer; the rest is not read. */
const KEPT_BYTES = 1024;
/** The status says what became of the message: its body is worth a moment's patience and no more. */
const BODY_WITHIN_MS = 2_000;
/** The wait for one of a host's several addresses, before the next one is tried. */
const NEXT_ADDRESS_AFTER_MS = 2_000;

/**
 * Posts to one of a target's addresses over its own connection, and closes that. Follows no redirect. The certificate
 * must be valid for the host, and the connection goes only to checked addresses. `trusted` are further certificates to
 * trust.
 */
export async function post(
  target: Target,
  { headers, body }: { headers: Record<string, string>; body: string },
  { signal, trusted }: { signal: AbortSignal; trusted?: string | undefined },
): Promise<Answer | Failure> {
  const isTls = target.url.protocol === 'https:';
  const options: RequestOptions & Pick<TcpNetConnectOpts, 'autoSelectFamily' | 'autoSelectFamilyAttemptTimeout'> = {
    method: 'POST',
    hostname: readHost(target.url),
    port: target.url.port,
    path: `${target.url.pathname}${target.url.search}`,
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    // No connection outlives its request: a kept one would lead to an address that was checked long ago, and would be
    // dead after a function's sleep.
    agent: false,
    lookup: pinnedTo(target.addresses),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_AFTER_MS,
    signal,
  };
  const request = isTls
    ? requestHttps({ ...options, ...(trusted === undefined ? {} : { ca: trusted }) })
    : requestHttp(options);
  const reached = followTo(request);
  try {
    const response = await answerTo(request, body);
    return {
      kind: 'answered',
      status: Number(response.statusCode),
      retryAfter: response.headers['retry-after'],
      body: await firstBytes(response),
    };
  } catch {
    return { kind: 'failed', outcome: isTls && reached() === 'host' ? 'tls_failed' : 'connection_failed' };
  } finally {
    request.destroy();
  }
}

/**
 * Answers a look-up with the checked addresses, so that the name cannot lead elsewhere in between. Who selects among
 * families asks for all of them.
 */
const pinnedTo =
  (addresses: readonly string[]): LookupFunction =>
  (_host, _options, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 })),
    );

/** The progress of a request: a failure before the secure connection is one of TLS, whatever error it shows. */
function followTo(request: ClientRequest): () => 'nothing' | 'host' | 'secured' {
  let reached: 'nothing' | 'host' | 'secured' = 'nothing';
  request.on('socket', (socket) => {
    socket.on('connect', () => {
      reached = 'host';
    });
    socket.on('secureConnect', () => {
      reached = 'secured';
    });
  });
  return () => reached;
}

function answerTo(request: ClientRequest, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('response', resolve);
    request.on('error', reject);
    // An answer that switches to another protocol (101) ends the request without an error; after a response this
    // changes nothing.
    request.on('close', () => {
      reject(new Error('closed without an answer'));
    });
    request.end(body);
  });
}

/** A body that breaks off or never ends is kept as far as it came. */
async function firstBytes(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const cancel = callLater(BODY_WITHIN_MS, () => response.destroy());
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= KEPT_BYTES) break;
    }
  } catch {
    // The status is known: the body does not affect the delivery.
  } finally {
    cancel();
  }
  return Buffer.concat(chunks).subarray(0, KEPT_BYTES);
}
