import { hash } from 'node:crypto';
import { bucket } from '../../../lib/buckets.ts';
import { NotSimulated } from '../engine/errors.ts';
import type { SimulatedQueueName, SimulatedWorld } from './parts.ts';

type Input = { key: string; from?: number; to?: number; body?: string; target?: string; parts?: readonly string[] };

/** Stores an object, and tells the queue that waits for such objects. */
export function putObject({ storage, queues }: SimulatedWorld, key: string, body: Buffer): void {
  storage.set(key, body);
  const tell = (name: SimulatedQueueName, message: object): void =>
    queues[name].send({ MessageBody: JSON.stringify(message) });
  if (key.startsWith(bucket.drafts)) tell(bucket.events.queue, { detail: { object: { key, size: body.length } } });
  if (key.startsWith('imports/')) tell('imports', { Records: [{ s3: { object: { key } } }] });
}

/** Executes a request to one of the buckets. Undefined if there is no such object. */
export function askStorage(world: SimulatedWorld, operation: string, input: Input): unknown {
  const { storage } = world;
  const { key, from = 0, to, body = '', target = '', parts = [] } = input;
  const found = storage.get(key);
  switch (operation) {
    case 'size':
      return found?.length;
    case 'read':
      return found?.subarray(from, to);
    case 'open':
      return found && { bytes: found.subarray(from), size: found.length, mark: markOf(found) };
    case 'copy':
      if (found !== undefined) storage.set(target, found);
      return found && true;
    case 'remove':
      return storage.delete(key);
    case 'put':
      putObject(world, key, Buffer.from(body));
      return undefined;
    case 'begin':
      return `upload-${storage.size}`;
    case 'part':
      storage.set(key, Buffer.from(body));
      return markOf(Buffer.from(body));
    case 'join':
      storage.set(key, Buffer.concat(parts.map((part) => storage.get(part) ?? Buffer.alloc(0))));
      return undefined;
    default:
      throw new NotSimulated(`${operation} of a bucket`);
  }
}

const markOf = (bytes: Buffer): string => hash('md5', bytes);
