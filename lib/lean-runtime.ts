import { now } from './process/clock.ts';
import { readConfig, readCredentials } from './process/config.ts';
import type { Runtime } from './context.ts';
import { noMetrics } from './process/figures.ts';
import { openLeanLogger } from './process/lean-logger.ts';
import { leanWire, type LeanOperations } from './dynamo/lean-wire.ts';

/** The container of the license check: no SDK, no data key. */
export function openLeanRuntime(): Runtime<LeanOperations> {
  const config = readConfig();
  return {
    stage: config.stage,
    tableName: config.tableName,
    wire: leanWire({ region: config.region, endpoint: config.endpoint, credentials: readCredentials }),
    logger: openLeanLogger(config),
    metrics: noMetrics,
    now,
    vault: () => Promise.reject(new Error('this function has no data key')),
  };
}
