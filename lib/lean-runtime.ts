import { now } from './process/clock.ts';
import { readConfig, readCredentials } from './process/config.ts';
import type { Runtime } from './context.ts';
import { openLeanLogger } from './process/lean-logger.ts';
import { openLeanMetrics } from './process/lean-metrics.ts';
import { leanWire } from './dynamo/lean-wire.ts';
import { openTableVault } from './table-vault.ts';

/**
 * The same container as `openRuntime` without the AWS SDK and Powertools, for the functions that sites and shops call
 * most: a function changes from one to the other in one line.
 */
export function openLeanRuntime(): Runtime {
  const config = readConfig();
  const { stage, tableName, region, endpoint } = config;
  const wire = leanWire({ region, endpoint, credentials: readCredentials });
  const logger = openLeanLogger(config, { isTraced: true });
  const metrics = openLeanMetrics(config);
  return { stage, tableName, wire, logger, metrics, now, vault: openTableVault(config, { wire, logger, metrics }) };
}
