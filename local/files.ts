import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { files as filesTable, historyBucket } from '../lib/buckets.ts';
import type { Queues } from './queues.ts';
import { machineTime, now } from '../lib/process/clock.ts';
import { readCredentials } from '../lib/process/config.ts';
import { randomUuid } from '../lib/process/random.ts';
import { signUrl } from '../lib/process/stored-files.ts';

/** A bucket on this machine: a folder behind signed URLs like those of S3. */
export type LocalFiles = { endpoint: string; stop: () => Promise<void> };

const BUCKET = 'files';
const REGION = 'eu-west-1';
const HOST = '127.0.0.1';

/** The variables that the stacks give to the functions of imports. */
export const filesEnvironment = ({ endpoint }: Pick<LocalFiles, 'endpoint'>) => ({
  [filesTable.variables.bucket]: BUCKET,
  [filesTable.variables.endpoint]: endpoint,
});

/** The variables of the bucket of archived histories, which is a folder of its own behind the same URLs. */
export const historiesEnvironment = ({ endpoint }: Pick<LocalFiles, 'endpoint'>) => ({
  [historyBucket.variables.bucket]: BUCKET,
  [historyBucket.variables.endpoint]: endpoint,
});

/** Says in the queue of imports that a file is whole, as the bucket does. */
export const announceStored =
  (queues: Pick<Queues, 'imports'>) =>
  (key: string): void =>
    void queues.imports.send({
      body: JSON.stringify({ Records: [{ s3: { object: { key: encodeURIComponent(key) } } }] }),
    });

/**
 * @param onStored is called with the key of each file that is whole.
 * @param clock tells when a signature ends. Commands do not know how far the service's own clock was moved.
 */
export async function startFiles(
  folder: string,
  onStored: (key: string) => void,
  clock: () => number = now,
): Promise<LocalFiles> {
  const server = createServer((incoming, outgoing) => {
    serveFile(incoming, outgoing, { folder, onStored, clock }).catch(() => outgoing.destroy());
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  // A bucket alone keeps no process alive.
  server.unref();
  server.on('connection', (socket) => socket.unref());
  return {
    endpoint: addressOf(server),
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function addressOf(server: Server): string {
  const address = server.address();
  return `http://${HOST}:${String(typeof address === 'object' && address !== null ? address.port : 0)}`;
}

/** The bucket of archived histories, which commands read too. */
export const startHistoryFiles = (folder: string): Promise<LocalFiles> =>
  startFiles(
    folder,
    () => undefined,
    () => machineTime().getTime(),
  );

type Serving = { folder: string; onStored: (key: string) => void; clock: () => number };

async function serveFile(incoming: IncomingMessage, outgoing: ServerResponse, serving: Serving): Promise<void> {
  // The address that was signed: a proxy may stand in front of this one.
  const endpoint = `http://${incoming.headers.host ?? HOST}`;
  const url = new URL(incoming.url ?? '', endpoint);
  const key = decodeURIComponent(url.pathname).slice(`/${BUCKET}/`.length);
  if (!isSigned(incoming.method, url, { key, endpoint, nowMs: serving.clock() }) || key.split('/').includes('..')) {
    incoming.resume();
    return void outgoing.writeHead(403).end();
  }
  const path = join(serving.folder, key);
  const [upload, part] = [url.searchParams.get('uploadId'), url.searchParams.get('partNumber')];
  if (incoming.method === 'POST') return joinOrBegin(incoming, outgoing, path, upload);
  if (upload !== null) return store(incoming, outgoing, partPath(path, upload, Number(part)), () => undefined);
  if (incoming.method === 'DELETE') {
    await rm(path, { force: true });
    return void outgoing.writeHead(204).end();
  }
  if (incoming.method === 'PUT') return store(incoming, outgoing, path, () => serving.onStored(key));
  return send(incoming, outgoing, path);
}

function isSigned(
  method: string | undefined,
  url: URL,
  { key, endpoint, nowMs }: { key: string; endpoint: string; nowMs: number },
): boolean {
  const [date, expires] = [url.searchParams.get('X-Amz-Date') ?? '', Number(url.searchParams.get('X-Amz-Expires'))];
  const signedMs = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (Number.isNaN(signedMs) || nowMs > signedMs + expires * 1000) return false;
  const config = { region: REGION, bucket: BUCKET, endpoint };
  const query = Object.fromEntries([...url.searchParams].filter(([name]) => !name.startsWith('X-Amz-')));
  const asked = method === 'PUT' || method === 'POST' || method === 'DELETE' ? method : 'GET';
  const request = { method: asked, key, expiresS: expires, nowMs: signedMs, query } as const;
  return signUrl(config, readCredentials(), request) === url.href;
}

const partPath = (path: string, upload: string, part: number): string =>
  `${path}.${upload}.${String(part).padStart(5, '0')}`;

/** Begins a file of parts, or makes one file of them. */
async function joinOrBegin(incoming: IncomingMessage, outgoing: ServerResponse, path: string, upload: string | null) {
  const marks = (await text(incoming)).match(/<PartNumber>/g) ?? [];
  if (upload === null) return void outgoing.writeHead(200).end(`<UploadId>${randomUuid()}</UploadId>`);
  const parts = marks.map((_, i) => partPath(path, upload, i + 1));
  // An upload ends with its join, as in S3.
  const [first] = parts;
  if (first !== undefined && !(await isFile(first))) return void outgoing.writeHead(404).end();
  for (const [i, part] of parts.entries())
    await pipeline(createReadStream(part), createWriteStream(path, { flags: i === 0 ? 'w' : 'a' }));
  await Promise.all(parts.map((part) => rm(part, { force: true })));
  outgoing.writeHead(200).end('<CompleteMultipartUploadResult/>');
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** A file that was cut off is none: it appears under its name once it is whole. */
async function store(incoming: IncomingMessage, outgoing: ServerResponse, path: string, stored: () => void) {
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.${randomUuid()}`;
  try {
    await pipeline(incoming, createWriteStream(part));
    await rename(part, path);
  } catch {
    await rm(part, { force: true });
    return void outgoing.destroy();
  }
  outgoing.writeHead(200, { etag: `"${randomUuid()}"` }).end();
  stored();
}

/** The same bytes have the same mark, as in S3. */
async function markContent(path: string): Promise<string> {
  const md5 = createHash('md5');
  await pipeline(createReadStream(path), md5);
  return `"${md5.digest('hex')}"`;
}

async function send(incoming: IncomingMessage, outgoing: ServerResponse, path: string): Promise<void> {
  const size = await stat(path).then(
    (found) => found.size,
    () => undefined,
  );
  if (size === undefined) return void outgoing.writeHead(404).end();
  const etag = await markContent(path);
  const wanted = incoming.headers['if-match'];
  if (wanted !== undefined && wanted !== etag) return void outgoing.writeHead(412).end();
  const from = Number(/^bytes=(\d+)-$/.exec(incoming.headers.range ?? '')?.[1] ?? 0);
  if (from > 0 && from >= size)
    return void outgoing.writeHead(416, { 'content-range': `bytes */${String(size)}` }).end();
  const part = {
    'content-length': size - from,
    'content-range': `bytes ${String(from)}-${String(size - 1)}/${String(size)}`,
  };
  outgoing.writeHead(from > 0 ? 206 : 200, { etag, ...(from > 0 ? part : { 'content-length': size }) });
  await pipeline(createReadStream(path, { start: from }), outgoing);
}
