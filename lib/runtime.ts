import { clientOptions, ROUTE_PATIENCE } from './aws-client.ts';
import { now } from './clock.ts';
import { readConfig } from './config.ts';
import { openDataKey } from './data-key.ts';
import { openLogger } from './logger.ts';
import { openMetrics } from './metrics.ts';
import type { Runtime } from './context.ts';
import { openVaultOnce } from './open-vault.ts';
import { PLATFORM } from './table/keys.ts';
import { sdkWire } from './table/sdk-wire.ts';

/** What a function has from its container: made at the first request, kept for all later ones. */
export function openRuntime(): Runtime {
  const config = readConfig();
  const { stage, tableName, region } = config;
  const wire = sdkWire(clientOptions(config, ROUTE_PATIENCE));
  const logger = openLogger(config);
  const metrics = openMetrics(config);
  const vault = openVaultOnce({
    readDataKey: openDataKey(config.dataKey, region),
    table: (signal) => ({ wire, name: tableName, owners: [PLATFORM], signal }),
    logger,
    measure: metrics.measure,
  });
  return { stage, tableName, wire, logger, metrics, now, vault };
}
