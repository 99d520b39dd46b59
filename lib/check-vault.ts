import { openDataKey } from './process/data-key.ts';
import type { Config } from './process/config.ts';
import { Unavailable } from './process/outage.ts';
import { deadline } from './process/timers.ts';
import { within } from './process/within.ts';
import { CLOSED_VAULT } from './process/closed-vault.ts';
import { computeMark, deriveKeyedHash, type Vault } from './process/vault.ts';
import type { Runtime } from './context.ts';
import { dataKeyMark } from './table/data-key-mark.ts';
import { PLATFORM } from './table/keys.ts';
import { assertThat } from './domain/invariant.ts';

const LOOK_UP_MS = 5_000;

/**
 * The vault of the check, which only finds imported keys: it can make keyed hashes and nothing else, so that the
 * function stays small. Opened at the first imported key and kept; a look-up that failed is forgotten.
 */
export function openCheckVault(config: Config, wire: Runtime['wire']): Runtime['vault'] {
  const readDataKey = openDataKey(config.dataKey, config.region);
  let opened: Promise<Vault> | undefined;
  const lookUp = async (): Promise<Vault> => {
    const signal = deadline(LOOK_UP_MS);
    const platform = { wire, name: config.tableName, owners: [PLATFORM], signal };
    const [dataKey, mark] = await Promise.all([readDataKey(signal), dataKeyMark(platform)]);
    assertThat(computeMark(dataKey) === mark, 'the table is written under another data key');
    return { ...CLOSED_VAULT, keyedHash: deriveKeyedHash(dataKey) };
  };
  return async (signal) => {
    try {
      opened ??= lookUp();
      return await within(signal, opened);
    } catch (cause) {
      opened = undefined;
      throw new Unavailable('the data key cannot be read', { cause });
    }
  };
}
