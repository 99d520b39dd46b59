import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { BUCKET_PATIENCE, clientOptions, withoutLogger } from '../process/aws-client.ts';
import type { BucketAddress } from '../process/config.ts';
import { isPassing, Unavailable } from '../process/outage.ts';

/** One version of an object. An upload that replaces it makes another version. */
export type StoredObject = { key: string; version: string | undefined; size: number };

/** The version is not there any more. No later try can find it. */
export class ObjectGone extends Error {
  override name = 'ObjectGone';
}

/** The size and hash that an upload must have, where the caller has given them. */
export type ExpectedUpload = { size?: number | undefined; sha256?: string | undefined };

export type SignedUpload = { url: string; headers: Record<string, string> };

/**
 * The bucket of packages. Everything rejects with `Unavailable` while it does not answer; `read` and `copy` with
 * `ObjectGone` if the version is not there.
 */
export type Bucket = {
  signUpload: (key: string, expected: ExpectedUpload) => Promise<SignedUpload>;
  signDownload: (key: string, fileName: string) => Promise<string>;
  /** The present version; undefined if there is none. */
  find: (key: string, signal: AbortSignal) => Promise<StoredObject | undefined>;
  /** The bytes from `from` up to, but without, `to`. */
  read: (object: StoredObject, from: number, to: number, signal: AbortSignal) => Promise<Buffer>;
  copy: (object: StoredObject, key: string, signal: AbortSignal) => Promise<void>;
  remove: (object: StoredObject, signal: AbortSignal) => Promise<void>;
};

export const UPLOAD_SECONDS = 3_600;
/** WordPress follows the redirect at once. */
const DOWNLOAD_SECONDS = 300;
const ZIP = 'application/zip';

export function openBucket({ region, bucket: Bucket, endpoint }: BucketAddress): Bucket {
  const client = withoutLogger(
    new S3Client({
      ...clientOptions({ region, endpoint }, BUCKET_PATIENCE),
      // Else a signed address would ask for a checksum of an empty upload.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      ...(endpoint === undefined ? {} : { forcePathStyle: true }),
    }),
  );
  const versioned = ({ key: Key, version }: StoredObject) => ({
    Bucket,
    Key,
    ...(version === undefined ? {} : { VersionId: version }),
  });
  return {
    signUpload: (Key, expected) => signUpload(client, { Bucket, Key }, expected),
    signDownload: (Key, fileName) => signDownload(client, { Bucket, Key }, fileName),
    find: async (key, abortSignal) => {
      try {
        const found = await client.send(new HeadObjectCommand({ Bucket, Key: key }), { abortSignal });
        return { key, version: found.VersionId, size: Number(found.ContentLength) };
      } catch (error) {
        if (error instanceof Error && error.name === 'NotFound') return undefined;
        throw outageOf(error);
      }
    },
    read: async (object, from, to, abortSignal) => {
      const Range = `bytes=${from}-${to - 1}`;
      const work = client.send(new GetObjectCommand({ ...versioned(object), Range }), { abortSignal });
      return asOutage(work.then(async ({ Body }) => Buffer.from((await Body?.transformToByteArray()) ?? [])));
    },
    copy: async (object, key, abortSignal) => {
      const source = `${Bucket}/${object.key}`;
      const CopySource = object.version === undefined ? source : `${source}?versionId=${object.version}`;
      const copied = { Bucket, Key: key, CopySource, MetadataDirective: 'REPLACE', ContentType: ZIP } as const;
      await asOutage(client.send(new CopyObjectCommand(copied), { abortSignal }));
    },
    remove: async (object, abortSignal) => {
      await asOutage(client.send(new DeleteObjectCommand(versioned(object)), { abortSignal }));
    },
  };
}

/** The browser and WordPress name the file after it. */
function signDownload(client: S3Client, target: { Bucket: string; Key: string }, fileName: string): Promise<string> {
  const ResponseContentDisposition = `attachment; filename="${fileName}"`;
  const command = new GetObjectCommand({ ...target, ResponseContentType: ZIP, ResponseContentDisposition });
  return asOutage(getSignedUrl(client, command, { expiresIn: DOWNLOAD_SECONDS }));
}

/** The caller has to send the headers as they are: their values are part of the signature. */
async function signUpload(
  client: S3Client,
  target: { Bucket: string; Key: string },
  { size, sha256 }: ExpectedUpload,
): Promise<SignedUpload> {
  const checksum = sha256 === undefined ? undefined : Buffer.from(sha256, 'hex').toString('base64');
  const command = new PutObjectCommand({
    ...target,
    ContentType: ZIP,
    ...(size === undefined ? {} : { ContentLength: size }),
    ...(checksum === undefined ? {} : { ChecksumSHA256: checksum }),
  });
  const headers = {
    'content-type': ZIP,
    ...(size === undefined ? {} : { 'content-length': String(size) }),
    ...(checksum === undefined ? {} : { 'x-amz-checksum-sha256': checksum }),
  };
  const url = getSignedUrl(client, command, {
    expiresIn: UPLOAD_SECONDS,
    signableHeaders: new Set(['host', ...Object.keys(headers)]),
    unhoistableHeaders: new Set(Object.keys(headers)),
  });
  return { url: await asOutage(url), headers };
}

const asOutage = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    throw outageOf(error);
  });

const GONE = new Set(['NoSuchKey', 'NoSuchVersion']);

function outageOf(error: unknown): unknown {
  if (error instanceof Error && GONE.has(error.name)) return new ObjectGone('the object is gone', { cause: error });
  return isPassing(error) ? new Unavailable('the bucket did not answer', { cause: error }) : error;
}
