import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { setInterval as every, setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { attempt, type Attempted, type Sending } from '../../lib/webhooks/attempt.ts';
import { testMessage, type Message } from '../../lib/webhooks/message.ts';
import { hang, ok, startReceiver, status, verified } from '../support/webhooks/receiver.ts';
import { receivers } from '../support/webhooks/receivers.ts';
import { selfSigned } from '../support/webhooks/self-signed.ts';
import { DAY_S } from '../../lib/domain/time.ts';

const NOW = '2026-05-01T12:00:00Z';
const secret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
const message: Message = testMessage({
  id: 'msg-1',
  brandSlug: 'wp-rocket',
  endpointId: 'e',
  at: NOW,
  payloadVersion: '2026-11-25',
});
/** Long enough for a receiver that answers on a busy machine, but too short to wait for one that never does. */
const PATIENT_MS = 15_000;
const SHORT_MS = 300;

const { receiver, rawReceiver } = receivers();

function send(url: string, more: Partial<Sending> & { secrets?: string[] } = {}): Promise<Attempted> {
  const { secrets = [secret()], ...sending } = more;
  return attempt({ url }, secrets, message, {
    now: () => Date.parse(NOW),
    trigger: 'schedule',
    allowLoopback: true,
    timeoutMs: PATIENT_MS,
    ...sending,
  });
}

describe('a delivered message', () => {
  test('passes the signature check of the package that receivers use', async () => {
    const { url, received } = await receiver();
    const key = secret();
    expect(await send(url, { secrets: [key], now: Date.now })).toEqual({
      attempt: {
        at: expect.any(String),
        trigger: 'schedule',
        outcome: 'delivered',
        status_code: 200,
        latency_ms: expect.any(Number),
        response_body: 'thanks',
      },
    });
    const [request] = received;
    if (request === undefined) throw new Error('nothing came');
    expect(verified(key, request)).toEqual(JSON.parse(message.body));
    expect(request).toMatchObject({
      path: '/hooks?of=shop',
      headers: { 'webhook-id': 'msg-1', 'content-type': 'application/json' },
    });
    expect(() => verified(secret(), request)).toThrow('No matching signature');
    expect(() => verified(key, { ...request, body: `${request.body} ` })).toThrow('No matching signature');
    expect(() => verified(key, { ...request, headers: { ...request.headers, 'webhook-id': 'msg-2' } })).toThrow(
      'No matching signature',
    );
  });

  test('is signed with every current secret', async () => {
    const { url, received } = await receiver();
    const [older, newer] = [secret(), secret()];
    await send(url, { secrets: [newer, older], now: Date.now });
    const [request] = received;
    if (request === undefined) throw new Error('nothing came');
    expect(request.headers['webhook-signature']?.split(' ')).toHaveLength(2);
    for (const key of [older, newer]) expect(verified(key, request)).toEqual(JSON.parse(message.body));
  });

  test.each([200, 201, 202, 204, 299])('is recorded as delivered for the status %i', async (code) => {
    const { url } = await receiver(status(code));
    expect((await send(url)).attempt).toMatchObject({ outcome: 'delivered', status_code: code, response_body: null });
  });

  test('leaves no open connection', async () => {
    const { url, open } = await receiver();
    await send(url);
    for (let waited = 0; open() > 0 && waited < 5_000; waited += 10) await pause(10);
    expect(open()).toBe(0);
  });
});

describe('the answer of a receiver', () => {
  test.each([301, 302, 307, 308, 304])(
    'counts as a failure and is not followed if it is the redirect %i',
    async (code) => {
      const other = await receiver();
      const { url } = await receiver(status(code, { location: other.url }));
      expect((await send(url)).attempt).toMatchObject({ outcome: 'redirected', status_code: code });
      expect(other.received).toEqual([]);
    },
  );

  test('is recorded as gone if it is 410', async () => {
    const { url } = await receiver(status(410));
    expect((await send(url)).attempt.outcome).toBe('gone');
  });

  test.each([400, 401, 404, 408, 500, 502, 504])('counts as a failure without a wait if it is %i', async (code) => {
    const { url } = await receiver(status(code, { 'retry-after': '7' }));
    const { attempt: announced, retryAfterSeconds } = await send(url);
    expect(announced).toMatchObject({ outcome: 'refused_by_receiver', status_code: code });
    expect(retryAfterSeconds).toBeUndefined();
  });

  test.each([
    [429, '120', 120],
    [503, '0', 0],
    [429, 'Fri, 01 May 2026 12:02:00 GMT', 120],
    [429, 'Fri, 01 May 2026 11:00:00 GMT', 0],
    [503, '9999999', DAY_S],
    [503, 'soon', undefined],
    [429, '-5', undefined],
  ])('of %i with Retry-After %p sets a wait of %p s', async (code, header, seconds) => {
    const { url } = await receiver(status(code, { 'retry-after': header }));
    expect((await send(url)).retryAfterSeconds).toBe(seconds);
  });

  test('is truncated to 1 KB, with control characters replaced', async () => {
    const { url } = await receiver(status(500, {}, `line\r\n\u001b[2J\u202eevil\u0000 ${'é'.repeat(2_000)}`));
    const { attempt: announced } = await send(url);
    expect(announced.response_body).toMatch(/^line\n\ufffd\[2J\ufffdevil\ufffd é+$/);
    expect(Buffer.byteLength(announced.response_body?.replaceAll('\ufffd', '?') ?? '')).toBeLessThanOrEqual(1024);
  });
});

describe('a faulty receiver', () => {
  test('that refuses the connection is recorded as connection_failed', async () => {
    const { url, stop } = await startReceiver();
    await stop();
    expect((await send(url)).attempt).toMatchObject({
      outcome: 'connection_failed',
      status_code: null,
      response_body: null,
    });
  });

  test('that never answers is recorded as timed_out', async () => {
    const { url } = await receiver(hang);
    expect((await send(url, { timeoutMs: SHORT_MS })).attempt).toMatchObject({
      outcome: 'timed_out',
      status_code: null,
    });
  });

  test('that sends endless headers byte by byte is recorded as timed_out, and its connection is closed', async () => {
    const { url, open } = await rawReceiver((socket) => void drip(socket, 'HTTP/1.1 200 OK\r\nx-slow: ', 'a'));
    expect((await send(url, { timeoutMs: SHORT_MS })).attempt).toMatchObject({
      outcome: 'timed_out',
      status_code: null,
    });
    for (let waited = 0; open() > 0 && waited < 5_000; waited += 10) await pause(10);
    expect(open()).toBe(0);
  });

  test('that sends its body byte by byte is recorded with its status and the body so far', async () => {
    const { url } = await rawReceiver(
      (socket) => void drip(socket, 'HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n', 'z'),
    );
    const { attempt: announced } = await send(url, { timeoutMs: 1_000 });
    expect(announced).toMatchObject({
      outcome: 'delivered',
      status_code: 200,
      response_body: expect.stringMatching(/^z+$/),
    });
  });

  test('that sends an endless body is read up to the first KB', async () => {
    let sent = 0;
    const { url } = await receiver((response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(16_384))) sent += 16_384;
      };
      response.on('drain', more);
      more();
    });
    const { attempt: announced } = await send(url);
    expect(announced).toMatchObject({ outcome: 'delivered', response_body: 'x'.repeat(1024) });
    expect(sent).toBeLessThan(50_000_000);
  });

  test('that sends large endless headers is recorded as connection_failed', async () => {
    const { url } = await rawReceiver(
      (socket) => void drip(socket, 'HTTP/1.1 200 OK\r\n', `x-more: ${'a'.repeat(30_000)}\r\n`),
    );
    expect((await send(url)).attempt.outcome).toBe('connection_failed');
  });

  test('that sends no HTTP or closes the connection is recorded as connection_failed', async () => {
    const noHttp = await rawReceiver((socket) => void socket.end('220 mail ESMTP\r\n'));
    const ends = await rawReceiver((socket) => void socket.once('data', () => socket.destroy()));
    expect((await send(noHttp.url)).attempt.outcome).toBe('connection_failed');
    expect((await send(ends.url)).attempt.outcome).toBe('connection_failed');
  });

  test('that switches to another protocol is recorded as connection_failed', async () => {
    const { url } = await rawReceiver((socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    });
    expect(await send(url)).toMatchObject({ attempt: { outcome: 'connection_failed' } });
  });

  test('that answers 200 after the timeout is recorded as timed_out, and a retry has the same id', async () => {
    const { promise: done, resolve: answered } = Promise.withResolvers<undefined>();
    const { url, received } = await receiver(async (response, one, nth) => {
      if (nth > 1) return ok(response, one, nth);
      await new Promise((resolve) => response.on('close', resolve));
      response.writeHead(200).end('too late');
      answered(undefined);
    });
    // Long enough for the message to arrive.
    expect((await send(url, { timeoutMs: 1_000 })).attempt.outcome).toBe('timed_out');
    await done;
    expect((await send(url)).attempt.outcome).toBe('delivered');
    expect(received.map(({ headers }) => headers['webhook-id'])).toEqual(['msg-1', 'msg-1']);
  });

  test('with an unknown name is recorded as dns_failed, and with silent name servers as timed_out', async () => {
    expect((await send('https://nobody.test/', { resolve: () => Promise.resolve([]) })).attempt.outcome).toBe(
      'dns_failed',
    );
    expect(
      (await send('https://nobody.test/', { resolve: () => Promise.reject(new Error('SERVFAIL')) })).attempt.outcome,
    ).toBe('dns_failed');
    const silent = (_: string, signal: AbortSignal): Promise<string[]> =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve([])));
    expect((await send('https://nobody.test/', { resolve: silent, timeoutMs: SHORT_MS })).attempt.outcome).toBe(
      'timed_out',
    );
  });
});

