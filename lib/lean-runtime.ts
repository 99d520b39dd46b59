import { now } from './clock.ts';
import { readConfig, readCredentials } from './config.ts';
import type { Runtime } from './context.ts';
import { noMetrics } from './figures.ts';
import { openLeanLogger } from './lean-logger.ts';
import { leanWire, type LeanOperations } from './table/lean-wire.ts';

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
    vault: () => Promise.reject(new Error('this function holds no data key')),
  };
}
