import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bucket } from '../lib/buckets.ts';
import { BUCKET_NAME, startBucket } from './bucket.ts';
import type { LocalBus } from './bus.ts';

/** The bucket of packages of this machine, and the variables that lead functions to it. */
export type LocalPackages = { environment: Record<string, string>; stop: () => Promise<void> };

/** Packages last as long as the table: in its folder, or until the service stops. */
export async function openPackages(
  { queues }: Pick<LocalBus, 'queues'>,
  dataDir: string | undefined,
): Promise<LocalPackages> {
  const folder = dataDir === undefined ? mkdtempSync(join(tmpdir(), 'license-service-')) : join(dataDir, 'packages');
  const { endpoint, stop } = await startBucket(folder, (object) => {
    queues[bucket.events.queue].send({ body: JSON.stringify({ detail: { object } }) });
  });
  const { name, endpoint: at } = bucket.variables;
  return {
    environment: { [name]: BUCKET_NAME, [at]: endpoint },
    stop: async () => {
      await stop();
      if (dataDir === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}
