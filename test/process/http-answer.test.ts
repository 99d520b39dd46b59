import { createServer, type AddressInfo } from 'node:net';
import { request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { text as readText } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openAnswer } from '../../lib/process/http-answer.ts';
import { fc } from '../support/run/properties.ts';

type Read = { status: number; date: string | undefined; errorType: string | undefined; text: string } | 'none';

/** Reads an answer in pieces that end at these bytes, and then the end of the connection. */
function readInPieces(answer: Buffer, cuts: readonly number[]): Read {
  const reader = openAnswer();
  const ends = [...new Set(cuts.map((cut) => cut % (answer.length + 1)))].sort((a, b) => a - b);
  try {
    for (const [i, end] of [...ends, answer.length].entries()) {
      const read = reader.take(answer.subarray(ends[i - 1] ?? 0, end));
      if (read !== undefined) return read;
    }
  } catch {
    return 'none';
  }
  return reader.end() ?? 'none';
}

let served: Buffer;
const server = createServer((socket) => {
  socket.once('data', () => socket.end(served)).on('error', () => undefined);
});
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => void server.close());

/** Reads it by the client of Node, as it comes over a connection. */
async function readByNode(answer: Buffer): Promise<Read> {
  served = answer;
  const sent = request({ method: 'POST', port: (server.address() as AddressInfo).port, agent: false }).end('body');
  // It may fail after its answer has begun, which the reading of the answer reports too.
  sent.on('error', () => undefined);
  try {
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const text = await readText(response);
    const { date, 'x-amzn-errortype': errorType } = response.headers;
    return { status: response.statusCode ?? 0, date, errorType: errorType?.toString(), text };
  } catch {
    return 'none';
  }
}

const SEED = Math.floor(Math.random() * 2 ** 31);
const inText = fc.string({ unit: 'grapheme', maxLength: 40 });
const chunked = (chunks: readonly string[], trailer: string, extension: string): string =>
  [...chunks.filter((chunk) => chunk !== ''), '']
    .map((chunk) => `${Buffer.byteLength(chunk).toString(16)}${extension}\r\n${chunk}`)
    .join('\r\n')
    .concat(`${trailer}\r\n`);
const bodies = fc.oneof(
  inText.map((text) => `content-length: ${String(Buffer.byteLength(text))}\r\n\r\n${text}`),
  fc
    .tuple(fc.array(inText, { maxLength: 4 }), fc.constantFrom('', 'x-sum: 1\r\n'), fc.constantFrom('', ';a=b'))
    .map(([chunks, trailer, extension]) => `transfer-encoding: chunked\r\n\r\n${chunked(chunks, trailer, extension)}`),
  inText.map((text) => `connection: close\r\n\r\n${text}`),
);
const answers = fc
  .record({
    interim: fc.constantFrom('', 'HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n'),
    status: fc.constantFrom('1.1 200 OK', '1.1 400 Bad Request', '1.1 500 ', '1.0 200 OK', '1.1 204 No Content'),
    fields: fc.constantFrom('', 'Date: today\r\n', 'X-Amzn-ErrorType:  Throttled \r\n', 'server: a\r\nserver: b\r\n'),
    body: bodies,
  })
  .map(({ interim, status, fields, body }) => Buffer.from(`${interim}HTTP/${status}\r\n${fields}${body}`));
const cuts = fc.array(fc.nat(400), { maxLength: 5 });

test(`an answer in any pieces is read as the client of Node reads it: seed ${String(SEED)}`, async () => {
  await fc.assert(
    fc.asyncProperty(answers, cuts, async (answer, ends) => {
      expect(readInPieces(answer, ends)).toEqual(await readByNode(answer));
    }),
    { seed: SEED, numRuns: 200 },
  );
});

test(`an answer that ends too early is none, wherever it ends: seed ${String(SEED)}`, async () => {
  await fc.assert(
    fc.asyncProperty(answers, fc.nat(), cuts, async (answer, end, ends) => {
      const cut = answer.subarray(0, end % answer.length);
      expect(readInPieces(cut, ends)).toEqual(await readByNode(cut));
    }),
    { seed: SEED, numRuns: 200 },
  );
});

