import { createHmac, hash } from 'node:crypto';
import { readCredentials, type BucketAddress } from './config.ts';
import type { Credentials } from './signature.ts';
import { Unavailable } from './outage.ts';

type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';
export type SignedRequest = {
  method: Method;
  key: string;
  expiresS: number;
  nowMs: number;
  /** Further parameters, such as the part of an upload. */
  query?: Readonly<Record<string, string>>;
};

export type StoredFile = { bytes: AsyncIterable<Uint8Array>; size: number; mark: string | null };

export type StoredFiles = {
  /** A URL with which anybody may send this one request until it ends. */
  sign: (request: SignedRequest) => string;
  put: (key: string, body: string | Uint8Array<ArrayBuffer>, nowMs: number) => Promise<void>;
  /** Removes a file. One that is not there counts as removed. */
  remove: (key: string, nowMs: number) => Promise<void>;
  /**
   * The bytes from `from` on, the size of the whole and the mark of its content; undefined if there is no such file.
   * With a mark, `replaced` if the file has another content by now.
   */
  read: (
    key: string,
    from: number,
    nowMs: number,
    mark?: string | null,
  ) => Promise<StoredFile | 'replaced' | undefined>;
  /** Begins a file that is written in parts, each of at least 5 MB but the last, and returns its name. */
  beginParts: (key: string, nowMs: number) => Promise<string>;
  /** Writes a part, 1, 2, 3 …, and returns its mark. A part that is written again replaces the first. */
  putPart: (key: string, upload: string, part: number, body: string, nowMs: number) => Promise<string>;
  /** Makes one file of the parts. A second time, it finds the file that they became. */
  joinParts: (key: string, upload: string, marks: readonly string[], nowMs: number) => Promise<void>;
};

/** One request is signed for a few minutes; reading what it returns may take longer. */
const OWN_S = 300;

/** @param mayList true for callers who may list the bucket: S3 answers them 404 for a missing file. */
export function openFiles(
  config: BucketAddress,
  credentials: () => Credentials = readCredentials,
  mayList = false,
): StoredFiles {
  const sign = (request: SignedRequest): string => signUrl(config, credentials(), request);
  const send: Send = async (request, init) => {
    const answer = await fetch(sign(request), { ...init, method: request.method }).catch((cause: unknown) => {
      throw new Unavailable('the bucket did not answer', { cause });
    });
    if (answer.status >= 500 || answer.status === 429)
      throw new Unavailable(`the bucket answered ${String(answer.status)}`);
    return answer;
  };
  return {
    sign,
    async put(key, body, nowMs) {
      const answer = await send({ method: 'PUT', key, expiresS: OWN_S, nowMs }, { body });
      if (!answer.ok) throw new Error(`the bucket did not take a file: ${String(answer.status)}`);
    },
    async remove(key, nowMs) {
      const answer = await send({ method: 'DELETE', key, expiresS: OWN_S, nowMs }, {});
      if (!answer.ok && answer.status !== 404)
        throw new Error(`the bucket did not remove a file: ${String(answer.status)}`);
    },
    async read(key, from, nowMs, known = null) {
      const headers = {
        ...(from > 0 ? { range: `bytes=${String(from)}-` } : {}),
        ...(known === null ? {} : { 'if-match': known }),
      };
      const answer = await send({ method: 'GET', key, expiresS: OWN_S, nowMs }, { headers });
      // S3 answers 403 for a missing file to a caller who may not list the bucket.
      if (answer.status === 404 || (answer.status === 403 && !mayList)) return undefined;
      if (answer.status === 403) throw new Unavailable('the bucket lets this caller read nothing');
      if (answer.status === 412) return 'replaced';
      const size = readSize(answer.headers, from);
      const mark = answer.headers.get('etag') ?? known;
      if (answer.status === 416)
        return { bytes: new ReadableStream<Uint8Array>({ start: (empty) => empty.close() }), size, mark };
      if (!answer.ok || answer.body === null)
        throw new Error(`the bucket did not give a file: ${String(answer.status)}`);
      return { bytes: readWhole(answer.body), size, mark };
    },
    ...openParts(send),
  };
}

