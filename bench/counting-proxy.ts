import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { ConsumedCapacity, TransactWriteItem } from '@aws-sdk/client-dynamodb';

/**
 * One request as the engine received it. `isAuthentication`: the read of the API key and its brand, which the goals
 * exclude.
 */
export type Sent = { operation: string; isAuthentication: boolean; capacity: ConsumedCapacity[] };

export type CountingProxy = {
  endpoint: string;
  /** Runs the action and returns the requests sent meanwhile. One at a time. */
  during: (action: () => Promise<unknown>) => Promise<Sent[]>;
  /** Called with each transaction before the engine sees it. */
  onTransaction: ((items: TransactWriteItem[]) => Promise<void>) | undefined;
  stop: () => Promise<void>;
};

/** Reading the API key, noting its use and counting the request: the cost of every brand request. */
const EVERY_REQUEST = /#api-key#|#rate#/;

/** The mark of the data key. A starting container reads it once, like the secret, and no later call does. */
const CONTAINER_START = '"@platform#data-key"';

/**
 * Proxies the engine and counts all requests sent over HTTP, retries included, by either wire. It adds a request for
 * the consumed capacity: the service's own requests do not ask for it, and ignore it in the answer.
 */
export async function startCountingProxy(engine: string): Promise<CountingProxy> {
  const sent: Sent[] = [];
  const agent = new Agent({ keepAlive: true });
  const proxy: CountingProxy = {
    endpoint: '',
    onTransaction: undefined,
    async during(action) {
      sent.length = 0;
      await action();
      return [...sent];
    },
    async stop() {
      agent.destroy();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  const relay = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const operation = String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '';
    const text = await textOf(incoming);
    const input = JSON.parse(text) as { TransactItems?: TransactWriteItem[] };
    const record: Sent = {
      operation,
      isAuthentication: (operation === 'BatchGetItem' || operation === 'UpdateItem') && EVERY_REQUEST.test(text),
      capacity: [],
    };
    if (!text.includes(CONTAINER_START)) sent.push(record);
    if (operation === 'TransactWriteItems') await proxy.onTransaction?.(input.TransactItems ?? []);
    const asked = JSON.stringify({ ...input, ReturnConsumedCapacity: 'INDEXES' });
    const answer = await forward(engine, agent, incoming, asked);
    const body = await textOf(answer);
    record.capacity = capacityIn(body);
    outgoing.writeHead(answer.statusCode ?? 500, {
      ...withoutFraming(answer.headers),
      'content-length': Buffer.byteLength(body),
    });
    outgoing.end(body);
  };
  const server = createServer((incoming, outgoing) => {
    relay(incoming, outgoing).catch((error: unknown) => outgoing.destroy(error instanceof Error ? error : undefined));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the counting proxy has no port');
  proxy.endpoint = `http://127.0.0.1:${address.port}`;
  return proxy;
}

/** The engines accept any signature, so a changed body does no harm. */
async function forward(
  engine: string,
  agent: Agent,
  incoming: IncomingMessage,
  body: string,
): Promise<IncomingMessage> {
  const headers = { ...withoutFraming(incoming.headers), 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    request(engine, { method: 'POST', agent, headers }, resolve).on('error', reject).end(body);
  });
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function withoutFraming({
  'transfer-encoding': _chunked,
  'content-length': _length,
  connection: _connection,
  ...headers
}: IncomingMessage['headers']) {
  return headers;
}

function capacityIn(body: string): ConsumedCapacity[] {
  const { ConsumedCapacity: consumed } = JSON.parse(body) as {
    ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[];
  };
  return consumed === undefined ? [] : Array.isArray(consumed) ? consumed : [consumed];
}
