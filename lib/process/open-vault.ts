import { DataKeyUnavailable, FAULTS, isPassingFault, type ReadDataKey } from './data-key.ts';
import { deadline } from './timers.ts';
import { within } from './within.ts';
import { redact } from '../domain/redact.ts';
import type { Measure } from './figures.ts';
import type { Log } from './logger.ts';
import { Unavailable } from './outage.ts';
import { computeMark, openVault, type Vault } from './vault.ts';

export type VaultParts = {
  readDataKey: ReadDataKey;
  /** The mark of the data key that the table is written with; undefined for a new table. */
  readMark: (signal: AbortSignal) => Promise<string | undefined>;
  /** Writes the mark if there is none, and returns the stored one. */
  claimMark: (mark: string, signal: AbortSignal) => Promise<string>;
  logger: Log;
  measure: Measure;
};

/** The look-up serves callers with different deadlines, so it has its own: three attempts and their pauses. */
const LOOK_UP_MS = 5_000;

/** Raised by `forgetVaults`: a vault that was opened before is looked up again. */
let age = 0;

/** Makes every container forget its data key, as if it were cold. Only `npm start` does so. */
export function forgetVaults(): void {
  age += 1;
}

/**
 * Opens the vault at the first call and keeps it for the life of the container. Callers at the same time share one
 * look-up, and each waits for it until its own signal ends. A look-up that failed is forgotten. Rejects with
 * `Unavailable`, whatever the reason.
 */
export function openVaultOnce(parts: VaultParts): (signal: AbortSignal) => Promise<Vault> {
  let opened: Promise<Vault> | undefined;
  let openedAt = age;
  const lookUp = (): Promise<Vault> => {
    opened = lookUpVault(parts).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  return async (signal) => {
    if (openedAt !== age) opened = undefined;
    openedAt = age;
    const begunBefore = opened;
    try {
      return await within(signal, begunBefore ?? lookUp());
    } catch (cause) {
      if (signal.aborted) throw new Unavailable('time ran out before the data key was read', { cause });
      const isStale = begunBefore !== undefined && cause instanceof DataKeyUnavailable && cause.fault === 'away';
      if (!isStale) throw cause;
    }
    // A look-up that an earlier call began was paused while Lambda froze the container, and may have failed for that
    // alone.
    return within(signal, opened ?? lookUp()).catch((cause: unknown) => {
      throw cause instanceof Unavailable
        ? cause
        : new Unavailable('time ran out before the data key was read', { cause });
    });
  };
}

async function lookUpVault({ logger, measure, ...parts }: VaultParts): Promise<Vault> {
  const signal = deadline(LOOK_UP_MS);
  try {
    return await within(signal, openKnownVault(parts, signal));
  } catch (cause) {
    const error = cause instanceof DataKeyUnavailable ? cause : new DataKeyUnavailable(faultOf(cause, signal), cause);
    logger.error({ ...FAULTS[error.fault], error: plain(error.cause) });
    measure('data_key_faults', 1, error.fault);
    throw error;
  }
}

/**
 * Key and mark are read at the same time. The mark is compared before anything is encrypted, decrypted or hashed: with
 * another key each purchase would create a second customer.
 */
async function openKnownVault(
  { readDataKey, readMark, claimMark }: Pick<VaultParts, 'readDataKey' | 'readMark' | 'claimMark'>,
  signal: AbortSignal,
): Promise<Vault> {
  const [dataKey, known] = await Promise.all([readDataKey(signal), readMark(signal)]);
  const vault = openVault(dataKey);
  const mark = computeMark(dataKey);
  const standing = known ?? (await claimMark(mark, signal));
  if (standing !== mark) throw new DataKeyUnavailable('changed');
  return vault;
}

const faultOf = (error: unknown, signal: AbortSignal): 'away' | 'unreadable' =>
  signal.aborted || isPassingFault(error) ? 'away' : 'unreadable';

const plain = (error: unknown): Record<string, string> | undefined =>
  error instanceof Error ? { name: error.name, message: redact(error.message) } : undefined;
