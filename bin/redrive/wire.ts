import { withArchive, type ReadArchive } from '../../lib/dynamo/archived-items.ts';
import { sdkWire } from '../../lib/dynamo/sdk-wire.ts';
import { readConfig, readHistoryConfig } from '../../lib/process/config.ts';
import { openHistoryBucket } from '../../lib/process/history-bucket.ts';
import { makeOnce } from '../../lib/process/make-once.ts';
import { readAwsCredentials, type Environment } from '../environment.ts';

type Opened = ReturnType<typeof sdkWire>;

/** Opens the table of a target, with the operator's own credentials or the local engine's. */
export function openWire(environment: Environment): Opened {
  const wire = openPlainWire(environment);
  return Object.assign(withArchive(wire, openArchive(environment)), { client: wire.client });
}

/** The same for the auditor, who has to see the items as they are in the table. */
export function openPlainWire(environment: Environment): Opened {
  const { endpoint, region } = readConfig(environment);
  return sdkWire({
    region,
    ...(endpoint === undefined ? {} : { endpoint, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  });
}

/** The archived histories of a target, with the same credentials. */
export function openArchive(environment: Environment): ReadArchive {
  const address = readHistoryConfig(environment);
  const opened = makeOnce(async () => {
    if (address === undefined || address.endpoint !== undefined) return openHistoryBucket(address);
    const credentials = await readAwsCredentials();
    return openHistoryBucket(address, () => credentials);
  });
  return async (pk, sha256, signal) => (await opened()).read(pk, sha256, signal);
}
