import { ask } from 'simulated:storage';
import type { Bucket } from '../../../lib/packages/bucket.ts';
import { Unavailable } from '../../../lib/process/outage.ts';

// Stands in for lib/packages/bucket.ts in a simulated container, with the same answers and errors.

export class ObjectGone extends Error {
  override name = 'ObjectGone';
}

export const UPLOAD_SECONDS = 3_600;

const send = (operation: string, input: object, signal?: AbortSignal): Promise<unknown> =>
  ask(operation, input, signal).catch((cause: unknown) => {
    throw new Unavailable('the bucket of packages did not answer', { cause });
  });

async function sendFound(operation: string, input: object, signal: AbortSignal): Promise<unknown> {
  const found = await send(operation, input, signal);
  if (found === undefined) throw new ObjectGone('the object is gone');
  return found;
}

export const openBucket = (): Bucket => ({
  signUpload: (key) => Promise.resolve({ url: `https://storage.example/${key}`, headers: {} }),
  signDownload: (key) => Promise.resolve(`https://storage.example/${key}`),
  async find(key, signal) {
    const size = (await send('size', { key }, signal)) as number | undefined;
    return size === undefined ? undefined : { key, version: undefined, size };
  },
  read: ({ key }, from, to, signal) => sendFound('read', { key, from, to }, signal) as Promise<Buffer>,
  async copy({ key }, target, signal) {
    await sendFound('copy', { key, target }, signal);
  },
  async remove({ key }, signal) {
    await send('remove', { key }, signal);
  },
});
