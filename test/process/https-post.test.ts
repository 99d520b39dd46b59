import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createSecureServer } from 'node:https';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { afterEach, expect, jest, test } from '@jest/globals';
import { openPost } from '../../lib/process/https-post.ts';
import { selfSigned } from '../support/webhooks/self-signed.ts';

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';
const patient = (): AbortSignal => AbortSignal.timeout(10_000);

const servers: Pick<Server, 'close'>[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.on('connection', (socket: Socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Answers as `serve` says to each piece of a request. */
const startServer = (serve: (socket: Socket, request: string) => void): Promise<number> =>
  listen(createServer((socket) => socket.on('data', (bytes) => serve(socket, bytes.toString())).on('error', () => 0)));

test('requests go one after the other over one connection, with headers and the length of the body', async () => {
  const received: string[] = [];
  const port = await startServer((socket, request) => {
    received.push(request);
    socket.write(ANSWER);
  });
  const post = openPost(new URL(`http://127.0.0.1:${port}`), true);
  for (const body of ['{"a":"é"}', '{}'])
    expect(await post({ host: 'here', 'x-more': '1' }, body, patient())).toMatchObject({ status: 200, text: '{}' });
  expect(sockets).toHaveLength(1);
  expect(received[0]).toBe('POST / HTTP/1.1\r\ncontent-length: 10\r\nhost: here\r\nx-more: 1\r\n\r\n{"a":"é"}');
});

test('a client that keeps no connections opens one for each request', async () => {
  const port = await startServer((socket) => socket.write(ANSWER));
  const post = openPost(new URL(`http://127.0.0.1:${port}`), false);
  for (const body of ['{}', '{}']) await post({}, body, patient());
  expect(sockets).toHaveLength(2);
});

test('bytes over an idle connection close it, and the next request gets its own answer', async () => {
  const port = await startServer((socket) => socket.write(ANSWER));
  const post = openPost(new URL(`http://127.0.0.1:${port}`), true);
  await post({}, '{}', patient());
  const [idle] = sockets;
  idle?.write('HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n');
  await once(idle ?? createServer(), 'close');
  expect(await post({}, '{}', patient())).toMatchObject({ status: 200, text: '{}' });
  expect(sockets).toHaveLength(2);
});

test('a caller that gives up while it waits for a connection sends nothing, and others have its place', async () => {
  const received: string[] = [];
  let answers = false;
  const port = await startServer((socket, request) => {
    received.push(request);
    if (answers) socket.write(ANSWER);
  });
  const post = openPost(new URL(`http://127.0.0.1:${port}`), true);
  const first = Array.from({ length: 50 }, () => post({}, 'first', patient()));
  const givesUp = new AbortController();
  const waiting = post({}, 'waiting', givesUp.signal);
  const next = post({}, 'next', patient());
  givesUp.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
  while (received.length < 50) await new Promise(setImmediate);
  answers = true;
  for (const socket of sockets) socket.write(ANSWER);
  await Promise.all([...first, next]);
  expect(received.filter((request) => !request.endsWith('first'))).toEqual([expect.stringMatching(/next$/)]);
  await expect(post({}, 'late', givesUp.signal)).rejects.toMatchObject({ name: 'TimeoutError' });
});

test('a process ends while its connections are idle', async () => {
  const port = await startServer((socket) => socket.write(ANSWER));
  const file = join(import.meta.dirname, '../../lib/process/https-post.ts');
  const program = `
    import { openPost } from ${JSON.stringify(file)};
    const answer = await openPost(new URL('http://127.0.0.1:${port}'), true)({}, '{}', AbortSignal.timeout(10_000));
    console.log(answer.text);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
  expect(stdout).toBe('{}\n');
}, 20_000);

test('by HTTPS the name of the other side is checked, and the next connection resumes the session', async () => {
  const server = createSecureServer({ cert: selfSigned.cert, key: selfSigned.key }, (_, response) => {
    response.setHeader('connection', 'close').end('{}');
  });
  const resumed: boolean[] = [];
  server.on('secureConnection', (socket: tls.TLSSocket) => resumed.push(socket.isSessionReused()));
  const port = await listen(server);
  const known = tls.getCACertificates('default');
  tls.setDefaultCACertificates([...known, selfSigned.cert]);
  // No name server knows the name.
  const lookup = jest.spyOn(process.getBuiltinModule('node:dns'), 'lookup') as unknown as jest.Mock;
  lookup.mockImplementation(((_name: string, _options: object, tell: (...found: unknown[]) => void) =>
    tell(null, [{ address: '127.0.0.1', family: 4 }])) as never);
  try {
    const post = openPost(new URL(`https://${selfSigned.host}:${port}`), true);
    for (const body of ['one', 'two']) expect((await post({ host: selfSigned.host }, body, patient())).text).toBe('{}');
    expect(resumed).toEqual([false, true]);
    const other = openPost(new URL(`https://other.test:${port}`), true);
    await expect(other({ host: 'other.test' }, '{}', patient())).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  } finally {
    lookup.mockRestore();
    tls.setDefaultCACertificates(known);
  }
});

test('calls beyond fifty wait for a connection that closes', async () => {
  const port = await startServer((socket) => socket.end(ANSWER));
  const post = openPost(new URL(`http://127.0.0.1:${port}`), false);
  const answers = await Promise.all(Array.from({ length: 60 }, () => post({}, '{}', patient())));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(60);
  expect(sockets).toHaveLength(60);
});
