import { clientOptions, ROUTE_PATIENCE } from './process/aws-client.ts';
import { now } from './process/clock.ts';
import { readConfig } from './process/config.ts';
import { openDataKey } from './process/data-key.ts';
import { openLogger } from './process/logger.ts';
import { openMetrics } from './process/metrics.ts';
import type { Runtime } from './context.ts';
import { openVaultOnce } from './process/open-vault.ts';
import { claimDataKeyMark, dataKeyMark } from './table/data-key-mark.ts';
import { PLATFORM } from './table/keys.ts';
import type { Table } from './dynamo/table.ts';
import { sdkWire } from './dynamo/sdk-wire.ts';

/** The parts of a function's container: made at the first request, reused for later ones. */
export function openRuntime(): Runtime {
  const config = readConfig();
  const { stage, tableName, region } = config;
  const wire = sdkWire(clientOptions(config, ROUTE_PATIENCE));
  const logger = openLogger(config);
  const metrics = openMetrics(config);
  const platform = (signal: AbortSignal): Table => ({ wire, name: tableName, owners: [PLATFORM], signal });
  const vault = openVaultOnce({
    readDataKey: openDataKey(config.dataKey, region),
    readMark: (signal) => dataKeyMark(platform(signal)),
    claimMark: (mark, signal) => claimDataKeyMark(platform(signal), mark),
    logger,
    measure: metrics.measure,
  });
  return { stage, tableName, wire, logger, metrics, now, vault };
}
