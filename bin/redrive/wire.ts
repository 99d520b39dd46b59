import { readConfig } from '../../lib/process/config.ts';
import { sdkWire } from '../../lib/dynamo/sdk-wire.ts';
import type { Environment } from '../environment.ts';

/** Opens the table of a target, with the operator's own credentials or the local engine's. */
export function openWire(environment: Environment): ReturnType<typeof sdkWire> {
  const { endpoint, region } = readConfig(environment);
  return sdkWire({
    region,
    ...(endpoint === undefined ? {} : { endpoint, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  });
}
