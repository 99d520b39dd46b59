import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { sign } from 'aws4';
import { jitter } from './jitter.ts';
import { isPassing, Unavailable, type Operations, type Wire } from './wire.ts';

export type LeanConfig = {
  region: string;
  /** Only for the local engine. */
  endpoint: string | undefined;
  credentials: () => { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
};

/** The operations that may be sent again without harm when an answer is lost. */
export type LeanOperations = 'GetItem' | 'BatchGetItem' | 'UpdateItem';

const ATTEMPTS = 3;
const ATTEMPT_MS = 1000;

/**
 * DynamoDB's JSON protocol over node's own HTTP client, signed by aws4 (SigV4). For the license check alone: a tenth of the SDK's size and a fraction of its
 * work for each request. The keys and answers are the same as through the SDK, and the tests hold both wires to the same behaviour.
 */
export function leanWire({ region, endpoint, credentials }: LeanConfig): Wire<LeanOperations> {
  const { protocol, hostname, host, port } = new URL(endpoint ?? `https://dynamodb.${region}.amazonaws.com`);
  const isHttps = protocol === 'https:';
  const agent = isHttps ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const send = isHttps ? httpsRequest : httpRequest;

  const once = async (operation: LeanOperations, body: string, signal: AbortSignal): Promise<unknown> => {
    const headers = { 'Content-Type': 'application/x-amz-json-1.0', 'X-Amz-Target': `DynamoDB_20120810.${operation}` };
    const signed = sign({ service: 'dynamodb', region, method: 'POST', path: '/', host, headers, body }, credentials());
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = {
        method: 'POST',
        hostname,
        port,
        path: '/',
        agent,
        headers: { ...signed.headers },
        signal: AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_MS)]),
      };
      send(options, resolve).on('error', reject).end(body);
    });
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const status = response.statusCode ?? 0;
    if (status === 200) return JSON.parse(text);
    throw errorOf(status, text);
  };

  return async <K extends LeanOperations>(operation: K, input: Operations[K][0], signal: AbortSignal) => {
    const body = JSON.stringify(input);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return (await once(operation, body, signal)) as Operations[K][1];
      } catch (error) {
        if (!signal.aborted && !isPassing(error)) throw error;
        if (signal.aborted || attempt === ATTEMPTS) throw new Unavailable(`DynamoDB did not answer ${operation}`, { cause: error });
      }
      await jitter(attempt, signal);
    }
  };
}

/** DynamoDB's own error, under the name that the SDK would give it. */
function errorOf(status: number, text: string): Error {
  let named: { __type?: string; message?: string; Message?: string } = {};
  try {
    named = JSON.parse(text) as typeof named;
  } catch {
    // A proxy's page instead of DynamoDB's JSON: the status alone has to tell.
  }
  const error = new Error(named.message ?? named.Message ?? `DynamoDB answered ${status}`);
  error.name = named.__type?.split('#').at(-1) ?? 'UnreadableAnswer';
  return Object.assign(error, { $metadata: { httpStatusCode: status } });
}
