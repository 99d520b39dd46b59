import { createServer, request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** One request to DynamoDB: the operation, its input as sent, and whether it is a retry of the SDK. */
export type Asked = { operation: string; input: Record<string, unknown>; isResent?: true };
export type Answered = { status: number; body: string };
/**
 * The fate of a request: an answer, or a broken connection. `forward` asks the real engine, optionally with another
 * input.
 */
export type Tamper = (
  asked: Asked,
  forward: (input?: Record<string, unknown>) => Promise<Answered>,
) => Promise<Answered | 'lost'>;

export type FaultProxy = {
  endpoint: string;
  /** The operations requested since the proxy started or `asked` was last emptied, in order. */
  asked: Asked[];
  /** Set to inject faults; undefined lets everything pass. */
  tamper: Tamper | undefined;
  stop: () => Promise<void>;
};

/** Proxies the real engine, so that the service's own clients and retries meet faults that no engine produces. */
export async function startFaultProxy(engine: string): Promise<FaultProxy> {
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const asked = {
        operation: String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '',
        input: parse(await text(incoming)),
        ...(/attempt=[2-9]/.test(String(incoming.headers['amz-sdk-request'])) ? { isResent: true as const } : {}),
      };
      proxy.asked.push(asked);
      const forward = (input = asked.input): Promise<Answered> => ask(engine, incoming, JSON.stringify(input));
      const answer = await (proxy.tamper ? proxy.tamper(asked, forward) : forward()).catch((): 'lost' => 'lost');
      if (answer === 'lost') incoming.socket.destroy();
      else outgoing.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(answer.body);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const proxy: FaultProxy = {
    endpoint: `http://127.0.0.1:${port}`,
    asked: [],
    tamper: undefined,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return proxy;
}

/** DynamoDB's own format of an error. */
export function errorAnswer(name: string, more: Record<string, unknown> = {}): Answered {
  const status = name === 'InternalServerError' ? 500 : name === 'ServiceUnavailable' ? 503 : 400;
  return {
    status,
    body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: name, ...more }),
  };
}

export const parse = (body: string): Record<string, unknown> =>
  body === '' ? {} : (JSON.parse(body) as Record<string, unknown>);

function ask(engine: string, { headers }: IncomingMessage, body: string): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = { ...headers, 'content-length': String(Buffer.byteLength(body)) };
    // A connection of its own for each request: the only ones that break are those that a test breaks.
    request(engine, { method: 'POST', headers: sent, agent: false }, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject);
    })
      .on('error', reject)
      .end(body);
  });
}
