import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

const ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:data-key';

/** The behavior of the stand-in: like Secrets Manager, or with a fault of it or of the network. */
export type Behavior =
  | { answers: string; after?: () => Promise<unknown> }
  | { error: string; status: number }
  | 'hangs'
  | 'stalls half-way'
  | 'resets'
  | 'answers HTML'
  | 'is empty';

export const THROTTLED: Behavior = { error: 'ThrottlingException', status: 400 };
export const BROKEN: Behavior = { error: 'InternalServiceError', status: 500 };
export const CANNOT_DECRYPT: Behavior = { error: 'DecryptionFailure', status: 400 };
export const DENIED: Behavior = { error: 'AccessDeniedException', status: 400 };
export const MISSING: Behavior = { error: 'ResourceNotFoundException', status: 400 };

export type SecretsManager = {
  /** The requests since its start or since this was last emptied. */
  asked: { operation: string; input: unknown }[];
  /** The behavior for each request; the last one of the list applies to all that follow. */
  behave: (...behaviors: [Behavior, ...Behavior[]]) => void;
  /** The number of open connections. */
  connections: () => Promise<number>;
  stop: () => void;
};

/**
 * Secrets Manager on this machine, as far as the service uses it. From here on this file's containers read their data
 * key there.
 */
export async function startSecretsManager(secret: string): Promise<SecretsManager> {
  let behaviors: Behavior[] = [{ answers: secret }];
  const asked: SecretsManager['asked'] = [];
  const server = createServer((incoming, outgoing) => {
    void text(incoming).then(async (body) => {
      asked.push({ operation: String(incoming.headers['x-amz-target']), input: JSON.parse(body) });
      const behavior = behaviors.length > 1 ? behaviors.shift() : behaviors[0];
      if (behavior === undefined) return;
      if (typeof behavior === 'object' && 'answers' in behavior) await behavior.after?.();
      answer(outgoing, behavior);
    });
  });
  // Only the client closes a connection.
  server.keepAliveTimeout = 0;
  Object.assign(process.env, {
    DATA_KEY_SECRET_ARN: ARN,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: await open(server),
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
  return {
    asked,
    behave: (...next) => {
      behaviors = next;
    },
    connections: () => promisify(server.getConnections.bind(server))(),
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function open(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

function answer(outgoing: ServerResponse, behavior: Behavior): void {
  const json = { 'content-type': 'application/x-amz-json-1.1' };
  if (behavior === 'hangs') return;
  if (behavior === 'resets') outgoing.destroy();
  else if (behavior === 'answers HTML')
    outgoing.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>');
  else if (behavior === 'is empty') outgoing.writeHead(200, json).end(JSON.stringify({ ARN }));
  else if (behavior === 'stalls half-way')
    outgoing.writeHead(200, { ...json, 'content-length': '500' }).write('{"ARN":');
  else if ('error' in behavior)
    outgoing
      .writeHead(behavior.status, json)
      .end(JSON.stringify({ __type: behavior.error, message: 'as the test wants' }));
  else outgoing.writeHead(200, json).end(JSON.stringify({ ARN, SecretString: behavior.answers }));
}
