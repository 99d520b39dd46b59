import { now } from './process/clock.ts';
import { readConfig, readCredentials } from './process/config.ts';
import type { Runtime } from './context.ts';
import { noMetrics } from './process/figures.ts';
import { openLeanLogger } from './process/lean-logger.ts';
import { leanWire } from './dynamo/lean-wire.ts';
import { openCheckVault } from './check-vault.ts';

/** The container of the license check: the lean one without a trace and figures. */
export function openCheckRuntime(): Runtime {
  const config = readConfig();
  const { stage, tableName, region, endpoint, logLevel } = config;
  const wire = leanWire({ region, endpoint, credentials: readCredentials });
  const logger = openLeanLogger({ logLevel }, { isTraced: false });
  const vault = openCheckVault(config, wire);
  return { stage, tableName, wire, logger, metrics: noMetrics, now, vault };
}
