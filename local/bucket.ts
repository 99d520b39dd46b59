import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { bucket as bucketTable } from '../lib/buckets.ts';
import { machineTime } from '../lib/process/clock.ts';
import { randomUuid } from '../lib/process/random.ts';

export const BUCKET_NAME = 'packages';
const HOST = '127.0.0.1';

/** An object that has arrived, as storage's event tells of it. */
export type ArrivedObject = { key: string; size: number; 'version-id': string };

export type LocalBucket = { endpoint: string; stop: () => Promise<void> };

/**
 * Serves as much of S3 as the service uses, on a folder: signed uploads and downloads, reads by range, copies and
 * deletions of versions. `onDraft` is called for each upload.
 */
export async function startBucket(folder: string, onDraft: (object: ArrivedObject) => void): Promise<LocalBucket> {
  mkdirSync(folder, { recursive: true });
  const server = createServer((incoming, outgoing) => {
    answer(folder, incoming, outgoing, onDraft).catch((error: unknown) => {
      incoming.resume();
      if (!outgoing.headersSent) refuse(outgoing, error instanceof Refused ? error : new Refused(500, 'InternalError'));
    });
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  // A bucket alone keeps no process alive.
  server.unref();
  server.on('connection', (socket) => socket.unref());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    endpoint: `http://${HOST}:${port}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close').catch(() => undefined);
    },
  };
}

class Refused extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

function refuse(outgoing: ServerResponse, { status, code }: Refused): void {
  outgoing.writeHead(status, { 'content-type': 'application/xml', 'x-amz-request-id': randomUuid() });
  outgoing.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}

/** The versions of an object are files of a folder, and the last by name is the newest. */
const folderOf = (folder: string, key: string): string => join(folder, encodeURIComponent(key));

function fileOf(folder: string, key: string, version: string | null): { file: string; version: string } {
  const versions = existsSync(folderOf(folder, key)) ? readdirSync(folderOf(folder, key)).sort() : [];
  const found = version === null ? versions.at(-1) : versions.find((name) => name === version);
  if (found === undefined) throw new Refused(404, version === null ? 'NoSuchKey' : 'NoSuchVersion');
  return { file: join(folderOf(folder, key), found), version: found };
}

let count = 0;
function newVersion(): string {
  count += 1;
  return `${machineTime().getTime().toString(36).padStart(10, '0')}-${count.toString(36).padStart(8, '0')}`;
}

async function answer(
  folder: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  onDraft: (object: ArrivedObject) => void,
): Promise<void> {
  const url = new URL(incoming.url ?? '/', `http://${incoming.headers.host ?? HOST}`);
  const key = decodeURIComponent(url.pathname.slice(BUCKET_NAME.length + 2));
  if (!url.pathname.startsWith(`/${BUCKET_NAME}/`) || key === '') throw new Refused(404, 'NoSuchBucket');
  if (incoming.headers.authorization === undefined) assertSigned(incoming, url);
  const { method } = incoming;
  if (method === 'PUT') await put(folder, key, incoming, outgoing, onDraft);
  else if (method === 'GET' || method === 'HEAD') await get(folder, key, url, incoming, outgoing);
  else if (method === 'DELETE') {
    rmSync(fileOf(folder, key, url.searchParams.get('versionId')).file);
    outgoing.writeHead(204).end();
  } else throw new Refused(405, 'MethodNotAllowed');
}

async function put(
  folder: string,
  key: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  onDraft: (object: ArrivedObject) => void,
): Promise<void> {
  const version = newVersion();
  const target = join(folderOf(folder, key), version);
  mkdirSync(folderOf(folder, key), { recursive: true });
  const source = incoming.headers['x-amz-copy-source'];
  if (typeof source === 'string') {
    const [path = '', query] = decodeURIComponent(source).split('?versionId=');
    await copyFile(fileOf(folder, path.slice(path.indexOf('/') + 1), query ?? null).file, target);
    const body = '<?xml version="1.0"?><CopyObjectResult><ETag>"0"</ETag></CopyObjectResult>';
    outgoing.writeHead(200, { 'content-type': 'application/xml', 'x-amz-version-id': version }).end(body);
    return;
  }
  const draft = join(folder, `.${version}`);
  await pipeline(incoming, createWriteStream(draft));
  const checksum = incoming.headers['x-amz-checksum-sha256'];
  if (checksum !== undefined && checksum !== (await hashOf(draft))) {
    rmSync(draft);
    throw new Refused(400, 'BadDigest');
  }
  renameSync(draft, target);
  if (key.startsWith(bucketTable.drafts)) onDraft({ key, size: statSync(target).size, 'version-id': version });
  outgoing.writeHead(200, { 'x-amz-version-id': version }).end();
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('base64');
}

async function get(
  folder: string,
  key: string,
  url: URL,
  { method, headers }: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { file, version } = fileOf(folder, key, url.searchParams.get('versionId'));
  const { size } = statSync(file);
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
  const range = from === undefined ? undefined : { start: Number(from), end: Math.min(Number(to), size - 1) };
  const length = range ? range.end - range.start + 1 : size;
  outgoing.writeHead(range ? 206 : 200, {
    'content-length': length,
    'content-type': url.searchParams.get('response-content-type') ?? 'application/octet-stream',
    'x-amz-version-id': version,
    ...(range ? { 'content-range': `bytes ${range.start}-${range.end}/${size}` } : {}),
    ...(url.searchParams.has('response-content-disposition')
      ? { 'content-disposition': url.searchParams.get('response-content-disposition') ?? '' }
      : {}),
  });
  if (method === 'HEAD') outgoing.end();
  else await pipeline(createReadStream(file, range), outgoing);
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** Checks the signature of an address by AWS Signature Version 4, with the fixed credentials of this machine. */
function assertSigned({ method = '', headers }: IncomingMessage, url: URL): void {
  const read = (name: string): string => url.searchParams.get(`X-Amz-${name}`) ?? '';
  const time = read('Date');
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time) ?? [];
  const signedMs = Date.parse(
    `${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}Z`,
  );
  const names = read('SignedHeaders').split(';');
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const lines = names.map((name) => `${name}:${String(headers[name] ?? '').trim()}\n`).join('');
  const request = [method, url.pathname, query, lines, names.join(';'), 'UNSIGNED-PAYLOAD'].join('\n');
  const scope = read('Credential').split('/').slice(1);
  const key = scope.reduce<string | Buffer>((above, text) => hmac(above, text), 'AWS4local');
  const hash = createHash('sha256').update(request).digest('hex');
  const expected = hmac(key, ['AWS4-HMAC-SHA256', time, scope.join('/'), hash].join('\n')).toString('hex');
  if (expected !== read('Signature')) throw new Refused(403, 'SignatureDoesNotMatch');
  if (!(machineTime().getTime() <= signedMs + Number(read('Expires')) * 1_000)) throw new Refused(403, 'AccessDenied');
}
