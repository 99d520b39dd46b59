import { readConfig } from '../../lib/process/config.ts';
import { sdkWire } from '../../lib/dynamo/sdk-wire.ts';
import type { Place } from '../place.ts';

/** To the table of a place: with the operator's own credentials, or the local engine's. */
export function openWire(place: Place): ReturnType<typeof sdkWire> {
  const { endpoint, region } = readConfig(place);
  return sdkWire({
    region,
    ...(endpoint === undefined ? {} : { endpoint, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  });
}
