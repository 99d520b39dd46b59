import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const html = '<html><body>502 Bad Gateway</body></html>';
const body = (status: number, type: string, text: string, headers = {}): RequestListener => {
  return (_, response) => response.writeHead(status, { 'content-type': type, ...headers }).end(text);
};
const lie = JSON.stringify({
  may_run: false,
  code: 'cancelled',
  detail: 'A lie.',
  next_check_at: null,
  proof: 'a.b.c',
});

/** Every fault that a server can have, by its name. `refuses` closes the connection at once. */
export const serverFaults: Record<string, RequestListener> = {
  refuses: (request) => request.socket.destroy(),
  hangs: () => undefined,
  'answers 500': body(500, 'application/json', '{"code":"internal_error"}'),
  'answers 429': body(429, 'application/json', '{"code":"rate_limited"}', { 'retry-after': '7200' }),
  'answers HTML': body(200, 'text/html', html),
  'answers half a JSON': body(200, 'application/json', lie.slice(0, 40)),
  'lies without a proof': body(200, 'application/json', lie.replace(/,"proof":"[^"]*"/, '')),
  'lies with a forged proof': body(200, 'application/json', lie),
  redirects: body(302, 'text/html', '', { location: 'http://127.0.0.1:9/' }),
};

/** A server whose fault can be changed while it runs. */
export async function startBrokenServer(): Promise<{ url: string; use: (name: string) => void; server: Server }> {
  let listener: RequestListener = serverFaults['refuses'] ?? (() => undefined);
  const server = createServer((request, response) => listener(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const use = (name: string): void => {
    const fault = serverFaults[name];
    if (fault === undefined) throw new Error(`there is no fault ${name}`);
    listener = fault;
  };
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, use, server };
}
