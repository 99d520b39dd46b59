import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openHistoryBucket } from '../../lib/process/history-bucket.ts';
import { Unavailable } from '../../lib/process/outage.ts';
import { openFiles, type StoredFiles } from '../../lib/process/stored-files.ts';

const CREDENTIALS = { accessKeyId: 'id', secretAccessKey: 'secret' };
type Answer = { status: number; headers?: Record<string, string>; body?: string };
let answer: Answer = { status: 200 };
const bucket = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(answer.status, answer.headers ?? {}).end(answer.body));
});
let files: StoredFiles;
beforeAll(async () => {
  bucket.listen(0, '127.0.0.1');
  await once(bucket, 'listening');
  const endpoint = `http://127.0.0.1:${String((bucket.address() as AddressInfo).port)}`;
  files = openFiles({ region: 'eu-west-1', bucket: 'b', endpoint }, () => CREDENTIALS);
});
afterAll(() => {
  bucket.closeAllConnections();
  bucket.close();
});
beforeEach(() => {
  answer = { status: 200 };
});

describe('a bucket', () => {
  test.each([500, 503, 429])('that answers %d is unavailable', async (status) => {
    answer = { status };
    await expect(files.put('k', 'text', 0)).rejects.toBeInstanceOf(Unavailable);
  });

  test.each([
    ['a file', () => files.put('k', 'text', 0), 'did not take a file: 400'],
    ['a removal', () => files.remove('k', 0), 'did not remove a file: 400'],
    ['a read', () => files.read('k', 0, 0), 'did not give a file: 400'],
    ['an upload', () => files.beginParts('k', 0), 'began no upload: 400'],
    ['a part', () => files.putPart('k', 'u', 1, 'text', 0), 'did not take a part: 400'],
  ])('that refuses %s is named with its status', async (_, send, message) => {
    answer = { status: 400 };
    await expect(send()).rejects.toThrow(message);
  });

  test('that takes a part without a mark for it has not taken it', async () => {
    await expect(files.putPart('k', 'u', 1, 'text', 0)).rejects.toThrow('did not take a part: 200');
    answer = { status: 200, headers: { etag: '"e"' } };
    expect(await files.putPart('k', 'u', 1, 'text', 0)).toBe('"e"');
  });

  test('that has no such file has it removed', async () => {
    answer = { status: 404 };
    await expect(files.remove('k', 0)).resolves.toBeUndefined();
  });

  test('that is read from the end of a file on gives nothing more, and the size of the whole', async () => {
    answer = { status: 416, headers: { 'content-range': 'bytes */10', etag: '"e"' } };
    const read = await files.read('k', 10, 0);
    if (read === undefined || read === 'replaced') throw new Error('the file was not read');
    expect([read.size, read.mark, await readText(read.bytes)]).toEqual([10, '"e"', '']);
  });

  test('that names neither length nor mark keeps the known mark', async () => {
    answer = { status: 200, headers: { 'transfer-encoding': 'chunked' }, body: 'text' };
    expect(await files.read('k', 0, 0, '"known"')).toMatchObject({ size: 0, mark: '"known"' });
  });
});

test('an address of AWS is signed with the session of the role, in the order of its parameters', () => {
  const there = openFiles({ region: 'eu-west-1', bucket: 'b', endpoint: undefined }, () => ({
    ...CREDENTIALS,
    sessionToken: 'token',
  }));
  const signed = new URL(there.sign({ method: 'PUT', key: 'a/b', expiresS: 60, nowMs: 0, query: { uploads: '' } }));
  expect(signed.origin + signed.pathname).toBe('https://b.s3.eu-west-1.amazonaws.com/a/b');
  const names = [...signed.searchParams.keys()].filter((name) => name !== 'X-Amz-Signature');
  expect(names).toEqual(names.toSorted());
  expect(signed.searchParams.get('X-Amz-Security-Token')).toBe('token');
});

test('an archive without an address, or without time, is unavailable', async () => {
  const archive = openHistoryBucket(undefined, () => CREDENTIALS);
  await expect(archive.read('pk', 'sha', AbortSignal.timeout(60_000))).rejects.toThrow('cannot be reached from here');
  await expect(archive.read('pk', 'sha', AbortSignal.abort())).rejects.toThrow('did not answer in time');
});
