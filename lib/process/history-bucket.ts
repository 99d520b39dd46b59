import { hash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { BrokenArchive } from './broken-archive.ts';
import { machineTime } from './clock.ts';
import { readCredentials, readHistoryConfig } from './config.ts';
import { jitter } from './jitter.ts';
import { makeOnce } from './make-once.ts';
import { Unavailable } from './outage.ts';
import type { Credentials } from './signature.ts';
import { openFiles, type StoredFiles } from './stored-files.ts';
import { within } from './within.ts';

/**
 * Compressed texts in a bucket. Each is named after its partition of the table and the SHA-256 of its text, so an
 * object never changes, and its reader knows that it is whole.
 */
export type HistoryBucket = {
  put: (pk: string, text: string, signal: AbortSignal) => Promise<void>;
  /** Throws `BrokenArchive` for a missing or changed object. */
  read: (pk: string, sha256: string, signal: AbortSignal) => Promise<string>;
  remove: (pk: string, sha256: string, signal: AbortSignal) => Promise<void>;
};

export const computeSha256 = (text: string): string => hash('sha256', text, 'base64url');

const nameObject = (pk: string, sha256: string): string => `${pk.replaceAll('#', '/')}/${sha256}.ndjson.gz`;

/** A bucket compares the time of a signature with its own. */
const nowMs = (): number => machineTime().getTime();

/** A kept connection may have ended meanwhile. Every call may be repeated. */
const TRIES = 3;

/** Each call fails as `Unavailable` when the bucket does not answer, has no address, or the caller's time is up. */
export function openHistoryBucket(
  address: ReturnType<typeof readHistoryConfig>,
  credentials: () => Credentials = readCredentials,
): HistoryBucket {
  const openedFiles = makeOnce(() => {
    if (address === undefined) throw new Unavailable('the archive of histories cannot be reached from here');
    return openFiles(address, credentials, true);
  });
  const inTime = async <T>(signal: AbortSignal, work: (files: StoredFiles) => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await within(signal, work(openedFiles()));
      } catch (cause) {
        if (signal.aborted) throw new Unavailable('the archive of histories did not answer in time', { cause });
        if (!(cause instanceof Unavailable) || attempt === TRIES) throw cause;
        await jitter(attempt, signal);
      }
    }
  };
  return {
    put: (pk, text, signal) =>
      inTime(signal, (files) => files.put(nameObject(pk, computeSha256(text)), gzipSync(text), nowMs())),
    read: (pk, sha256, signal) =>
      inTime(signal, (files) => readText(files, nameObject(pk, sha256), sha256, address?.isCopy === true)),
    remove: (pk, sha256, signal) => inTime(signal, (files) => files.remove(nameObject(pk, sha256), nowMs())),
  };
}

async function readText(files: StoredFiles, key: string, sha256: string, isCopy: boolean): Promise<string> {
  const found = await files.read(key, 0, nowMs());
  if (found === undefined && isCopy) throw new Unavailable('an archived history is not in the copy of the bucket yet');
  if (found === undefined || found === 'replaced') throw new BrokenArchive(`the object ${key} is missing`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of found.bytes) chunks.push(chunk);
  const text = unpack(Buffer.concat(chunks));
  if (text === undefined || computeSha256(text) !== sha256) throw new BrokenArchive(`the object ${key} was changed`);
  return text;
}

function unpack(bytes: Uint8Array): string | undefined {
  try {
    return gunzipSync(bytes).toString('utf8');
  } catch {
    return undefined;
  }
}

/** The container's bucket of histories. */
export const openContainerHistories = makeOnce(() => openHistoryBucket(readHistoryConfig()));
