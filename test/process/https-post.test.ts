import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createSecureServer } from 'node:https';
import net, { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
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

async function listen(server: Server, address = '127.0.0.1'): Promise<number> {
  servers.push(server);
  server.on('connection', (socket: Socket) => sockets.push(socket)).listen(0, address);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Answers as `serve` says to each piece of a request. */
const startServer = (serve: (socket: Socket, request: string) => unknown, address?: string): Promise<number> =>
  listen(
    createServer((socket) => socket.on('data', (bytes) => serve(socket, bytes.toString())).on('error', () => 0)),
    address,
  );

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

test('a kept connection without an answer closes the others, which may be as dead', async () => {
  let answers = true;
  const port = await startServer((socket) => answers && socket.write(ANSWER));
  const post = openPost(new URL(`http://127.0.0.1:${port}`), true);
  await Promise.all(Array.from({ length: 3 }, () => post({}, '{}', patient())));
  answers = false;
  await expect(post({}, '{}', patient())).rejects.toMatchObject({ name: 'TimeoutError' });
  answers = true;
  expect(await post({}, '{}', patient())).toMatchObject({ text: '{}' });
  expect(sockets).toHaveLength(4);
});

test('an answer before the end of its request is read, though the other side only ends its half', async () => {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) =>
    socket.on('error', () => 0).end('HTTP/1.1 413 Content Too Large\r\n\r\n{}'),
  );
  const port = await listen(server);
  const post = openPost(new URL(`http://127.0.0.1:${port}`), true);
  expect(await post({}, 'x'.repeat(8 * 1_024 * 1_024), patient())).toMatchObject({ status: 413, text: '{}' });
});

test('an address of IPv6 is reached', async () => {
  const port = await startServer((socket) => socket.write(ANSWER), '::1');
  const post = openPost(new URL(`http://[::1]:${port}`), true);
  expect(await post({}, '{}', patient())).toMatchObject({ text: '{}' });
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
  const resumed: boolean[] = [];
  const port = await startSecureServer((socket) => resumed.push(socket.isSessionReused()));
  await withName(async () => {
    const post = openPost(new URL(`https://${selfSigned.host}:${port}`), true);
    for (const body of ['one', 'two']) expect((await post({ host: selfSigned.host }, body, patient())).text).toBe('{}');
    expect(resumed).toEqual([false, true]);
    const other = openPost(new URL(`https://other.test:${port}`), true);
    await expect(other({ host: 'other.test' }, '{}', patient())).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });
});

test.each<[string, { connect: typeof net.connect }, number]>([
  ['http', net, 80],
  ['https', tls as unknown as typeof net, 443],
])('an address by %s that names no port has the usual one', async (protocol, sockets, port) => {
  const opened = jest.spyOn(sockets, 'connect').mockImplementation(() => {
    throw new Error('nothing is opened');
  });
  try {
    await expect(openPost(new URL(`${protocol}://somewhere.test`), true)({}, '{}', patient())).rejects.toThrow(
      'nothing',
    );
    expect(opened.mock.calls[0]?.[0]).toMatchObject({ host: 'somewhere.test', port });
  } finally {
    opened.mockRestore();
  }
});

test('a session on which the other side breaks off is not offered again', async () => {
  const resumed: boolean[] = [];
  const port = await startSecureServer((socket) => {
    resumed.push(socket.isSessionReused());
    if (socket.isSessionReused()) socket.destroy();
  });
  await withName(async () => {
    const post = openPost(new URL(`https://${selfSigned.host}:${port}`), true);
    expect((await post({ host: selfSigned.host }, '{}', patient())).text).toBe('{}');
    await expect(post({ host: selfSigned.host }, '{}', patient())).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect((await post({ host: selfSigned.host }, '{}', patient())).text).toBe('{}');
    expect(resumed).toEqual([false, true, false]);
  });
});

function startSecureServer(onConnection: (socket: tls.TLSSocket) => void): Promise<number> {
  const server = createSecureServer({ cert: selfSigned.cert, key: selfSigned.key }, (_, response) => {
    response.setHeader('connection', 'close').end('{}');
  });
  server.on('secureConnection', onConnection);
  return listen(server);
}

/** Trusts the certificate of this file's server, and leads each name to it, which no name server knows. */
async function withName(run: () => Promise<void>): Promise<void> {
  const known = tls.getCACertificates('default');
  tls.setDefaultCACertificates([...known, selfSigned.cert]);
  const lookup = jest.spyOn(process.getBuiltinModule('node:dns'), 'lookup') as unknown as jest.Mock;
  lookup.mockImplementation(((_name: string, _options: object, tell: (...found: unknown[]) => void) =>
    tell(null, [{ address: '127.0.0.1', family: 4 }])) as never);
  try {
    await run();
  } finally {
    lookup.mockRestore();
    tls.setDefaultCACertificates(known);
  }
}

test('calls beyond fifty wait for a connection that closes', async () => {
  const port = await startServer((socket) => socket.end(ANSWER));
  const post = openPost(new URL(`http://127.0.0.1:${port}`), false);
  const answers = await Promise.all(Array.from({ length: 60 }, () => post({}, '{}', patient())));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(60);
  expect(sockets).toHaveLength(60);
});
