import { machineTime } from '../process/clock.ts';
import { isPassing, Unavailable } from '../process/outage.ts';
import { callLater } from '../process/timers.ts';
import { jitter } from './jitter.ts';
import { requestSigner, type Credentials } from './signature.ts';
import { Contention, isContended, type Operations, type Wire } from './wire.ts';

export type LeanConfig = {
  region: string;
  /** Only for the local engine. */
  endpoint: string | undefined;
  credentials: () => Credentials;
};

/** The operations that can be sent again without harm when an answer is lost. */
export type LeanOperations = 'GetItem' | 'BatchGetItem' | 'UpdateItem';

const ATTEMPTS = 3;
const ATTEMPT_MS = 1000;

/**
 * DynamoDB's JSON protocol over node's own HTTP client, for the license check alone. It is a tenth of the SDK's size
 * and does a fraction of its work. Keys and answers are the same, and tests check that both wires behave the same.
 */
export function leanWire({ region, endpoint, credentials }: LeanConfig): Wire<LeanOperations> {
  const { protocol, hostname, host, port } = new URL(endpoint ?? `https://dynamodb.${region}.amazonaws.com`);
  // Not imported: an import reads each of the module's exports, and one of them loads undici, 15 ms of a cold start.
  const client = protocol === 'https:' ? process.getBuiltinModule('node:https') : process.getBuiltinModule('node:http');
  const agent = new client.Agent({ keepAlive: true });
  const sign = requestSigner(region, host);

  const once = async (operation: LeanOperations, body: string, signal: AbortSignal): Promise<unknown> => {
    const headers = sign(operation, body, machineTime(), credentials());
    const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const request = client.request(
        { method: 'POST', hostname, port, path: '/', agent, headers, signal },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('error', reject).on('data', (chunk: string) => {
            text += chunk;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        },
      );
      const cancel = callLater(ATTEMPT_MS, () => {
        request.destroy(new DOMException('no answer in time', 'TimeoutError'));
      });
      request.on('error', reject).on('close', cancel);
      request.end(body);
    });
    if (status === 200) return JSON.parse(text);
    throw errorOf(status, text);
  };

  return async <K extends LeanOperations>(operation: K, input: Operations[K][0], signal: AbortSignal) => {
    const body = JSON.stringify(input);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return (await once(operation, body, signal)) as Operations[K][1];
      } catch (error) {
        const contended = isContended(error);
        if (!signal.aborted && !contended && !isPassing(error)) throw error;
        if (contended && attempt === ATTEMPTS) throw new Contention('others held the same item', { cause: error });
        if (signal.aborted || attempt === ATTEMPTS)
          throw new Unavailable(`DynamoDB did not answer ${operation}`, { cause: error });
      }
      await jitter(attempt, signal);
    }
  };
}

/** DynamoDB's own error, with the name that the SDK gives it. */
function errorOf(status: number, text: string): Error {
  let named: { __type?: string; message?: string; Message?: string } = {};
  try {
    named = JSON.parse(text) as typeof named;
  } catch {
    // A proxy may answer with a page instead of DynamoDB's JSON: then only the status says what happened.
  }
  const error = new Error(named.message ?? named.Message ?? `DynamoDB answered ${status}`);
  error.name = named.__type?.split('#').at(-1) ?? 'UnreadableAnswer';
  return Object.assign(error, { $metadata: { httpStatusCode: status } });
}
