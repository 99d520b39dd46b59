import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bucket } from '../lib/buckets.ts';
import { BUCKET_NAME, startBucket } from './bucket.ts';
import type { LocalBus } from './bus.ts';

/** The bucket of packages of this machine. */
export type LocalPackages = { endpoint: string; stop: () => Promise<void> };

/** The variables that lead functions to the bucket at this address. */
export const packagesEnvironment = ({ endpoint }: { endpoint: string }) => ({
  [bucket.variables.name]: BUCKET_NAME,
  [bucket.variables.endpoint]: endpoint,
});

/** Packages last as long as the table: in its folder, or until the service stops. */
export async function openPackages(
  { queues }: Pick<LocalBus, 'queues'>,
  dataDir: string | undefined,
): Promise<LocalPackages> {
  const folder = dataDir === undefined ? mkdtempSync(join(tmpdir(), 'license-service-')) : join(dataDir, 'packages');
  const { endpoint, stop } = await startBucket(folder, (object) => {
    queues[bucket.events.queue].send({ body: JSON.stringify({ detail: { object } }) });
  });
  return {
    endpoint,
    stop: async () => {
      await stop();
      if (dataDir === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}