/** A slow reader may lose its connection, and goes on from a later byte. */
async function* readWhole(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    throw new Unavailable('the bucket stopped in the middle of a file', { cause });
  }
}

type Send = (request: SignedRequest, init: RequestInit) => Promise<Response>;

/** The answer may break off in the middle. */
const readText = (answer: Response): Promise<string> =>
  answer.text().catch((cause: unknown) => {
    throw new Unavailable('the bucket stopped in the middle of an answer', { cause });
  });

/** Reads a byte, as a caller who may not list the bucket has no other request for that. */
async function isStored(send: Send, key: string, nowMs: number): Promise<boolean> {
  const answer = await send({ method: 'GET', key, expiresS: OWN_S, nowMs }, { headers: { range: 'bytes=0-0' } });
  await answer.body?.cancel().catch(() => undefined);
  return answer.ok;
}

/** Files that are written in parts. */
function openParts(send: Send): Pick<StoredFiles, 'beginParts' | 'putPart' | 'joinParts'> {
  return {
    async beginParts(key, nowMs) {
      const answer = await send({ method: 'POST', key, expiresS: OWN_S, nowMs, query: { uploads: '' } }, {});
      const [, upload] = /<UploadId>([^<]+)<\/UploadId>/.exec(await readText(answer)) ?? [];
      if (upload === undefined) throw new Error(`the bucket began no upload: ${String(answer.status)}`);
      return upload;
    },
    async putPart(key, upload, part, body, nowMs) {
      const query = { partNumber: String(part), uploadId: upload };
      const answer = await send({ method: 'PUT', key, expiresS: OWN_S, nowMs, query }, { body });
      const mark = answer.headers.get('etag');
      if (!answer.ok || mark === null) throw new Error(`the bucket did not take a part: ${String(answer.status)}`);
      return mark;
    },
    async joinParts(key, upload, marks, nowMs) {
      const parts = marks.map(
        (mark, i) => `<Part><PartNumber>${String(i + 1)}</PartNumber><ETag>${mark}</ETag></Part>`,
      );
      const body = `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`;
      const answer = await send({ method: 'POST', key, expiresS: OWN_S, nowMs, query: { uploadId: upload } }, { body });
      const text = await readText(answer);
      // An upload ends with its join, whose answer may have been lost.
      if (answer.status === 404 && (await isStored(send, key, nowMs))) return;
      if (!answer.ok || text.includes('<Error>'))
        throw new Error(`the bucket joined no parts: ${String(answer.status)}`);
    },
  };
}

function readSize(headers: Headers, from: number): number {
  const [, whole] = /\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? [];
  return whole === undefined ? from + Number(headers.get('content-length') ?? 0) : Number(whole);
}

const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const encodeText = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * A URL signed with AWS Signature Version 4 in its query
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html). The content is not part of it.
 */
export function signUrl(
  { region, bucket, endpoint }: BucketAddress,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  { method, key, expiresS, nowMs, query: more = {} }: SignedRequest,
): string {
  const base = new URL(
    endpoint === undefined ? `https://${bucket}.s3.${region}.amazonaws.com` : `${endpoint}/${bucket}`,
  );
  const path = `${base.pathname.replace(/\/$/, '')}/${key.split('/').map(encodeText).join('/')}`;
  const time = new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const date = time.slice(0, 8);
  const scope = `${date}/${region}/s3/aws4_request`;
  // In the order of their names, as the signature has them.
  const query = Object.entries({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${accessKeyId}/${scope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(expiresS),
    ...(sessionToken === undefined ? {} : { 'X-Amz-Security-Token': sessionToken }),
    'X-Amz-SignedHeaders': 'host',
    ...more,
  })
    .map(([name, value]) => `${encodeText(name)}=${encodeText(value)}`)
    .join('&');
  const request = `${method}\n${path}\n${query}\nhost:${base.host}\n\nhost\nUNSIGNED-PAYLOAD`;
  const signingKey = [date, region, 's3', 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${secretAccessKey}`);
  const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash('sha256', request)}`;
  return `${base.origin}${path}?${query}&X-Amz-Signature=${hmac(signingKey, text).toString('hex')}`;
}
