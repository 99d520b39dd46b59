// A server in the place of the license service that fails in every way that a server can.
import { once } from 'node:events';
import { createServer } from 'node:http';

const answers =
  (status, text, headers = {}) =>
  (_, response) =>
    response.writeHead(status, headers).end(text);

const FAULTS = {
  'refuses the connection': (request) => request.socket.destroy(),
  'never answers': () => undefined,
  'answers 500': answers(500, '{}'),
  'answers 429': answers(429, '{}', { 'retry-after': '600' }),
  'answers HTML': answers(200, '<html><body>Bad gateway</body></html>'),
  'answers half a JSON': answers(200, '{"may_run": fal'),
  'lies: a forged no': answers(200, '{"may_run":false,"code":"cancelled","detail":"No.","proof":"a.b.c"}'),
};

export async function breakService() {
  let listener;
  const server = createServer((request, response) => listener(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    faults: Object.keys(FAULTS),
    /** The address of the server, which fails in this way from now on. */
    by: (fault) => {
      listener = FAULTS[fault];
      return `http://127.0.0.1:${server.address().port}/`;
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