describe('a TLS receiver', () => {
  const toLoopback = () => Promise.resolve(['127.0.0.1']);

  test('with a self-signed certificate is recorded as tls_failed', async () => {
    const { port, received } = await receiver(ok, { tls: true });
    expect((await send(`https://${selfSigned.host}:${port}/`, { resolve: toLoopback })).attempt.outcome).toBe(
      'tls_failed',
    );
    expect(received).toEqual([]);
  });

  test('has its certificate checked by name, although the connection goes to the checked address', async () => {
    const { port, received } = await receiver(ok, { tls: true });
    const trusting = { resolve: toLoopback, trusted: selfSigned.cert };
    expect((await send(`https://${selfSigned.host}:${port}/x`, trusting)).attempt.outcome).toBe('delivered');
    expect(received[0]?.headers['host']).toBe(`${selfSigned.host}:${port}`);
    expect((await send(`https://other.test:${port}/x`, trusting)).attempt.outcome).toBe('tls_failed');
    expect(received).toHaveLength(1);
  });

  test('without TLS, or that closes the connection, is recorded as tls_failed', async () => {
    const plain = await receiver();
    const hangsUp = await rawReceiver((socket) => void socket.once('data', () => socket.destroy()));
    for (const { port } of [plain, hangsUp]) {
      expect((await send(`https://127.0.0.1:${port}/`)).attempt.outcome).toBe('tls_failed');
    }
    expect(plain.received).toEqual([]);
  });
});

async function drip(socket: Socket, start: string, drop: string): Promise<void> {
  socket.write(start);
  for await (const _ of every(10)) {
    if (socket.destroyed) return;
    socket.write(drop);
  }
}