test.each([
  ['text', 'hello\r\n\r\n'],
  ['no status', 'HTTP/1.1 OK\r\ncontent-length: 0\r\n\r\n'],
  ['a line without a colon', 'HTTP/1.1 200 OK\r\nnothing\r\ncontent-length: 0\r\n\r\n'],
  ['a folded line', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n more: of it\r\nx: y\r\n\r\n'],
  ['a length that is no number', 'HTTP/1.1 200 OK\r\ncontent-length: two\r\n\r\n{}'],
  ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{} '],
  [
    'a length and chunks',
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
  ],
  ['a chunk of no size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nx\r\n{}\r\n0\r\n\r\n'],
  ['a chunk that is too long', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}}\r\n0\r\n\r\n'],
  ['a chunk that ends without a return', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\n{}\n0\n\n'],
  ['a new line before its reason', 'HTTP/1.1 200 OK\ncontent-length: 11\r\n\r\n{"a":'],
  ['a return before its reason', 'HTTP/1.1 200 OK\rcontent-length: 11\r\n\r\n{"a":'],
  ['a length without end', 'HTTP/1.1 200 OK\r\ncontent-length: Infinity\r\n\r\n{}'],
  ['a name with a blank', 'HTTP/1.1 200 OK\r\nx y: z\r\ncontent-length: 0\r\n\r\n'],
  ['a control character', 'HTTP/1.1 200 OK\r\nx: \u0001\r\ncontent-length: 0\r\n\r\n'],
  // A pattern that looks for the last blank at each blank would take minutes.
  ['8,000 blanks and a return', `HTTP/1.1 200 OK\r\nx:${' '.repeat(8_000)}\ra\r\ncontent-length: 0\r\n\r\n`],
  [
    'a control character after a size',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;\u0001\r\n{}\r\n0\r\n\r\n',
  ],
  [
    'a last field without a colon',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nnothing\r\n\r\n',
  ],
  [
    '17 KB after a size',
    `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;${'y'.repeat(17 * 1_024)}\r\n{}\r\n0\r\n\r\n`,
  ],
  ['a head of 17 KB', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(17 * 1_024)}\r\ncontent-length: 0\r\n\r\n`],
])('an answer with %s is none', async (_, text) => {
  expect(readInPieces(Buffer.from(text), [])).toBe('none');
  expect(readInPieces(Buffer.from(text), [3, 20, 40])).toBe('none');
  expect(await readByNode(Buffer.from(text))).toBe('none');
});

// Node's client hands these on to its caller.
test.each([
  ['another version', 'HTTP/2.0 200 OK\r\ncontent-length: 0\r\n\r\n'],
  ['a change of the protocol', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\n\r\n'],
])('an answer with %s is none', (_, text) => {
  expect(readInPieces(Buffer.from(text), [])).toBe('none');
});

test('a chunk of megabytes is read from many pieces', () => {
  const chunk = 'x'.repeat(2 * 1_024 * 1_024);
  const body = chunked([chunk, '{}'], '', '');
  const answer = Buffer.from(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${body}`);
  const pieces = Array.from({ length: 2_000 }, (_, i) => i * 1_100);
  expect(readInPieces(answer, pieces)).toMatchObject({ text: `${chunk}{}` });
});

test.each([
  ['is kept after a whole answer', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}', true],
  ['is kept after chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n', true],
  [
    'is not kept if the other side closes it',
    'HTTP/1.1 200 OK\r\nConnection: Close\r\ncontent-length: 0\r\n\r\n',
    false,
  ],
  ['is not kept by HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n', false],
  ['is not kept with bytes that nobody asked for', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\nHTTP/1.1', false],
])('a connection %s', (_, text, isKept) => {
  const reader = openAnswer();
  expect(reader.take(Buffer.from(text))?.status).toBe(200);
  expect(reader.keeps()).toBe(isKept);
});
