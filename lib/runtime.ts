import { clientOptions, ROUTE_PATIENCE } from './process/aws-client.ts';
import { now } from './process/clock.ts';
import { readConfig } from './process/config.ts';
import { openLogger } from './process/logger.ts';
import { openMetrics } from './process/metrics.ts';
import type { Runtime } from './context.ts';
import { sdkWire } from './dynamo/sdk-wire.ts';
import { openTableVault } from './table-vault.ts';

/** The parts of a function's container: made at the first request, reused for later ones. */
export function openRuntime(): Runtime {
  const config = readConfig();
  const { stage, tableName } = config;
  const wire = sdkWire(clientOptions(config, ROUTE_PATIENCE));
  const logger = openLogger(config);
  const metrics = openMetrics(config);
  return { stage, tableName, wire, logger, metrics, now, vault: openTableVault(config, { wire, logger, metrics }) };
}
