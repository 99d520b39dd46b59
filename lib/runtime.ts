import { clientOptions, ROUTE_PATIENCE } from './process/aws-client.ts';
import { now } from './process/clock.ts';
import { readConfig } from './process/config.ts';
import { openLogger } from './process/logger.ts';
import { openMetrics } from './process/metrics.ts';
import type { Runtime } from './context.ts';
import { withArchive, type ReadArchive } from './dynamo/archived-items.ts';
import { sdkWire } from './dynamo/sdk-wire.ts';
import { openTableVault } from './table-vault.ts';

/** Loaded with the first archived item: most containers never read one. */
const readArchive: ReadArchive = async (pk, sha256, signal) =>
  (await import('./process/history-bucket.ts')).openContainerHistories().read(pk, sha256, signal);

/** The parts of a function's container: made at the first request, reused for later ones. */
export function openRuntime(): Runtime {
  const config = readConfig();
  const { stage, tableName } = config;
  const wire = withArchive(sdkWire(clientOptions(config, ROUTE_PATIENCE)), readArchive);
  const logger = openLogger(config);
  const metrics = openMetrics(config);
  return { stage, tableName, wire, logger, metrics, now, vault: openTableVault(config, { wire, logger, metrics }) };
}
