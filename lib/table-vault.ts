import type { Config } from './process/config.ts';
import type { Runtime } from './context.ts';
import { openDataKey } from './process/data-key.ts';
import { openVaultOnce } from './process/open-vault.ts';
import { claimDataKeyMark, dataKeyMark } from './table/data-key-mark.ts';
import { PLATFORM } from './table/keys.ts';
import type { Table } from './dynamo/table.ts';

/** Opens the data key that the container's table is written with, at the first call that needs it. */
export function openTableVault(
  { tableName, dataKey, region }: Config,
  { wire, logger, metrics }: Pick<Runtime, 'wire' | 'logger' | 'metrics'>,
): Runtime['vault'] {
  const platform = (signal: AbortSignal): Table => ({ wire, name: tableName, owners: [PLATFORM], signal });
  return openVaultOnce({
    readDataKey: openDataKey(dataKey, region),
    readMark: (signal) => dataKeyMark(platform(signal)),
    claimMark: (mark, signal) => claimDataKeyMark(platform(signal), mark),
    logger,
    measure: metrics.measure,
  });
}
