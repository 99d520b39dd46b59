import { now } from './process/clock.ts';
import { readConfig, readCredentials } from './process/config.ts';
import type { Runtime } from './context.ts';
import { noMetrics } from './process/figures.ts';
import { openLeanLogger } from './process/lean-logger.ts';
import { leanWire } from './dynamo/lean-wire.ts';

/** The container of the license check: the lean one without a data key, a trace and figures. */
export function openCheckRuntime(): Runtime {
  const { stage, tableName, region, endpoint, logLevel } = readConfig();
  return {
    stage,
    tableName,
    wire: leanWire({ region, endpoint, credentials: readCredentials }),
    logger: openLeanLogger({ logLevel }, { isTraced: false }),
    metrics: noMetrics,
    now,
    vault: () => Promise.reject(new Error('this function has no data key')),
  };
}
