import { now } from './process/clock.ts';
import { readConfig, readCredentials } from './process/config.ts';
import type { Runtime } from './context.ts';
import { noMetrics } from './process/figures.ts';
import { makeOnce } from './process/make-once.ts';
import { openLeanLogger } from './process/lean-logger.ts';
import { leanWire } from './dynamo/lean-wire.ts';

/** The container of the license check: the lean one without a trace and figures. */
export function openCheckRuntime(): Runtime {
  const config = readConfig();
  const { stage, tableName, region, endpoint, logLevel } = config;
  const wire = leanWire({ region, endpoint, credentials: readCredentials });
  const logger = openLeanLogger({ logLevel }, { isTraced: false });
  // Only imported keys need the data key, so what opens it is loaded with the first of them.
  const openVault = makeOnce(async () => (await import('./check-vault.ts')).openCheckVault(config, wire));
  const vault: Runtime['vault'] = async (signal) => (await openVault())(signal);
  return { stage, tableName, wire, logger, metrics: noMetrics, now, vault };
}
